package dev.weir.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where it was measured: no names of hosts, no paths.
 *
 * @param load of the machine before the benchmarks began; more than 0.5 disturbs them
 * @param fsyncP50Us what a write of 4 KiB and its fsync take
 */
record Machine(
    String at,
    int cores,
    String processor,
    String system,
    String java,
    String fileSystem,
    double fsyncP50Us,
    double fsyncP99Us,
    double load) {

  private static final int FOUR_KIB_OF_FACTS = 4096 / PlainAppend.FACT_BYTES;

  static Machine of(Path folder) throws IOException {
    var system = ManagementFactory.getOperatingSystemMXBean();
    double load = system.getSystemLoadAverage();
    Latencies.Percentiles disk = new PlainAppend(folder).fsync(FOUR_KIB_OF_FACTS);
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.MINUTES).toString(),
        system.getAvailableProcessors(),
        processorName(),
        system.getName() + " " + system.getArch(),
        Runtime.version().toString(),
        Files.getFileStore(folder).type(),
        disk.p50(),
        disk.p99(),
        load);
  }

  private static String processorName() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return "unknown";
    }
    return Files.readAllLines(info).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  @Override
  public String toString() {
    return "%s, %d cores (%s), %s, JDK %s, %s: fsync of 4 KiB p50 %.0f µs, p99 %.0f µs; load %.2f"
        .formatted(at, cores, processor, system, java, fileSystem, fsyncP50Us, fsyncP99Us, load);
  }
}
