package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Table} does under many threads: each commit happens as if it were alone. */
public abstract class TableConcurrencyContract {

  private static final int THREADS = 8;

  private String partition = "";
  private Table table;

  protected abstract Table open(InstantSource clock);

  @BeforeEach
  void openTable() {
    partition = "test/" + UUID.randomUUID();
    table = open(InstantSource.system());
  }

  private Key key(String sort) {
    return new Key(partition, sort);
  }

  /** Runs a task in each thread, starting together; the results. */
  static <T> List<T> together(int threads, Callable<T> task)
      throws InterruptedException, ExecutionException {
    CyclicBarrier barrier = new CyclicBarrier(threads);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(
            executor.submit(() -> {
              barrier.await();
              return task.call();
            }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  @Test
  void noAddIsLostOrDoubled() throws Exception {
    int adds = 25;
    together(
        THREADS,
        () -> {
          for (int i = 0; i < adds; i++) {
            Write add = Write.add(key("sum"), Map.of("n", 3L));
            while (!Tables.commit(table, List.of(add)).applied()) {
              Thread.onSpinWait();
            }
          }
          return 0;
        });
    Item sum = table.get(key("sum")).orElseThrow();
    assertEquals(THREADS * adds * 3L, sum.counter("n"));
    assertEquals(THREADS * adds, sum.version());
  }

  @Test
  void ofManyPutsIfAbsentExactlyOneIsApplied() throws Exception {
    for (int round = 0; round < 10; round++) {
      Key key = key("once" + round);
      List<Outcome> outcomes =
          together(
              THREADS, () -> Tables.commit(table, List.of(Write.put(key, "{}", Condition.ABSENT))));
      assertEquals(1, outcomes.stream().filter(Outcome::applied).count());
      assertEquals(1, table.get(key).orElseThrow().version());
    }
  }

  @Test
  void readModifyWriteByVersionLosesNothing() throws Exception {
    int changes = 12;
    table.commit(List.of(Write.put(key("number"), "0")));
    together(
        THREADS,
        () -> {
          for (int i = 0; i < changes; ) {
            Item item = table.get(key("number")).orElseThrow();
            String next = Integer.toString(Integer.parseInt(item.body()) + 1);
            Write write = Write.put(key("number"), next, Condition.atVersion(item.version()));
            i += table.commit(List.of(write)).applied() ? 1 : 0;
          }
          return 0;
        });
    assertEquals(
        Integer.toString(THREADS * changes), table.get(key("number")).orElseThrow().body());
  }

  @Test
  void aBudgetIsNeverOverspent() throws Exception {
    int budget = 40;
    List<Integer> applied =
        together(
            THREADS,
            () -> {
              int mine = 0;
              Outcome outcome;
              do {
                outcome =
                    Tables.commit(
                        table,
                        List.of(
                            Write.add(
                                key("spent"), Map.of("n", 1L), Condition.atMost("n", budget - 1))));
                mine += outcome.applied() ? 1 : 0;
              } while (!(outcome instanceof Outcome.Refused));
              return mine;
            });
    assertEquals(budget, applied.stream().mapToInt(Integer::intValue).sum());
    assertEquals(budget, table.get(key("spent")).orElseThrow().counter("n"));
  }

  @Test
  void commitsOverManyItemsInAnyOrderKeepTheirSum() throws Exception {
    List<String> accounts = List.of("a", "b", "c", "d");
    for (String account : accounts) {
      table.commit(List.of(Write.add(key(account), Map.of("n", 100L))));
    }
    together(
        THREADS,
        () -> {
          for (int i = 0; i < 15; i++) {
            int from = (int) ((Thread.currentThread().threadId() + i) % 4);
            int to = (from + 1 + i % 3) % 4;
            Outcome outcome =
                Tables.commit(
                    table,
                    List.of(
                        Write.add(key(accounts.get(from)), Map.of("n", -5L)),
                        Write.add(key(accounts.get(to)), Map.of("n", 5L)),
                        Write.put(key("log/" + UUID.randomUUID()), "{}", Condition.ABSENT)));
            assertTrue(outcome.applied() || outcome instanceof Outcome.Conflict, "" + outcome);
          }
          return 0;
        });
    long sum = accounts.stream().mapToLong(a -> table.get(key(a)).orElseThrow().counter("n")).sum();
    assertEquals(400, sum);
    long log = table.query(Table.Query.prefix(partition, "log/")).items().size();
    long versions =
        accounts.stream().mapToLong(a -> table.get(key(a)).orElseThrow().version() - 1).sum();
    assertEquals(2 * log, versions);
  }
}
