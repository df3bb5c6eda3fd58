package dev.weir.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.JournalReplay;
import dev.weir.core.meter.Sources;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** That the benchmarks measure what they say; no times. */
class BenchTest {

  @TempDir private Path folder;
  private final Ports ports = MemoryPorts.create(InstantSource.system());
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Bench.commandLine();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private Settings settings(long facts) {
    return new Settings(folder, facts, 8, 1, _ -> {});
  }

  private long bytes() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      long bytes = 0;
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }

  @Test
  void everyFactThatTheJournalsBenchmarkCountsIsInTheJournalAndAsLongAsItsPeers() throws Exception {
    JournalBench.Run run = JournalBench.fill(folder, 4000, 8);
    assertEquals(4000, run.facts());
    double each = (double) bytes() / run.facts();
    assertEquals(PlainAppend.FACT_BYTES, each, 0.05 * each);

    UsageMix.open(ports);
    assertEquals(4000, new JournalReplay(folder, "bench", new ApplyBatch(ports)).run());
    assertEquals(4000, new Sources(ports).list().getFirst().seq());
  }

  @Test
  void everyFactThatTheAggregatorsBenchmarkCountsIsApplied() {
    UsageMix.open(ports);
    int facts = 4 * UsageBatch.FACTS_MAX;
    assertTrue(new AggregatorBench(settings(facts)).applied(ports, 2) > 0);
    long applied = new Sources(ports).list().stream().mapToLong(source -> source.seq()).sum();
    assertEquals(facts, applied);
  }

  @Test
  void aStreamOfFactsIsAppliedWhole() throws IOException {
    assertTrue(
        MemoryStream.run(3000, folder).heap() > 0); // fails by itself where facts are missing
  }

  @Test
  void budgetChecksAllowEachCall() {
    BudgetChecks checks = new BudgetChecks();
    checks.open();
    for (int i = 0; i < 1000; i++) {
      checks.withinLimits();
      checks.withoutLimits();
      assertTrue(checks.mapLookUp().keyId().isPresent());
    }
  }

  @Test
  void theCommandPrintsEachNumberBesideItsPeersAndLeavesNothing() throws IOException {
    String[] arguments = {
      "journal", "--facts=2000", "--callers=8", "--repeats=1", "--folder=" + folder
    };
    assertEquals(0, run(arguments), err::toString);
    assertTrue(out.toString().contains("plain append, fsync a call"), out::toString);
    assertTrue(err.toString().contains("journal, facts/s, run 1 of 1"), err::toString);
    out.getBuffer().setLength(0);
    String[] json = Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new);
    assertEquals(0, run(json), err::toString);
    JsonNode first = Json.parse(out.toString(), JsonNode.class).path("results").path(0);
    assertEquals("JOURNAL", first.path("benchmark").asText());
    double ratio = first.path("ours").asDouble() / first.path("peers").asDouble();
    assertEquals(ratio, first.path("ratio").asDouble(), 1e-9);
    assertTrue(first.path("goal").has("met"), out::toString);
    assertEquals(0, bytes());
  }

  @Test
  void aWrongCommandLineIsNamed() {
    assertEquals(2, run("--facts=-1"));
    assertEquals(2, run("journal", "--facts=7"));
    assertEquals(2, run("nonsense"));
    assertEquals(2, run("journal", "--repeats=0"));
    assertEquals(2, run("journal", "--folder=" + folder.resolve("missing")));
    String said = err.toString();
    assertTrue(said.contains("--facts -1 not in 0..1000000000"), said);
    assertTrue(said.contains("--facts 7 < 1000"), said);
    assertTrue(said.contains("is no folder"), said);
    assertFalse(said.contains("Exception"), said);
    assertEquals(0, run("--help"));
    assertTrue(out.toString().contains("Exit codes:"), out::toString);
  }
}
