package dev.weir.worker.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import dev.weir.core.job.MetricPoint;
import dev.weir.core.job.Progress;
import dev.weir.core.job.Recipe;
import dev.weir.worker.data.DataException;
import dev.weir.worker.data.Examples;
import dev.weir.worker.data.Random64;
import dev.weir.worker.train.Safetensors.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The training loop. On a CPU it is a function of recipe and data: interrupted at any step and
 * resumed from a checkpoint, it ends with the same bytes. Use from one thread; one per process,
 * because DJL collects gradients once per process.
 */
final class Trainer implements AutoCloseable {

  private static final int PREDICT_ROWS = 1024;

  private final Recipe recipe;
  private final Head head;
  private final List<Integer> widths;
  private final Checkpoints checkpoints;
  private final Reports reports;
  private final StopSignal stop;
  private final Engine engine = Engine.getEngine("PyTorch");
  private final NDManager manager = engine.newBaseManager();

  /**
   * @param widths input, hidden layers, output
   */
  Trainer(
      Recipe recipe,
      Head head,
      List<Integer> widths,
      Checkpoints checkpoints,
      Reports reports,
      StopSignal stop) {
    this.recipe = recipe;
    this.head = head;
    this.widths = List.copyOf(widths);
    this.checkpoints = checkpoints;
    this.reports = reports;
    this.stop = stop;
    // Grad mode is per thread, and on in all but the thread that loads the engine.
    JniUtils.setGradMode(false);
  }

  /** The best weights, and when they were found. */
  record Result(
      Map<String, Tensor> best, int bestEpoch, double bestValue, int epochs, long steps) {}

  /**
   * Trains until the last epoch or until nothing gets better; resumes where there is a checkpoint.
   */
  Result run(Examples train, Examples validation) throws IOException {
    Optional<Checkpoints.Saved> saved = checkpoints.load();
    LoopState state = saved.map(Checkpoints.Saved::state).orElseGet(this::start);
    Map<String, Tensor> first =
        saved
            .map(Checkpoints.Saved::model)
            .orElseGet(() -> Perceptron.initial(widths, Random64.of(seed(), "weights")));
    Map<String, Tensor> best = saved.map(Checkpoints.Saved::best).orElse(first);
    try (Perceptron model = new Perceptron(manager, widths, recipe.model().dropout(), first)) {
      Optimizer optimizer =
          new Optimizer(
              manager,
              recipe.optimizer(),
              recipe.training().gradientNormMax(),
              model.parameters(),
              state.step(),
              saved.map(Checkpoints.Saved::optimizer).orElse(Map.of()));
      Loop loop = new Loop(model, optimizer, train, validation, state, best);
      loop.run();
      return new Result(
          loop.best,
          loop.state.bestEpoch(),
          loop.state.bestValue(),
          loop.state.epoch(),
          loop.state.step());
    }
  }

  private LoopState start() {
    double worst = recipe.stopping().metric().larger() ? -Double.MAX_VALUE : Double.MAX_VALUE;
    return new LoopState(
        0,
        0,
        0,
        Random64.of(seed(), "order").state(),
        Random64.of(seed(), "dropout").state(),
        0,
        0,
        worst,
        0,
        false);
  }

  private long seed() {
    return recipe.training().seed();
  }

  /** Softmax probabilities, or {@code (1 − p, p)}, or standardised values. */
  float[][] scores(Map<String, Tensor> weights, Examples examples) {
    try (Perceptron model = new Perceptron(manager, widths, 0, weights)) {
      return outputs(model, examples, true);
    }
  }

  private float[][] outputs(Perceptron model, Examples examples, boolean activated) {
    int[] all = new int[examples.size()];
    Arrays.setAll(all, i -> i);
    float[][] outputs = new float[all.length][];
    for (int from = 0; from < all.length; from += PREDICT_ROWS) {
      int to = Math.min(all.length, from + PREDICT_ROWS);
      try (NDScope _ = new NDScope()) {
        NDArray x =
            manager.create(examples.batch(all, from, to), new Shape(to - from, examples.width()));
        NDArray raw = model.predict(x);
        float[] flat = (activated ? activate(raw) : raw).toFloatArray();
        int width = flat.length / (to - from);
        for (int i = from; i < to; i++) {
          outputs[i] = Arrays.copyOfRange(flat, (i - from) * width, (i - from + 1) * width);
        }
      }
    }
    return outputs;
  }

  private NDArray activate(NDArray raw) {
    return switch (head) {
      case SOFTMAX -> raw.softmax(1);
      case SIGMOID -> {
        NDArray p = raw.getNDArrayInternal().sigmoid();
        yield p.neg().add(1).concat(p, 1);
      }
      case VALUE -> raw;
    };
  }

  private final class Loop {
    private final Perceptron model;
    private final Optimizer optimizer;
    private final Examples train;
    private final Examples validation;
    private final long startedNanos = System.nanoTime();
    private final int startedEpoch;
    private LoopState state;
    private Map<String, Tensor> best;

    Loop(
        Perceptron model,
        Optimizer optimizer,
        Examples train,
        Examples validation,
        LoopState state,
        Map<String, Tensor> best) {
      this.model = model;
      this.optimizer = optimizer;
      this.train = train;
      this.validation = validation;
      this.state = state;
      this.startedEpoch = state.epoch();
      this.best = best;
    }

    void run() throws IOException {
      while (!state.finished()) {
        epoch();
      }
    }

    private void epoch() throws IOException {
      Random64 sampler = new Random64(state.sampler());
      Random64 dropout = new Random64(state.dropout());
      int[] order = new int[train.size()];
      Arrays.setAll(order, i -> i);
      sampler.shuffle(order);
      while (state.position() < order.length) {
        if (stop.requested()) {
          save();
          throw new StopSignal.Stopped(state.step());
        }
        int to = Math.min(order.length, state.position() + recipe.training().batchSize());
        double loss = step(order, state.position(), to, dropout);
        state =
            new LoopState(
                state.epoch(),
                to,
                state.step() + 1,
                state.sampler(),
                dropout.state(),
                state.lossSum() + loss * (to - state.position()),
                state.bestEpoch(),
                state.bestValue(),
                state.waiting(),
                false);
        if (state.step() % recipe.training().checkpointSteps() == 0) {
          save();
        }
      }
      endEpoch(sampler.state());
    }

    private double step(int[] order, int from, int to, Random64 dropout) {
      float[] targets = new float[to - from];
      for (int i = from; i < to; i++) {
        targets[i - from] = train.targets()[order[i]];
      }
      try (NDScope _ = new NDScope()) {
        NDArray x =
            manager.create(train.batch(order, from, to), new Shape(to - from, train.width()));
        double value;
        try (GradientCollector collector = engine.newGradientCollector()) {
          NDArray loss = Losses.of(head, model.train(x, dropout), targets);
          collector.backward(loss);
          value = loss.getFloat();
        }
        if (!Double.isFinite(value)) {
          throw new DataException(
              "the loss is %s at step %d; a smaller learning rate than %s may help"
                  .formatted(value, state.step() + 1, recipe.optimizer().learningRate()));
        }
        optimizer.step();
        return value;
      }
    }

    private void endEpoch(long nextSampler) throws IOException {
      float[][] outputs = outputs(model, validation, false);
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("train-loss", state.lossSum() / train.size());
      values.put("validation-loss", Losses.of(head, outputs, validation.targets()));
      if (head != Head.VALUE) {
        float[][] scores = head == Head.SIGMOID ? twoSided(outputs) : outputs;
        Metrics.macro(Metrics.confusion(scores, validation.targets()))
            .forEach((name, value) -> values.put("validation-" + name, value));
      }
      Recipe.StopMetric metric = recipe.stopping().metric();
      double value = values.getOrDefault("validation-" + metric.wireName(), Double.NaN);
      double gain = metric.larger() ? value - state.bestValue() : state.bestValue() - value;
      boolean better = gain > recipe.stopping().minDelta();
      if (better) {
        best = model.values();
      }
      int waiting = better ? 0 : state.waiting() + 1;
      int done = state.epoch() + 1;
      boolean finished =
          done >= recipe.training().epochs() || waiting >= recipe.stopping().patience();
      report(done, values, value);
      state =
          new LoopState(
              done,
              0,
              state.step(),
              nextSampler,
              state.dropout(),
              0,
              better ? done : state.bestEpoch(),
              better ? value : state.bestValue(),
              waiting,
              finished);
      if (finished) {
        save();
      }
    }

    private void report(int done, Map<String, Double> values, double metric) {
      int epochs = recipe.training().epochs();
      double seconds = (System.nanoTime() - startedNanos) / 1e9;
      long left = Math.round(seconds / (done - startedEpoch) * (epochs - done));
      reports.epoch(
          new Progress(
              "training",
              (double) done / epochs,
              done,
              epochs,
              state.step(),
              Optional.ofNullable(values.get("train-loss")),
              Optional.of(metric),
              Optional.of(left)),
          new MetricPoint(state.step(), done, Optional.empty(), values));
    }

    private void save() throws IOException {
      checkpoints.save(new Checkpoints.Saved(state, model.values(), best, optimizer.values()));
    }
  }

  /** Logits of (not, yes) for one logit, for counting. */
  private static float[][] twoSided(float[][] logits) {
    return Arrays.stream(logits).map(z -> new float[] {0, z[0]}).toArray(float[][]::new);
  }

  @Override
  public void close() {
    manager.close();
  }
}
