package dev.weir.worker.serve;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Optional;

/**
 * What serving needs of {@code model.json}; the rest is passed over.
 *
 * @param features names of a table's columns, in the order of the ONNX input; none for text
 * @param labels in the order of the scores; none for regression
 * @param encoders whose vectors, one after the other, are a text's features
 * @param threshold the lowest score at which an answer is given
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ModelFile(
    String format,
    String task,
    Optional<List<Feature>> features,
    Optional<List<String>> labels,
    Optional<List<String>> encoders,
    Optional<Double> threshold) {

  static final String FORMAT = "weir-model/1";

  /** A column; numbers only. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Feature(String name, String type) {}

  boolean text() {
    return task.startsWith("text-");
  }
}
