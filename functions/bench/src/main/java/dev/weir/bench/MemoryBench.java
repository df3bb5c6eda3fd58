package dev.weir.bench;

import dev.weir.bench.Result.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Memory against the number of facts: a process of its own for each number. */
final class MemoryBench {

  private static final long FACTS = 10_000_000;

  /** What counts as flat: ten times the facts, a tenth more memory. */
  static final double RATIO_MAX = 1.1;

  private static final double MIB = 1 << 20;

  private final Settings settings;

  MemoryBench(Settings settings) {
    this.settings = settings;
  }

  List<Result> run() {
    long most = settings.factsOr(FACTS);
    List<Result> results = new ArrayList<>();
    MemoryStream.Sizes before = sizes(most / 100);
    for (long facts : List.of(most / 10, most)) {
      MemoryStream.Sizes sizes = sizes(facts);
      String peer = "%,d facts".formatted(facts / 10);
      String of = ", %,d facts".formatted(facts);
      Result heap =
          Result.of(
              Kind.MEMORY,
              "MiB of heap after collection" + of,
              sizes.heap() / MIB,
              peer,
              before.heap() / MIB);
      // The fewest do not fill one of the journal's files, which a replay reads whole.
      results.add(facts == most ? heap.goalRatioAtMost(RATIO_MAX) : heap);
      results.add(
          Result.of(
              Kind.MEMORY,
              "MiB resident at most" + of,
              sizes.resident() / MIB,
              peer,
              before.resident() / MIB));
      before = sizes;
    }
    return results;
  }

  private MemoryStream.Sizes sizes(long facts) {
    try (Scratch scratch = Scratch.in(settings.folder())) {
      Process process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-Xmx512m",
                  "-XX:+UseSerialGC",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  MemoryStream.class.getName(),
                  String.valueOf(facts),
                  scratch.folder().toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IllegalStateException("stream of " + facts + " facts ended with " + exit);
      }
      String[] parts = said.split(" ", -1);
      MemoryStream.Sizes sizes =
          new MemoryStream.Sizes(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
      settings
          .progress()
          .accept(
              "memory, %,d facts: %.1f MiB of heap, %.0f MiB resident"
                  .formatted(facts, sizes.heap() / MIB, sizes.resident() / MIB));
      return sizes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
