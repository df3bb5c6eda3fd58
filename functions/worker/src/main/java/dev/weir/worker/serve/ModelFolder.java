package dev.weir.worker.serve;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A version that lies in a folder, asked as a replica would answer. Thread-safe. */
public final class ModelFolder implements AutoCloseable {

  private final OnnxModel model;

  private ModelFolder(OnnxModel model) {
    this.model = model;
  }

  /**
   * Opens what a training run left.
   *
   * @throws IOException where a file is missing or of another format
   */
  public static ModelFolder open(Path folder) throws IOException {
    return new ModelFolder(OnnxModel.load("folder", folder, FrozenEncoder::open));
  }

  /**
   * One prediction per text: {@code label}, {@code score}, {@code answered}, {@code answer}.
   *
   * @throws IllegalArgumentException where a text is empty or too long
   */
  public List<JsonNode> ask(List<String> texts) {
    List<Instance> instances = new ArrayList<>();
    for (String text : texts) {
      try {
        instances.add(model.parse(Json.MAPPER.createObjectNode().put("text", text), ""));
      } catch (Model.InvalidInstance e) {
        throw new IllegalArgumentException(e.violated(), e);
      }
    }
    float[][] scores = model.score(instances);
    List<JsonNode> predictions = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      predictions.add(model.prediction(instances.get(i), scores[i]));
    }
    return predictions;
  }

  @Override
  public void close() {
    model.close();
  }
}
