package dev.weir.worker.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.job.Recipe;
import dev.weir.core.json.Json;
import dev.weir.worker.train.Safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a training run leaves in the model folder: {@code model.json}, {@code model.safetensors},
 * {@code model.onnx}, {@code metrics.json}, {@code README.md}, and {@code answers.json} where the
 * dataset has answers.
 */
final class Artifact {

  /** The version of {@code model.json}. */
  static final String FORMAT = "weir-model/1";

  private final Recipe recipe;
  private final Origin origin;
  private final Prepared data;
  private final Trainer.Result result;
  private final Evaluation evaluation;

  Artifact(
      Recipe recipe, Origin origin, Prepared data, Trainer.Result result, Evaluation evaluation) {
    this.recipe = recipe;
    this.origin = origin;
    this.data = data;
    this.result = result;
    this.evaluation = evaluation;
  }

  void write(Path folder, Path answers, double seconds) throws IOException {
    Head head = data.head(recipe);
    byte[] onnx =
        OnnxExport.write(
            data.scaling(),
            Perceptron.layers(result.best()),
            head,
            data.target(),
            data.labels().size());
    double difference =
        OnnxCheck.compare(
            onnx,
            data.examples()
                .rows(data.parts().test())
                .scopeUnless(data.labels().isEmpty())
                .features(),
            evaluation.scores(),
            data.target().deviation()[0]);
    Files.write(folder.resolve("model.onnx"), onnx);
    Files.write(
        folder.resolve("model.safetensors"),
        Safetensors.encode(tensors(), Map.of("format", FORMAT)));
    ObjectNode model = modelJson();
    write(folder.resolve("model.json"), model);
    write(folder.resolve("metrics.json"), metricsJson(difference, seconds));
    Files.writeString(
        folder.resolve("README.md"), ModelCard.of(recipe, origin, data, evaluation, result));
    if (Files.exists(answers)) {
      Files.copy(answers, folder.resolve("answers.json"));
    }
  }

  private static void write(Path file, ObjectNode json) throws IOException {
    Files.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
  }

  private Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>(result.best());
    tensors.put("features.mean", Tensor.vector(data.scaling().mean()));
    tensors.put("features.deviation", Tensor.vector(data.scaling().deviation()));
    if (data.labels().isEmpty()) {
      tensors.put("target.mean", Tensor.vector(data.target().mean()));
      tensors.put("target.deviation", Tensor.vector(data.target().deviation()));
    }
    return tensors;
  }

  private ObjectNode modelJson() {
    ObjectNode model = Json.MAPPER.createObjectNode();
    model.put("format", FORMAT);
    model.put("name", origin.model());
    model.put("task", recipe.recipe().wireName());
    if (!data.columns().isEmpty()) {
      ArrayNode features = model.putArray("features");
      for (int i = 0; i < data.columns().size(); i++) {
        features
            .addObject()
            .put("name", data.columns().get(i))
            .put("type", "number")
            .put("mean", data.scaling().mean()[i])
            .put("std", data.scaling().deviation()[i]);
      }
    }
    model.set("labels", Json.MAPPER.valueToTree(data.labels()));
    model.set("encoders", Json.MAPPER.valueToTree(recipe.encoders()));
    ObjectNode onnx = model.putObject("onnx");
    onnx.put("input", "features");
    onnx.putArray("outputs").add("scores");
    evaluation.threshold().ifPresent(t -> model.put("threshold", t));
    // The weights' last class where it was learnt: the scores are without it and sum to less than
    // 1.
    recipe.data().outOfScope().ifPresent(label -> model.put("outOfScope", label));
    model.set("metrics", Json.MAPPER.valueToTree(evaluation.metrics()));
    model.set("lineage", Json.MAPPER.valueToTree(origin.lineage()));
    return model;
  }

  private ObjectNode metricsJson(double difference, double seconds) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.set("test", Json.MAPPER.valueToTree(evaluation.metrics()));
    json.put("epochs", result.epochs());
    json.put("steps", result.steps());
    json.put("bestEpoch", result.bestEpoch());
    json.put("best", result.bestValue());
    json.put("bestOf", "validation-" + recipe.stopping().metric().wireName());
    json.put("onnxMaxDifference", difference);
    json.put("seconds", seconds);
    ObjectNode rows = json.putObject("rows");
    rows.put("train", data.parts().train().length);
    rows.put("validation", data.parts().validation().length);
    rows.put("test", data.parts().test().length);
    if (evaluation.confusion().length > 0) {
      json.set("labels", Json.MAPPER.valueToTree(data.labels()));
      json.set("confusion", Json.MAPPER.valueToTree(evaluation.confusion()));
    }
    json.set("recipe", Json.MAPPER.valueToTree(recipe));
    return json;
  }
}
