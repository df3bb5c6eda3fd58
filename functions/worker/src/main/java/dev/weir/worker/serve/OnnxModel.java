package dev.weir.worker.serve;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A version of the format {@code weir-model/1} through ONNX Runtime: input {@code features}
 * float[N, D], first output float[N, K] (probabilities by label; one column is a value, or the
 * probability of the second of two labels).
 */
final class OnnxModel implements Model {

  /** The longest text, in characters. */
  static final int TEXT_MAX_CHARS = 8000;

  private final String version;
  private final ModelFile file;
  private final List<String> features;
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<String> labels;
  private final List<TextEncoder> encoders;
  private final Replies replies;
  private final OrtSession session;

  private OnnxModel(
      String version,
      ModelFile file,
      List<TextEncoder> encoders,
      Replies replies,
      OrtSession session) {
    this.version = version;
    this.file = file;
    this.features =
        file.features().orElse(List.of()).stream().map(ModelFile.Feature::name).toList();
    for (String name : features) {
      columns.put(name, columns.size());
    }
    this.labels = file.labels().orElse(List.of());
    this.encoders = encoders;
    this.replies = replies;
    this.session = session;
  }

  /**
   * Loads the files of a version.
   *
   * @param folder with {@code model.json}, {@code model.onnx} and, for some, {@code answers.json}
   * @param encoders opens an encoder by its name; it belongs to the model
   */
  static OnnxModel load(String version, Path folder, Function<String, TextEncoder> encoders)
      throws IOException {
    ModelFile file = Json.parse(Files.readString(folder.resolve("model.json")), ModelFile.class);
    if (!file.format().equals(ModelFile.FORMAT)) {
      throw new IOException("model format " + file.format() + " is not " + ModelFile.FORMAT);
    }
    Replies replies = Replies.read(folder.resolve("answers.json"));
    List<TextEncoder> opened = new ArrayList<>();
    for (String name : file.encoders().orElse(List.of())) {
      opened.add(encoders.apply(name));
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      OrtSession session =
          OrtEnvironment.getEnvironment()
              .createSession(folder.resolve("model.onnx").toString(), options);
      return new OnnxModel(version, file, opened, replies, session);
    } catch (OrtException e) {
      opened.forEach(TextEncoder::close);
      throw new IOException("model " + version + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Instance parse(JsonNode instance, String pointer) throws InvalidInstance {
    if (!instance.isObject()) {
      throw new InvalidInstance(pointer, "is not an object");
    }
    return file.text() ? text(instance, pointer) : row(instance, pointer);
  }

  private static Instance text(JsonNode instance, String pointer) throws InvalidInstance {
    JsonNode text = instance.path("text");
    if (!text.isTextual() || text.textValue().isBlank()) {
      throw new InvalidInstance(pointer + "/text", "is not a text of at least one character");
    }
    int length = text.textValue().length();
    if (length > TEXT_MAX_CHARS) {
      throw new InvalidInstance(
          pointer + "/text", "text " + length + " characters > " + TEXT_MAX_CHARS);
    }
    return new Instance.Text(text.textValue());
  }

  private Instance row(JsonNode instance, String pointer) throws InvalidInstance {
    float[] row = new float[features.size()];
    int known = 0;
    for (Map.Entry<String, JsonNode> field : instance.properties()) {
      Integer column = columns.get(field.getKey());
      if (column == null) {
        throw new InvalidInstance(pointer + "/" + field.getKey(), "is not a feature of " + version);
      }
      float value = field.getValue().isNumber() ? field.getValue().floatValue() : Float.NaN;
      if (!Float.isFinite(value)) {
        throw new InvalidInstance(
            pointer + "/" + field.getKey(), "is not a finite number: " + brief(field.getValue()));
      }
      row[column] = value;
      known++;
    }
    if (known < features.size()) {
      String missing =
          features.stream().filter(name -> !instance.has(name)).findFirst().orElseThrow();
      throw new InvalidInstance(pointer + "/" + missing, "is missing");
    }
    return new Instance.Row(row);
  }

  private static String brief(JsonNode node) {
    String text = node.toString();
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  @Override
  public float[][] score(List<Instance> instances) {
    float[][] rows = file.text() ? embed(instances) : rows(instances);
    FloatBuffer flat = FloatBuffer.allocate(rows.length * rows[0].length);
    for (float[] row : rows) {
      flat.put(row);
    }
    long[] shape = {rows.length, rows[0].length};
    try (OnnxTensor input =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), flat.flip(), shape);
        OrtSession.Result result = session.run(Map.of("features", input))) {
      float[][] scores = (float[][]) result.get(0).getValue();
      for (float[] row : scores) {
        requireFinite(row);
      }
      return scores;
    } catch (OrtException e) {
      throw new IllegalStateException("model " + version + ": " + e.getMessage(), e);
    }
  }

  private void requireFinite(float[] scores) {
    for (float score : scores) {
      if (!Float.isFinite(score)) {
        throw new IllegalStateException("model " + version + " gives a score of " + score);
      }
    }
  }

  private static float[][] rows(List<Instance> instances) {
    return instances.stream()
        .map(instance -> ((Instance.Row) instance).features())
        .toArray(float[][]::new);
  }

  @Override
  public float[][] embed(List<Instance> instances) {
    List<String> texts =
        instances.stream().map(instance -> ((Instance.Text) instance).text()).toList();
    float[][][] parts = new float[encoders.size()][][];
    for (int e = 0; e < parts.length; e++) {
      parts[e] = encoders.get(e).embed(texts);
    }
    float[][] joined = new float[texts.size()][];
    for (int i = 0; i < joined.length; i++) {
      int width = 0;
      for (float[][] part : parts) {
        width += part[i].length;
      }
      joined[i] = new float[width];
      int at = 0;
      for (float[][] part : parts) {
        System.arraycopy(part[i], 0, joined[i], at, part[i].length);
        at += part[i].length;
      }
    }
    return joined;
  }

  @Override
  public boolean embeds() {
    return !encoders.isEmpty();
  }

  @Override
  public Instance sample() {
    return file.text()
        ? new Instance.Text("Is it ready? 准备好了吗？")
        : new Instance.Row(new float[features.size()]);
  }

  @Override
  public ObjectNode prediction(Instance instance, float[] scores) {
    ObjectNode said = Json.MAPPER.createObjectNode();
    if (labels.isEmpty()) {
      return said.put("value", scores[0]);
    }
    float[] all =
        scores.length == 1 && labels.size() == 2 ? new float[] {1 - scores[0], scores[0]} : scores;
    int best = 0;
    ObjectNode byLabel = Json.MAPPER.createObjectNode();
    for (int i = 0; i < all.length; i++) {
      byLabel.put(labels.get(i), all[i]);
      best = all[i] > all[best] ? i : best;
    }
    said.put("label", labels.get(best)).put("score", all[best]);
    if (instance instanceof Instance.Text(String text)) {
      Optional<String> answer = replies.to(labels.get(best), text);
      said.put("answered", all[best] >= file.threshold().orElse(0.0));
      answer.ifPresent(reply -> said.put("answer", reply));
    }
    said.set("scores", byLabel);
    return said;
  }

  @Override
  public int inputTokens(Instance instance) {
    return switch (instance) {
      case Instance.Row _ -> 0;
      case Instance.Text(String text) -> tokens(text);
    };
  }

  @Override
  public int outputTokens(Instance instance, ObjectNode prediction) {
    boolean says = prediction.path("answered").asBoolean() && prediction.has("answer");
    return says ? tokens(prediction.path("answer").asText()) : 0;
  }

  /** By the encoder that makes most of it: one of another language makes few or none. */
  private int tokens(String text) {
    return encoders.stream().mapToInt(encoder -> encoder.tokens(text)).max().orElse(0);
  }

  @Override
  public void close() {
    encoders.forEach(TextEncoder::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("model " + version + " cannot be closed", e);
    }
  }
}
