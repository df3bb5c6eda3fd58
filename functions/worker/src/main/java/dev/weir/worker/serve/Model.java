package dev.weir.worker.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A loaded version. Thread-safe. */
interface Model extends AutoCloseable {

  String version();

  /**
   * Checks an instance against what the model wants.
   *
   * @param pointer where it stands in the request
   * @throws InvalidInstance where a feature is missing, unknown or of the wrong type
   */
  Instance parse(JsonNode instance, String pointer) throws InvalidInstance;

  /** One row of scores per instance: probabilities by label, or the value. */
  float[][] score(List<Instance> instances);

  /** One vector per instance; only where {@link #embeds}. */
  float[][] embed(List<Instance> instances);

  /** Whether it has encoders. */
  boolean embeds();

  /** Something to run before the first call. */
  Instance sample();

  /** What an instance's scores say, as JSON. */
  ObjectNode prediction(Instance instance, float[] scores);

  /** Tokens read for an instance; 0 for a row. */
  int inputTokens(Instance instance);

  /** Tokens said in a prediction; 0 where nothing is said. */
  int outputTokens(Instance instance, ObjectNode prediction);

  @Override
  void close();

  /** An instance that breaks a rule; told to the sender. */
  final class InvalidInstance extends Exception {

    private static final long serialVersionUID = 1L;

    private final String pointer;

    InvalidInstance(String pointer, String violated) {
      super(violated);
      this.pointer = pointer;
    }

    String pointer() {
      return pointer;
    }

    String violated() {
      return String.valueOf(getMessage());
    }
  }
}
