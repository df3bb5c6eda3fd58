package dev.weir.worker.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.weir.core.job.Recipe;
import dev.weir.worker.train.Safetensors.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * AdamW and SGD with momentum, step by step as PyTorch's {@code torch.optim} computes them (one
 * tensor at a time, no amsgrad, no Nesterov). Written here because DJL's adds ε before the bias
 * correction, clips one side only, and cannot be saved. State is kept by parameter name. Not
 * thread-safe.
 */
final class Optimizer {

  private static final String FIRST = ".exp_avg";
  private static final String SECOND = ".exp_avg_sq";
  private static final String MOMENTUM = ".momentum_buffer";

  private final Recipe.Optimizer settings;
  private final double normMax;
  private final Map<String, PtNDArray> parameters;
  private final Map<String, NDArray> state = new LinkedHashMap<>();
  private long steps;

  /**
   * @param normMax of all gradients together, 0 for no clipping
   * @param saved values of {@link #values}, or empty for a new start
   */
  Optimizer(
      NDManager manager,
      Recipe.Optimizer settings,
      double normMax,
      Map<String, PtNDArray> parameters,
      long steps,
      Map<String, Tensor> saved) {
    this.settings = settings;
    this.normMax = normMax;
    this.parameters = parameters;
    this.steps = steps;
    Safetensors.Content content = new Safetensors.Content(saved, Map.of());
    parameters.forEach((name, parameter) -> {
      for (String suffix : suffixes(settings)) {
        long[] shape = parameter.getShape().getShape();
        float[] values =
            saved.isEmpty()
                ? new float[(int) parameter.size()]
                : content.values(name + suffix, shape);
        state.put(name + suffix, manager.create(values, parameter.getShape()));
      }
    });
  }

  private static String[] suffixes(Recipe.Optimizer settings) {
    return switch (settings.type()) {
      case ADAMW -> new String[] {FIRST, SECOND};
      case SGD -> settings.momentum() > 0 ? new String[] {MOMENTUM} : new String[0];
    };
  }

  Map<String, Tensor> values() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    state.forEach((name, array) -> values.put(name, Perceptron.tensor(array)));
    return values;
  }

  /** One step on the gradients that are there; leaves them zero. */
  void step() {
    steps++;
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> gradients.put(name, parameter.getGradient()));
    clip(gradients);
    gradients.forEach((name, gradient) -> {
      PtNDArray parameter = state(parameters, name);
      if (settings.l2() > 0 && Perceptron.isWeight(name)) {
        gradient.addi(parameter.mul(settings.l2()));
      }
      switch (settings.type()) {
        case ADAMW -> adamw(name, parameter, gradient);
        case SGD -> sgd(name, parameter, gradient);
      }
      JniUtils.zeroGrad(parameter);
    });
  }

  private void clip(Map<String, NDArray> gradients) {
    if (normMax == 0) {
      return;
    }
    double squares = 0;
    for (NDArray gradient : gradients.values()) {
      squares += gradient.square().sum().getFloat();
    }
    double factor = normMax / (Math.sqrt(squares) + 1e-6);
    if (factor < 1) {
      gradients.values().forEach(gradient -> gradient.muli(factor));
    }
  }

  /** Loshchilov and Hutter 2019; ε is added to √v after its bias correction. */
  private void adamw(String name, PtNDArray parameter, NDArray gradient) {
    double rate = settings.learningRate();
    if (settings.weightDecay() > 0) {
      parameter.muli(1 - rate * settings.weightDecay());
    }
    NDArray first = state(state, name + FIRST);
    NDArray second = state(state, name + SECOND);
    first.addi(gradient.sub(first).mul(1 - settings.beta1()));
    second.muli(settings.beta2()).addi(gradient.square().mul(1 - settings.beta2()));
    double correction1 = 1 - Math.pow(settings.beta1(), (double) steps);
    double correction2 = Math.sqrt(1 - Math.pow(settings.beta2(), (double) steps));
    NDArray denominator = second.sqrt().div(correction2).add(settings.epsilon());
    parameter.subi(first.div(denominator).mul(rate / correction1));
  }

  private void sgd(String name, PtNDArray parameter, NDArray gradient) {
    NDArray direction = gradient;
    if (settings.momentum() > 0) {
      // From zeros, the first step gives the gradient itself, as in PyTorch.
      direction = state(state, name + MOMENTUM).muli(settings.momentum()).addi(gradient);
    }
    parameter.subi(direction.mul(settings.learningRate()));
  }

  private static <T> T state(Map<String, T> map, String name) {
    T value = map.get(name);
    if (value == null) {
      throw new IllegalStateException(name);
    }
    return value;
  }
}
