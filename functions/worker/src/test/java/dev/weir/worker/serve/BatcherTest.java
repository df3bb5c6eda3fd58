package dev.weir.worker.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class BatcherTest {

  private static final long SOON = TimeUnit.SECONDS.toNanos(20);

  /** Gives a row's first number back; cannot take negative ones; waits at 99 for the test. */
  private static final class Echo implements Model {

    final List<Integer> batches = new CopyOnWriteArrayList<>();
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch leave = new CountDownLatch(1);

    @Override
    public float[][] score(List<Instance> instances) {
      batches.add(instances.size());
      float[][] scores = new float[instances.size()][];
      for (int i = 0; i < scores.length; i++) {
        float value = ((Instance.Row) instances.get(i)).features()[0];
        if (value < 0) {
          throw new IllegalStateException("cannot take " + value);
        }
        if (value == 99) {
          hold();
        }
        scores[i] = new float[] {value};
      }
      return scores;
    }

    private void hold() {
      entered.countDown();
      try {
        leave.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public String version() {
      return "echo:1";
    }

    @Override
    public Instance parse(JsonNode instance, String pointer) {
      return new Instance.Row(new float[] {instance.floatValue()});
    }

    @Override
    public float[][] embed(List<Instance> instances) {
      return score(instances);
    }

    @Override
    public boolean embeds() {
      return false;
    }

    @Override
    public Instance sample() {
      return new Instance.Row(new float[1]);
    }

    @Override
    public ObjectNode prediction(Instance instance, float[] scores) {
      return Json.MAPPER.createObjectNode().put("value", scores[0]);
    }

    @Override
    public int inputTokens(Instance instance) {
      return 0;
    }

    @Override
    public int outputTokens(Instance instance, ObjectNode prediction) {
      return 0;
    }

    @Override
    public void close() {}
  }

  private final Echo model = new Echo();

  @Test
  void batchIsWhateverQueuedUpWhileTheLastOneRan() throws Exception {
    try (Batcher batcher = new Batcher()) {
      var first = submit(batcher, 99);
      model.entered.await();
      List<CompletableFuture<Batcher.Result>> rest =
          IntStream.range(0, 100).mapToObj(i -> submit(batcher, i % 90)).toList();
      model.leave.countDown();
      assertEquals(99, first.get().values()[0]);
      for (int i = 0; i < rest.size(); i++) {
        assertEquals(i % 90, rest.get(i).get().values()[0]);
        assertTrue(rest.get(i).get().computeUs() >= 1);
      }
      assertEquals(List.of(1, 64, 36), model.batches);
    }
  }

  @Test
  void poisonFailsAlone() throws Exception {
    try (Batcher batcher = new Batcher()) {
      submit(batcher, 99);
      model.entered.await();
      List<CompletableFuture<Batcher.Result>> results =
          IntStream.range(0, 32).mapToObj(i -> submit(batcher, i == 13 ? -1 : i)).toList();
      model.leave.countDown();
      for (int i = 0; i < results.size(); i++) {
        CompletableFuture<Batcher.Result> result = results.get(i);
        if (i == 13) {
          assertThrows(ExecutionException.class, result::get);
        } else {
          assertEquals(i, result.get().values()[0]);
        }
      }
    }
  }

  @Test
  void fullQueueTakesAllInstancesOfACallOrNone() throws Exception {
    try (Batcher batcher = new Batcher(4)) {
      submit(batcher, 99);
      model.entered.await();
      submit(batcher, 1);
      submit(batcher, 2);
      List<Instance> three = List.of(row(1), row(2), row(3));
      Batcher.QueueFull full =
          assertThrows(
              Batcher.QueueFull.class,
              () -> batcher.submit(model, Batcher.Output.SCORES, three, System.nanoTime() + SOON));
      assertEquals("queue 2 + 3 instances > 4", full.getMessage());
      assertEquals(2, batcher.waiting());
      model.leave.countDown();
    }
  }

  @Test
  void whatNobodyWaitsForIsNotRun() throws Exception {
    try (Batcher batcher = new Batcher()) {
      submit(batcher, 99);
      model.entered.await();
      submit(batcher, 1).cancel(false);
      batcher.submit(model, Batcher.Output.SCORES, List.of(row(2)), System.nanoTime() - 1);
      CompletableFuture<Batcher.Result> wanted = submit(batcher, 3);
      model.leave.countDown();
      assertEquals(3, wanted.get().values()[0]);
      assertEquals(List.of(1, 1), model.batches);
    }
  }

  @Test
  void closingRunsWhatWaits() throws Exception {
    Batcher batcher = new Batcher();
    submit(batcher, 99);
    model.entered.await();
    CompletableFuture<Batcher.Result> last = submit(batcher, 5);
    model.leave.countDown();
    batcher.close();
    assertEquals(5, last.getNow(null).values()[0]);
  }

  private static Instance row(float value) {
    return new Instance.Row(new float[] {value});
  }

  private CompletableFuture<Batcher.Result> submit(Batcher batcher, float value) {
    try {
      return batcher
          .submit(model, Batcher.Output.SCORES, List.of(row(value)), System.nanoTime() + SOON)
          .getFirst();
    } catch (Batcher.QueueFull e) {
      throw new IllegalStateException(e);
    }
  }
}
