package dev.weir.bench;

import dev.weir.bench.Result.Kind;
import dev.weir.core.meter.Journal;
import dev.weir.core.meter.SourceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Facts into the journal until each caller is told that its own are durable. Not JMH: what is timed
 * is a disk with many waiting callers, for seconds; and each run needs an empty folder.
 */
final class JournalBench {

  static final double GOAL = 300_000;

  private static final long FACTS = 2_000_000;

  private final Settings settings;

  JournalBench(Settings settings) {
    this.settings = settings;
  }

  List<Result> run() {
    long facts = settings.factsOr(FACTS);
    int group = settings.callers() * UsageMix.METERS;
    Run[] last = new Run[1];
    double ours =
        settings.median(
            "journal, facts/s",
            () -> {
              last[0] = journal(facts, settings.callers());
              return last[0].factsPerSecond();
            });
    double alone =
        settings.median(
            "journal, one caller, facts/s",
            () -> journal(Math.max(UsageMix.METERS, facts / 100), 1).factsPerSecond());
    PlainAppend plain = new PlainAppend(settings.folder());
    double each =
        settings.median(
            "plain append, an fsync a call, facts/s",
            () -> plain.factsPerSecond(facts / 100, UsageMix.METERS));
    double limit =
        settings.median(
            "plain append, an fsync for all callers, facts/s",
            () -> plain.factsPerSecond(facts, group));
    Latencies.Percentiles disk = plain.fsync(group);
    Latencies.Percentiles waited = last[0].waited();
    String callers = "%d callers".formatted(settings.callers());
    return List.of(
        Result.of(Kind.JOURNAL, "facts/s, " + callers, ours, "plain append, fsync a call", each)
            .goalAtLeast(GOAL),
        Result.of(
            Kind.JOURNAL,
            "facts/s, " + callers,
            ours,
            "limit: same bytes, fsync per " + group + " facts",
            limit),
        Result.of(Kind.JOURNAL, "facts/s, 1 caller", alone, "plain append, fsync a call", each),
        Result.of(
            Kind.JOURNAL,
            "µs to the acknowledgement, p50, " + callers,
            waited.p50(),
            "write and fsync of as much, p50",
            disk.p50()),
        Result.of(
            Kind.JOURNAL,
            "µs to the acknowledgement, p99, " + callers,
            waited.p99(),
            "write and fsync of as much, p99",
            disk.p99()));
  }

  /** What a run showed. */
  record Run(long facts, double factsPerSecond, Latencies.Percentiles waited) {}

  private Run journal(long facts, int callers) {
    try (Scratch scratch = Scratch.in(settings.folder())) {
      return fill(scratch.folder(), facts, callers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fills a journal by callers on virtual threads, as a replica's server has them. */
  static Run fill(Path folder, long facts, int callers) throws IOException {
    int calls = Math.toIntExact(Math.ceilDiv(facts, (long) callers * UsageMix.METERS));
    SourceName source = new SourceName("bench", "boot");
    List<Latencies> waited = new ArrayList<>();
    Instant now = Instant.now();
    try (Journal journal = Journal.open(folder, source);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      long began = System.nanoTime();
      for (int i = 0; i < callers; i++) {
        UsageMix mix = new UsageMix(i, now);
        Latencies mine = new Latencies(calls);
        waited.add(mine);
        all.add(CompletableFuture.runAsync(() -> append(journal, mix, calls, mine), threads));
      }
      all.forEach(CompletableFuture::join);
      double seconds = (System.nanoTime() - began) / 1e9;
      long appended = (long) calls * callers * UsageMix.METERS;
      return new Run(appended, appended / seconds, Latencies.together(waited));
    }
  }

  private static void append(Journal journal, UsageMix mix, int calls, Latencies waited) {
    try {
      for (int i = 0; i < calls; i++) {
        long began = System.nanoTime();
        journal.append(mix.call());
        waited.add(System.nanoTime() - began);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
