package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.catalog.Meter;
import dev.weir.core.meter.Usage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether the {@code usage} that a remote service claims can be believed. A token is at
 * least one byte of text, so a prompt cannot have more tokens than bytes, but for what a service
 * adds by itself; an answer cannot have more than were allowed. What cannot be is refused, flagged,
 * and counted by Weir.
 */
final class UsageClaim {

  private final long promptEstimate;
  private final long promptMax;
  private final long outputMax;

  /**
   * For one request.
   *
   * @param request as it was sent
   */
  UsageClaim(JsonNode request, Endpoint.Remote remote) {
    this.promptEstimate = TokenEstimate.ofPrompt(request);
    this.promptMax = promptMax(request, remote);
    long asked =
        request
            .path("max_completion_tokens")
            .asLong(request.path("max_tokens").asLong(remote.outputTokensMax()));
    this.outputMax = asked * Math.max(1, request.path("n").asInt(1));
  }

  private UsageClaim(long promptEstimate, long promptMax, long outputMax) {
    this.promptEstimate = promptEstimate;
    this.promptMax = promptMax;
    this.outputMax = outputMax;
  }

  /** For a request that has an input and no output of tokens. */
  static UsageClaim ofInput(JsonNode request, long estimate, Endpoint.Remote remote) {
    return new UsageClaim(estimate, promptMax(request, remote), 0);
  }

  private static long promptMax(JsonNode request, Endpoint.Remote remote) {
    return request.toString().getBytes(StandardCharsets.UTF_8).length + remote.promptOverhead();
  }

  /** The most that can be billed: what is claimed above it is not believed. */
  Map<String, Long> most() {
    return Map.of(
        Meter.CALLS.id(),
        1L,
        Meters.INPUT_TOKENS,
        Math.clamp(promptMax, 0, Usage.QUANTITY_MAX),
        Meters.OUTPUT_TOKENS,
        Math.clamp(outputMax, 0, Usage.QUANTITY_MAX));
  }

  /** What Weir counted of an answer, but no more than was asked for. */
  long output(long estimate) {
    return Math.max(0, Math.min(estimate, outputMax));
  }

  long promptEstimate() {
    return promptEstimate;
  }

  /** What to bill: the claim, or Weir's own count where there is no claim to believe. */
  Tokens judge(JsonNode usage, long outputEstimate) {
    if (!usage.isObject()) {
      return Tokens.estimate(promptEstimate, output(outputEstimate), Optional.empty());
    }
    Optional<String> wrong =
        wrong("prompt_tokens", usage.path("prompt_tokens"), 1, promptMax)
            .or(() ->
                outputMax == 0
                    ? Optional.empty()
                    : wrong("completion_tokens", usage.path("completion_tokens"), 0, outputMax));
    Optional<String> lie = wrong.or(() -> contradiction(usage, outputEstimate));
    if (lie.isPresent()) {
      return Tokens.estimate(promptEstimate, output(outputEstimate), lie);
    }
    return Tokens.exact(
        usage.path("prompt_tokens").longValue(),
        outputMax == 0 ? 0 : usage.path("completion_tokens").longValue());
  }

  /**
   * What cannot be true together. A total above its parts is none: some services count what a model
   * thought there only, and the parts are billed.
   */
  private Optional<String> contradiction(JsonNode usage, long outputEstimate) {
    long prompt = usage.path("prompt_tokens").longValue();
    long output = outputMax == 0 ? 0 : usage.path("completion_tokens").longValue();
    JsonNode total = usage.path("total_tokens");
    if (total.isNumber() && total.doubleValue() < prompt + output) {
      return Optional.of("total_tokens " + brief(total) + " < " + prompt + " + " + output);
    }
    return outputMax > 0 && output == 0 && outputEstimate > 0
        ? Optional.of("completion_tokens 0 for an answer that has text")
        : Optional.empty();
  }

  private static Optional<String> wrong(String name, JsonNode claimed, long min, long max) {
    if (!claimed.isIntegralNumber() || !claimed.canConvertToLong()) {
      return Optional.of(name + " " + brief(claimed) + " is not an integer");
    }
    long value = claimed.longValue();
    if (value < min) {
      return Optional.of(name + " " + value + " < " + min);
    }
    return value > max ? Optional.of(name + " " + value + " > " + max) : Optional.empty();
  }

  private static String brief(JsonNode node) {
    String text = node.isMissingNode() ? "(missing)" : node.toString();
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
