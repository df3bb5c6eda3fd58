package dev.weir.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;

/** The journal's peer: one thread that writes as many bytes to one file, and fsyncs. */
final class PlainAppend {

  /** A fact of the mix as the journal frames it. */
  static final int FACT_BYTES = 134;

  private static final int FSYNCS_TIMED = 500;

  private final Path folder;

  PlainAppend(Path folder) {
    this.folder = folder;
  }

  /** Writes facts, with an fsync after so many of them. */
  double factsPerSecond(long facts, int factsPerFsync) {
    long fsyncs = Math.ceilDiv(facts, (long) factsPerFsync);
    long began = System.nanoTime();
    Latencies _ = append(fsyncs, factsPerFsync);
    return fsyncs * factsPerFsync / ((System.nanoTime() - began) / 1e9);
  }

  /** How long a write and its fsync take. */
  Latencies.Percentiles fsync(int facts) {
    return Latencies.together(List.of(append(FSYNCS_TIMED, facts)));
  }

  private Latencies append(long fsyncs, int facts) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(facts * FACT_BYTES);
    SplittableRandom random = new SplittableRandom(1);
    while (bytes.hasRemaining()) {
      bytes.put((byte) random.nextInt());
    }
    Latencies times = new Latencies((int) Math.min(1 << 20, fsyncs));
    try (Scratch scratch = Scratch.in(folder);
        FileChannel file =
            FileChannel.open(
                scratch.folder().resolve("plain"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
      for (long i = 0; i < fsyncs; i++) {
        long began = System.nanoTime();
        bytes.rewind();
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        file.force(false);
        times.add(System.nanoTime() - began);
      }
      return times;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
