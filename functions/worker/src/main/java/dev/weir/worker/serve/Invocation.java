package dev.weir.worker.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.infer.InferLimits;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One call's way through a model: read, check, queue, wait, say. */
final class Invocation {

  /** The most violations that are told. */
  private static final int ERRORS_MAX = 20;

  private final Model model;
  private final Batcher.Output output;
  private final List<Instance> instances;

  private Invocation(Model model, Batcher.Output output, List<Instance> instances) {
    this.model = model;
    this.output = output;
    this.instances = instances;
  }

  /** The answer, and the vCPU time that it took in microseconds. */
  record Answer(String body, long computeUs) {}

  /** Reads {@code {"instances":[…], "output":"embedding"?}}. */
  static Invocation parse(Model model, String body) {
    JsonNode request = Json.parseTree(body);
    JsonNode list = request.path("instances");
    if (!list.isArray() || list.isEmpty()) {
      throw new ProblemException(
          Problem.invalid("\"instances\" is not an array of at least one instance"));
    }
    if (list.size() > InferLimits.BATCH_MAX) {
      throw new ProblemException(
          Problem.tooLarge("batch size " + list.size() + " > " + InferLimits.BATCH_MAX));
    }
    Batcher.Output output =
        request.path("output").asText("").equals("embedding")
            ? Batcher.Output.EMBEDDING
            : Batcher.Output.SCORES;
    if (output == Batcher.Output.EMBEDDING && !model.embeds()) {
      throw new ProblemException(
          Problem.invalid("model " + model.version() + " has no encoder to embed with"));
    }
    List<Instance> instances = new ArrayList<>(list.size());
    List<Problem.Violation> errors = new ArrayList<>();
    for (int i = 0; i < list.size() && errors.size() < ERRORS_MAX; i++) {
      try {
        instances.add(model.parse(list.get(i), "/instances/" + i));
      } catch (Model.InvalidInstance e) {
        errors.add(new Problem.Violation(e.pointer(), e.violated()));
      }
    }
    if (!errors.isEmpty()) {
      Problem.Violation first = errors.getFirst();
      throw new ProblemException(Problem.invalid(first.pointer() + " " + first.detail(), errors));
    }
    return new Invocation(model, output, instances);
  }

  /**
   * Queues it and waits.
   *
   * @throws ProblemException 429 where the queue is full, 504 where the time is over, 500 where the
   *     model can take none of the instances
   */
  Answer run(Batcher batcher, long deadlineNanos) throws InterruptedException {
    List<CompletableFuture<Batcher.Result>> results = submit(batcher, deadlineNanos);
    ObjectNode answer = Json.MAPPER.createObjectNode();
    ArrayNode said =
        answer.putArray(output == Batcher.Output.SCORES ? "predictions" : "embeddings");
    long computeUs = 0;
    long inputTokens = 0;
    long outputTokens = 0;
    int failed = 0;
    for (int i = 0; i < results.size(); i++) {
      Instance instance = instances.get(i);
      try {
        Batcher.Result result = await(results, i, deadlineNanos);
        computeUs += result.computeUs();
        inputTokens += model.inputTokens(instance);
        outputTokens += say(said, instance, result.values());
      } catch (ExecutionException e) {
        failed++;
        said.addObject().put("error", "the model cannot take this instance");
      }
    }
    if (failed == results.size()) {
      throw new ProblemException(
          Problem.of(
              500,
              "model-failed",
              "The model failed",
              "model " + model.version() + " can take none of " + failed + " instances"));
    }
    answer
        .putObject("usage")
        .put("inputTokens", inputTokens)
        .put("outputTokens", outputTokens)
        .put("computeUs", computeUs);
    return new Answer(Json.write(answer), computeUs);
  }

  private int say(ArrayNode said, Instance instance, float[] values) {
    if (output == Batcher.Output.EMBEDDING) {
      ArrayNode vector = said.addArray();
      for (float value : values) {
        vector.add(value);
      }
      return 0;
    }
    ObjectNode prediction = model.prediction(instance, values);
    said.add(prediction);
    return model.outputTokens(instance, prediction);
  }

  private List<CompletableFuture<Batcher.Result>> submit(Batcher batcher, long deadlineNanos) {
    try {
      return batcher.submit(model, output, instances, deadlineNanos);
    } catch (Batcher.QueueFull e) {
      throw new ProblemException(Problem.tooMany(String.valueOf(e.getMessage()), 1), e);
    }
  }

  private static Batcher.Result await(
      List<CompletableFuture<Batcher.Result>> results, int index, long deadlineNanos)
      throws InterruptedException, ExecutionException {
    try {
      long left = deadlineNanos - System.nanoTime();
      return results.get(index).get(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      results.forEach(result -> result.cancel(false));
      throw new ProblemException(
          Problem.of(
              504, "deadline", "It took too long", "no answer before the deadline of the call"),
          e);
    }
  }
}
