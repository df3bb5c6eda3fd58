package dev.weir.worker.serve;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Hand-made ONNX models (opset 13): {@code scores = softmax(features · W)} or, without softmax,
 * {@code features · W}. Field numbers are those of onnx.proto.
 */
final class TinyOnnx {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private TinyOnnx() {}

  /** For {@code weights[D][K]}. */
  static byte[] linear(float[][] weights, boolean softmax) {
    int inputs = weights.length;
    int outputs = weights[0].length;
    ByteBuffer raw = ByteBuffer.allocate(inputs * outputs * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : weights) {
      for (float weight : row) {
        raw.putFloat(weight);
      }
    }
    TinyOnnx tensor = new TinyOnnx().number(1, inputs).number(1, outputs).number(2, 1).text(8, "w");
    tensor.bytes(9, raw.array());
    TinyOnnx graph = new TinyOnnx();
    graph.message(1, node("MatMul", softmax ? "logits" : "scores", "features", "w"));
    if (softmax) {
      TinyOnnx axis = new TinyOnnx().text(1, "axis").number(3, 1).number(20, 2);
      graph.message(1, node("Softmax", "scores", "logits").message(5, axis));
    }
    graph.text(2, "tiny").message(5, tensor);
    graph.message(11, value("features", inputs)).message(12, value("scores", outputs));
    return new TinyOnnx()
        .number(1, 8)
        .message(7, graph)
        .message(8, new TinyOnnx().text(1, "").number(2, 13))
        .bytes
        .toByteArray();
  }

  private static TinyOnnx node(String type, String output, String... inputs) {
    TinyOnnx node = new TinyOnnx();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(3, output).text(4, type);
  }

  private static TinyOnnx value(String name, int width) {
    TinyOnnx shape =
        new TinyOnnx()
            .message(1, new TinyOnnx().text(2, "N"))
            .message(1, new TinyOnnx().number(1, width));
    TinyOnnx type = new TinyOnnx().message(1, new TinyOnnx().number(1, 1).message(2, shape));
    return new TinyOnnx().text(1, name).message(2, type);
  }

  private TinyOnnx number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  private TinyOnnx text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private TinyOnnx message(int field, TinyOnnx value) {
    return bytes(field, value.bytes.toByteArray());
  }

  private TinyOnnx bytes(int field, byte[] value) {
    varint((long) field << 3 | 2);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
