package dev.weir.worker.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.weir.worker.data.Random64;
import dev.weir.worker.train.Safetensors.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Linear layers with ReLU between them, named as PyTorch names them: {@code layers.<i>.weight}
 * {@code [out, in]} and {@code layers.<i>.bias} {@code [out]}. Not thread-safe.
 */
final class Perceptron implements AutoCloseable {

  private final NDManager manager;
  private final Map<String, PtNDArray> parameters = new LinkedHashMap<>();
  private final int layers;
  private final double dropout;

  /**
   * @param widths input, hidden layers, output
   * @param values by name
   */
  Perceptron(NDManager parent, List<Integer> widths, double dropout, Map<String, Tensor> values) {
    this.manager = parent.newSubManager();
    this.layers = widths.size() - 1;
    this.dropout = dropout;
    Safetensors.Content content = new Safetensors.Content(values, Map.of());
    for (int i = 0; i < layers; i++) {
      int in = widths.get(i);
      int out = widths.get(i + 1);
      add(weight(i), content.values(weight(i), out, in), new Shape(out, in));
      add(bias(i), content.values(bias(i), out), new Shape(out));
    }
  }

  /** PyTorch's first values of a linear layer: uniform within ±1/√in. */
  static Map<String, Tensor> initial(List<Integer> widths, Random64 random) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (int i = 0; i < widths.size() - 1; i++) {
      int in = widths.get(i);
      int out = widths.get(i + 1);
      double bound = 1 / Math.sqrt(in);
      values.put(weight(i), new Tensor(new long[] {out, in}, uniform(out * in, bound, random)));
      values.put(bias(i), new Tensor(new long[] {out}, uniform(out, bound, random)));
    }
    return values;
  }

  private static float[] uniform(int size, double bound, Random64 random) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) ((2 * random.uniform() - 1) * bound);
    }
    return values;
  }

  private void add(String name, float[] values, Shape shape) {
    PtNDArray array = (PtNDArray) manager.create(values, shape);
    JniUtils.attachGradient(array, true);
    parameters.put(name, array);
  }

  Map<String, PtNDArray> parameters() {
    return parameters;
  }

  static boolean isWeight(String name) {
    return name.endsWith(".weight");
  }

  private static String weight(int layer) {
    return "layers." + layer + ".weight";
  }

  private static String bias(int layer) {
    return "layers." + layer + ".bias";
  }

  /**
   * The last layer's numbers.
   *
   * @param x {@code [rows, in]}
   * @param random draws the dropout's masks; the state moves only where there is dropout
   */
  NDArray train(NDArray x, Random64 random) {
    NDArray h = x;
    for (int i = 0; i < layers; i++) {
      h = linear(h, i);
      if (i < layers - 1) {
        h = h.getNDArrayInternal().relu();
        if (dropout > 0) {
          h = h.mul(mask(h, random));
        }
      }
    }
    return h;
  }

  /** The last layer's numbers, without dropout. */
  NDArray predict(NDArray x) {
    NDArray h = x;
    for (int i = 0; i < layers; i++) {
      h = linear(h, i);
      if (i < layers - 1) {
        h = h.getNDArrayInternal().relu();
      }
    }
    return h;
  }

  private NDArray linear(NDArray x, int layer) {
    return Linear.linear(x, parameter(weight(layer)), parameter(bias(layer))).singletonOrThrow();
  }

  private PtNDArray parameter(String name) {
    PtNDArray array = parameters.get(name);
    if (array == null) {
      throw new IllegalStateException(name);
    }
    return array;
  }

  private NDArray mask(NDArray like, Random64 random) {
    float[] keep = new float[(int) like.size()];
    float scale = (float) (1 / (1 - dropout));
    for (int i = 0; i < keep.length; i++) {
      keep[i] = random.uniform() < dropout ? 0 : scale;
    }
    return like.getManager().create(keep, like.getShape());
  }

  Map<String, Tensor> values() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    parameters.forEach((name, array) -> values.put(name, tensor(array)));
    return values;
  }

  static Tensor tensor(NDArray array) {
    return new Tensor(array.getShape().getShape(), array.toFloatArray());
  }

  /** The layers of stored values, for the export. */
  static List<OnnxExport.Layer> layers(Map<String, Tensor> values) {
    List<OnnxExport.Layer> layers = new ArrayList<>();
    for (int i = 0; ; i++) {
      Tensor weight = values.get(weight(i));
      Tensor bias = values.get(bias(i));
      if (weight == null || bias == null) {
        return layers;
      }
      layers.add(new OnnxExport.Layer(weight, bias));
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
