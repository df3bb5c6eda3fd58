package dev.weir.bench;

import dev.weir.bench.Result.Kind;
import dev.weir.core.json.Json;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Facts in hosts' batches until they are archived, added up and committed, beside plain commits of
 * the facts to the same store. Not JMH: a store is filled for seconds, and each run needs its own.
 */
final class AggregatorBench {

  static final double GOAL = 100_000;

  /** The most writes of a commit. */
  static final int FACTS_PER_COMMIT = 100;

  private static final long FACTS = 500_000;

  /** Batches that are made before the clock starts, and sent again with other numbers. */
  private static final int POOL = 20;

  private static final double PEER_SECONDS = 3;

  private final Settings settings;
  private final List<List<UsageFact>> pool = new ArrayList<>();

  AggregatorBench(Settings settings) {
    this.settings = settings;
    UsageMix mix = new UsageMix(7, Instant.now());
    for (int i = 0; i < POOL; i++) {
      pool.add(mix.facts(UsageBatch.FACTS_MAX));
    }
  }

  List<Result> run() {
    List<Result> results = new ArrayList<>();
    for (Store store : Store.values()) {
      double one = median(store, "1 host", ports -> applied(ports, 1));
      double two = median(store, "2 hosts", ports -> applied(ports, 2));
      double each = median(store, "plain, a fact a commit", ports -> plain(ports, 1));
      double many =
          median(
              store,
              "plain, " + FACTS_PER_COMMIT + " facts a commit",
              ports -> plain(ports, FACTS_PER_COMMIT));
      String what = "facts/s, " + store.label();
      Result first =
          Result.of(Kind.AGGREGATOR, what + ", 2 hosts", two, "plain commits, 1 fact each", each);
      results.add(first.goalAtLeast(GOAL));
      results.add(
          Result.of(
              Kind.AGGREGATOR,
              what + ", 2 hosts",
              two,
              "plain commits, " + FACTS_PER_COMMIT + " facts each",
              many));
      results.add(
          Result.of(
              Kind.AGGREGATOR,
              what + ", 1 host",
              one,
              "plain commits, " + FACTS_PER_COMMIT + " facts each",
              many));
    }
    return results;
  }

  private double median(Store store, String what, Function<Ports, Double> run) {
    return settings.median(
        "aggregator, %s, %s, facts/s".formatted(store.label(), what),
        () ->
            store.with(
                settings.folder(),
                ports -> {
                  UsageMix.open(ports);
                  return run.apply(ports);
                }));
  }

  /** Facts a second of so many hosts that send at the same time. */
  double applied(Ports ports, int hosts) {
    long batches = Math.max(1, settings.factsOr(FACTS) / UsageBatch.FACTS_MAX / hosts);
    ApplyBatch apply = new ApplyBatch(ports);
    try (ExecutorService threads = Executors.newFixedThreadPool(hosts)) {
      long began = System.nanoTime();
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int host = 0; host < hosts; host++) {
        SourceName source = new SourceName("i-0123456789abcdef" + host, "boot");
        all.add(CompletableFuture.runAsync(() -> send(apply, source, batches), threads));
      }
      all.forEach(CompletableFuture::join);
      return batches * hosts * UsageBatch.FACTS_MAX / ((System.nanoTime() - began) / 1e9);
    }
  }

  private void send(ApplyBatch apply, SourceName source, long batches) {
    long seq = 0;
    for (long i = 0; i < batches; i++) {
      List<UsageFact> facts = pool.get((int) (i % POOL));
      seq = apply.apply(new UsageBatch(source, seq, facts, Optional.empty(), false)).seq();
    }
  }

  /** Facts a second, each a row, so many of them in a commit; for a few seconds. */
  private double plain(Ports ports, int factsPerCommit) {
    long max = settings.factsOr(FACTS);
    long began = System.nanoTime();
    long done = 0;
    double seconds = 0;
    while (done < max && seconds < PEER_SECONDS) {
      List<Write> writes = new ArrayList<>();
      for (int i = 0; i < factsPerCommit; i++) {
        UsageFact fact = pool.get((int) (done / UsageBatch.FACTS_MAX % POOL)).get(0);
        Key key = new Key("plain/" + done % 8, "%019d".formatted(done));
        writes.add(Write.put(key, Json.write(fact), Condition.ABSENT));
        done++;
      }
      if (!ports.table().commit(writes).applied()) {
        throw new IllegalStateException("a plain commit was refused");
      }
      seconds = (System.nanoTime() - began) / 1e9;
    }
    return done / seconds;
  }
}
