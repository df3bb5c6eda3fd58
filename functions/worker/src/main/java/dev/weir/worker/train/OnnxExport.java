package dev.weir.worker.train;

import dev.weir.worker.data.Scaling;
import dev.weir.worker.train.Safetensors.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a perceptron as an ONNX model (opset 13, IR version 8): {@code features} float[N, D] in
 * their own units → standardisation → Gemm and Relu per layer → {@code scores} float[N, K].
 */
final class OnnxExport {

  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int ATTRIBUTE_INT = 2;

  private final Protobuf graph = new Protobuf();
  private String last = "features";

  private OnnxExport() {}

  /** A layer: weight {@code [out, in]}, bias {@code [out]}. */
  record Layer(Tensor weight, Tensor bias) {}

  /**
   * The model's bytes.
   *
   * @param target scaling of the value in regression; width 1
   * @param classes the first so many probabilities are given; the rest is for none of them
   */
  static byte[] write(
      Scaling features, List<Layer> layers, Head head, Scaling target, int classes) {
    OnnxExport export = new OnnxExport();
    export.initializer("features.mean", Tensor.vector(features.mean()));
    export.initializer("features.deviation", Tensor.vector(features.deviation()));
    export.node("Sub", "centred", "features.mean");
    export.node("Div", "standardised", "features.deviation");
    for (int i = 0; i < layers.size(); i++) {
      export.layer(i, layers.get(i), i == layers.size() - 1);
    }
    int width = layers.getLast().bias().values().length;
    long outputs = export.head(head, target, width, classes);
    export.graph.text(2, "weir");
    export.graph.message(11, value("features", features.mean().length));
    export.graph.message(12, value("scores", outputs));
    return new Protobuf()
        .number(1, 8)
        .text(2, "weir")
        .message(7, export.graph)
        .message(8, new Protobuf().text(1, "").number(2, 13))
        .toBytes();
  }

  private void layer(int index, Layer layer, boolean output) {
    String name = "layers." + index;
    initializer(name + ".weight", layer.weight());
    initializer(name + ".bias", layer.bias());
    String result = output ? "logits" : name + ".linear";
    Protobuf transposed = attribute("transB", 1);
    graph.message(
        1,
        new Protobuf()
            .text(1, last)
            .text(1, name + ".weight")
            .text(1, name + ".bias")
            .text(2, result)
            .text(3, name)
            .text(4, "Gemm")
            .message(5, transposed));
    last = result;
    if (!output) {
      unary("Relu", name + ".relu");
    }
  }

  private long head(Head head, Scaling target, int width, int classes) {
    return switch (head) {
      case SOFTMAX -> {
        String all = classes < width ? "probabilities" : "scores";
        graph.message(1, unaryNode("Softmax", all).message(5, attribute("axis", 1)));
        if (classes < width) {
          first(classes, all);
        }
        yield Math.min(classes, width);
      }
      case SIGMOID -> {
        unary("Sigmoid", "positive");
        initializer("one", Tensor.vector(1f));
        graph.message(
            1,
            new Protobuf().text(1, "one").text(1, "positive").text(2, "negative").text(4, "Sub"));
        graph.message(
            1,
            new Protobuf()
                .text(1, "negative")
                .text(1, "positive")
                .text(2, "scores")
                .text(4, "Concat")
                .message(5, attribute("axis", 1)));
        yield 2;
      }
      case VALUE -> {
        initializer("target.deviation", Tensor.vector(target.deviation()));
        initializer("target.mean", Tensor.vector(target.mean()));
        node("Mul", "scaled", "target.deviation");
        node("Add", "scores", "target.mean");
        yield 1;
      }
    };
  }

  /** The scores: the first columns of all probabilities. */
  private void first(int columns, String all) {
    Protobuf slice = new Protobuf().text(1, all);
    Map<String, Integer> operands = new LinkedHashMap<>();
    operands.put("first.start", 0);
    operands.put("first.end", columns);
    operands.put("first.axis", 1);
    operands.forEach((name, value) -> {
      byte[] raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
      graph.message(5, new Protobuf().number(1, 1).number(2, INT64).text(8, name).bytes(9, raw));
      slice.text(1, name);
    });
    graph.message(1, slice.text(2, "scores").text(4, "Slice"));
  }

  /** An operation on the last result and an initializer. */
  private void node(String operation, String result, String operand) {
    graph.message(
        1, new Protobuf().text(1, last).text(1, operand).text(2, result).text(4, operation));
    last = result;
  }

  private void unary(String operation, String result) {
    graph.message(1, unaryNode(operation, result));
    last = result;
  }

  private Protobuf unaryNode(String operation, String result) {
    return new Protobuf().text(1, last).text(2, result).text(4, operation);
  }

  private static Protobuf attribute(String name, long value) {
    return new Protobuf().text(1, name).number(3, value).number(20, ATTRIBUTE_INT);
  }

  private void initializer(String name, Tensor tensor) {
    Protobuf message = new Protobuf();
    for (long dimension : tensor.shape()) {
      message.number(1, dimension);
    }
    ByteBuffer raw = ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(tensor.values());
    graph.message(5, message.number(2, FLOAT).text(8, name).bytes(9, raw.array()));
  }

  /** A float matrix of any number of rows. */
  private static Protobuf value(String name, long columns) {
    Protobuf shape =
        new Protobuf()
            .message(1, new Protobuf().text(2, "N"))
            .message(1, new Protobuf().number(1, columns));
    Protobuf tensor = new Protobuf().number(1, FLOAT).message(2, shape);
    return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
  }
}
