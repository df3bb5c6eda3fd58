package dev.weir.core.infer;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A name that is called, and what answers behind it.
 *
 * @param name {@code [a-z0-9-]{1,64}}; it is the {@code model} of a request
 */
public record Endpoint(String name, Backend backend, Instant createdAt, Instant updatedAt) {

  /** What answers. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Own.class, name = "own"),
    @JsonSubTypes.Type(value = Remote.class, name = "remote")
  })
  public sealed interface Backend {}

  /**
   * Model versions that Weir serves.
   *
   * @param versions which of them answer, and how often
   * @param replicas how many hosts should run, 0 to {@code Hosts.REPLICAS_MAX}
   */
  public record Own(List<Weighted> versions, int replicas) implements Backend {

    /** The most versions behind one name. */
    public static final int VERSIONS_MAX = 8;

    public Own {
      versions = List.copyOf(versions);
      if (versions.isEmpty() || versions.size() > VERSIONS_MAX) {
        throw new ProblemException(
            Problem.invalid("versions " + versions.size() + " not in 1.." + VERSIONS_MAX));
      }
      if (versions.stream().map(Weighted::version).distinct().count() < versions.size()) {
        throw new ProblemException(Problem.invalid("a version is named twice"));
      }
    }

    /** The version for a number that is as good as random; each as often as its weight says. */
    String choose(long random) {
      int total = versions.stream().mapToInt(Weighted::weight).sum();
      int at = (int) Math.floorMod(random, (long) total);
      for (Weighted candidate : versions) {
        at -= candidate.weight();
        if (at < 0) {
          return candidate.version();
        }
      }
      throw new IllegalStateException("weights do not add up to " + total);
    }
  }

  /**
   * One of the versions behind a name.
   *
   * @param version {@code <model>:<version>}
   * @param weight 1 to 1000; its share of the sum of weights
   */
  public record Weighted(String version, int weight) {

    public static final int WEIGHT_MAX = 1000;

    public Weighted {
      if (weight < 1 || weight > WEIGHT_MAX) {
        throw new ProblemException(
            Problem.invalid("weight " + weight + " not in 1.." + WEIGHT_MAX));
      }
    }
  }

  /**
   * Any OpenAI-compatible service.
   *
   * @param baseUrl up to and including {@code /v1}, http or https, without credentials
   * @param model what the service calls its model
   * @param secretName in {@code Secrets}, of the bearer key that the service wants
   * @param deadlineMs for the whole answer, or for the first event of a stream
   * @param outputTokensMax the most tokens that an answer can have where a request does not say
   * @param promptOverheadTokens the most that the service adds to a prompt by itself: its template,
   *     a system prompt. A call reserves it of a hard budget, and a claim above it is not believed;
   *     a service that is known to add little makes small quotas usable
   */
  public record Remote(
      String baseUrl,
      String model,
      Optional<String> secretName,
      long deadlineMs,
      int outputTokensMax,
      Optional<Integer> promptOverheadTokens)
      implements Backend {

    public static final long DEADLINE_MS = 25_000;
    public static final long DEADLINE_MAX_MS = 600_000;
    public static final int OUTPUT_TOKENS_MAX = 32_768;
    public static final int PROMPT_OVERHEAD_TOKENS = 8_192;
    public static final int PROMPT_OVERHEAD_TOKENS_MAX = 1_000_000;

    public Remote {
      RemoteUrls.check(baseUrl);
      if (model.isBlank()) {
        throw new ProblemException(Problem.invalid("the remote model has no name"));
      }
      if (deadlineMs < 1 || deadlineMs > DEADLINE_MAX_MS) {
        throw new ProblemException(
            Problem.invalid("deadlineMs " + deadlineMs + " not in 1.." + DEADLINE_MAX_MS));
      }
      if (outputTokensMax < 1) {
        throw new ProblemException(Problem.invalid("outputTokensMax " + outputTokensMax + " < 1"));
      }
      int added = promptOverheadTokens.orElse(PROMPT_OVERHEAD_TOKENS);
      if (added < 0 || added > PROMPT_OVERHEAD_TOKENS_MAX) {
        throw new ProblemException(
            Problem.invalid(
                "promptOverheadTokens %d not in 0..%d"
                    .formatted(added, PROMPT_OVERHEAD_TOKENS_MAX)));
      }
    }

    /** The most that it adds to a prompt, in tokens. */
    long promptOverhead() {
      return promptOverheadTokens.orElse(PROMPT_OVERHEAD_TOKENS);
    }

    public static Remote of(String baseUrl, String model, Optional<String> secretName) {
      return new Remote(
          baseUrl, model, secretName, DEADLINE_MS, OUTPUT_TOKENS_MAX, Optional.empty());
    }
  }
}
