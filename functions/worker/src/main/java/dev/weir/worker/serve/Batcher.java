package dev.weir.worker.serve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs what waits, in batches without a timer: a batch is whatever queued up while the last one
 * ran. One thread; the model's own threads use the cores. A batch that fails is halved and run
 * again, so that one instance that the model cannot take fails alone. What nobody waits for any
 * more is not run.
 */
final class Batcher implements AutoCloseable {

  /** The most instances of one run. */
  static final int BATCH_MAX = 64;

  /** The most instances that wait. */
  static final int QUEUE_MAX = 2048;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<Work> queue = new ArrayDeque<>();
  private final int queueMax;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private final Thread thread;
  private boolean closed;

  Batcher() {
    this(QUEUE_MAX);
  }

  Batcher(int queueMax) {
    this.queueMax = queueMax;
    this.thread = Thread.ofPlatform().name("batcher").daemon().start(this::loop);
  }

  /** What is wanted of the model. */
  enum Output {
    SCORES,
    EMBEDDING
  }

  /**
   * One instance's result.
   *
   * @param computeUs its share of the vCPU time of its run, in microseconds, at least 1
   */
  record Result(float[] values, long computeUs) {}

  private record Work(
      Model model,
      Output output,
      Instance instance,
      long deadlineNanos,
      CompletableFuture<Result> result) {

    boolean wanted() {
      return !result.isDone() && System.nanoTime() - deadlineNanos < 0;
    }

    boolean goesWith(Work other) {
      return model.equals(other.model) && output == other.output;
    }
  }

  /** The queue cannot take these instances. */
  static final class QueueFull extends Exception {

    private static final long serialVersionUID = 1L;

    QueueFull(int waiting, int more, int max) {
      super("queue " + waiting + " + " + more + " instances > " + max);
    }
  }

  /** Queues all instances of a call or none. */
  List<CompletableFuture<Result>> submit(
      Model model, Output output, List<Instance> instances, long deadlineNanos) throws QueueFull {
    lock.lock();
    try {
      if (queue.size() + instances.size() > queueMax) {
        throw new QueueFull(queue.size(), instances.size(), queueMax);
      }
      List<CompletableFuture<Result>> results = new ArrayList<>(instances.size());
      for (Instance instance : instances) {
        Work work = new Work(model, output, instance, deadlineNanos, new CompletableFuture<>());
        queue.addLast(work);
        results.add(work.result());
      }
      arrived.signal();
      return results;
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    while (true) {
      List<Work> batch = next();
      if (batch.isEmpty()) {
        return;
      }
      run(batch);
    }
  }

  /** The oldest that is wanted and what goes with it; none at the end. */
  private List<Work> next() {
    lock.lock();
    try {
      while (true) {
        queue.removeIf(work -> !work.wanted());
        if (!queue.isEmpty()) {
          return take();
        }
        if (closed) {
          return List.of();
        }
        arrived.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Work> take() {
    Work first = queue.getFirst();
    List<Work> batch = new ArrayList<>();
    for (Iterator<Work> it = queue.iterator(); it.hasNext() && batch.size() < BATCH_MAX; ) {
      Work work = it.next();
      if (work.goesWith(first)) {
        batch.add(work);
        it.remove();
      }
    }
    return batch;
  }

  private void run(List<Work> batch) {
    Work first = batch.getFirst();
    List<Instance> instances = batch.stream().map(Work::instance).toList();
    long started = System.nanoTime();
    float[][] values;
    try {
      values =
          switch (first.output()) {
            case SCORES -> first.model().score(instances);
            case EMBEDDING -> first.model().embed(instances);
          };
    } catch (RuntimeException | LinkageError e) {
      if (batch.size() == 1) {
        first.result().completeExceptionally(e);
        return;
      }
      run(batch.subList(0, batch.size() / 2));
      run(batch.subList(batch.size() / 2, batch.size()));
      return;
    }
    long wallUs = (System.nanoTime() - started) / 1000;
    long computeUs = wallUs * Math.min(cores, batch.size());
    long share = Math.max(1, (computeUs + batch.size() - 1) / batch.size());
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).result().complete(new Result(values[i], share));
    }
  }

  /** Runs what waits, then ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
