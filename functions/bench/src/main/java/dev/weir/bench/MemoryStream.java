package dev.weir.bench;

import dev.weir.core.meter.Applied;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.BatchSink;
import dev.weir.core.meter.Flusher;
import dev.weir.core.meter.Journal;
import dev.weir.core.meter.JournalReplay;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.port.Ports;
import dev.weir.local.port.LocalPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of its own that streams facts through a journal, a replay and the aggregator, and says
 * how much memory it had after collections of garbage. Half of the facts are flushed while they
 * come; the other half are left in the journal, as a killed process leaves them, and replayed.
 */
public final class MemoryStream {

  private static final String HOST = "bench";

  /** Calls of one append, so that an fsync serves many. */
  private static final int CALLS = 1250;

  private static final int SAMPLES = 10;

  private final BatchSink sink;
  private final long sampleEvery;
  private long applied;
  private long sampledAt;
  private long heapMax;

  private MemoryStream(BatchSink sink, long facts) {
    this.sink = sink;
    this.sampleEvery = facts / SAMPLES;
  }

  /** Arguments: how many facts, and an empty folder. Prints heap and resident bytes. */
  public static void main(String[] arguments) throws IOException {
    Sizes sizes = run(Long.parseLong(arguments[0]), Path.of(arguments[1]));
    System.out.println(sizes.heap() + " " + sizes.resident());
  }

  /** The most bytes on the heap after a collection, and the most in the process. */
  record Sizes(long heap, long resident) {}

  static Sizes run(long facts, Path folder) throws IOException {
    try (LocalPorts local = Store.open(folder)) {
      Ports ports = local.ports();
      UsageMix.open(ports);
      MemoryStream stream = new MemoryStream(new ApplyBatch(ports), facts);
      Path journals = folder.resolve("journals");
      stream.append(journals, "boot-1", facts / 2, true);
      stream.append(journals, "boot-2", facts - facts / 2, false);
      long replayed = new JournalReplay(journals, HOST, stream::apply).run();
      if (replayed != facts - facts / 2 || stream.applied != facts) {
        throw new IllegalStateException(
            "replayed %d, applied %d of %d".formatted(replayed, stream.applied, facts));
      }
      return new Sizes(stream.heapMax, resident());
    }
  }

  private void append(Path folder, String boot, long facts, boolean flush) throws IOException {
    UsageMix mix = new UsageMix(3, Instant.now());
    Journal journal = Journal.open(folder, new SourceName(HOST, boot));
    Flusher flusher = new Flusher(journal, this::apply, InstantSource.system());
    for (long done = 0; done < facts; ) {
      List<Usage> usages = new ArrayList<>();
      while (usages.size() < CALLS * UsageMix.METERS && done < facts) {
        List<Usage> call = mix.call();
        List<Usage> some = call.subList(0, (int) Math.min(call.size(), facts - done));
        usages.addAll(some);
        done += some.size();
      }
      journal.append(usages);
      if (flush) {
        long _ = flusher.flush();
      }
    }
    if (flush) {
      flusher.finish();
    } else {
      journal.close();
    }
  }

  private Applied apply(UsageBatch batch) throws IOException {
    Applied answer = sink.apply(batch);
    applied += batch.facts().size();
    if (applied - sampledAt >= sampleEvery) {
      sampledAt = applied;
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      heapMax = Math.max(heapMax, runtime.totalMemory() - runtime.freeMemory());
    }
    return answer;
  }

  /** The most that the process ever had, where the system tells; 0 elsewhere. */
  private static long resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }
}
