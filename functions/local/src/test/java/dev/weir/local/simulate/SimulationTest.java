package dev.weir.local.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The seeds that every build runs. */
class SimulationTest {

  /** The seeds of {@code mvn verify}: 1 to this. */
  static final int SEEDS = 500;

  private final Quiet quiet = new Quiet();
  private final Simulation simulation = new Simulation(ShippedPlugin.load());

  @AfterEach
  void loud() {
    quiet.close();
  }

  static List<Scenario> scenarios() {
    return LongStream.rangeClosed(1, SEEDS).mapToObj(Scenario::of).toList();
  }

  @Test
  void everyInvariantHoldsUnderTheTroubleOfEverySeed() {
    Seeds.Sum sum = new Seeds(simulation, 2).run(scenarios(), _ -> {});
    assertEquals(
        "",
        sum.violated().stream()
            .map(r -> "seed " + r.scenario().seed() + ": " + r.violation().orElseThrow())
            .collect(Collectors.joining("\n")));
    assertEquals(SEEDS, sum.runs());
    // The seeds reach what they are for.
    for (String kind :
        List.of(
            "LOST_SOURCE",
            "REFUSED_FACTS",
            "UNRATED_HOUR",
            "DUPLICATE_REPORT",
            "NOT_SUBSCRIBED",
            "EXPIRED_REPORT",
            "REJECTED_REPORT")) {
      assertTrue(sum.counts().getOrDefault("incident " + kind, 0L) > 10, kind + ": " + sum);
    }
    for (String what :
        List.of(
            "invoices",
            "corrections",
            "payments cleared",
            "payments given back",
            "claw-backs",
            "market payouts")) {
      assertTrue(sum.counts().getOrDefault(what, 0L) > 100, what + ": " + sum);
    }
    assertTrue(sum.counts().get("sealed") > 40L * SEEDS, () -> "" + sum.counts());
  }

  @Test
  void everyKindOfTroubleComes() {
    Set<Trouble> seen = EnumSet.noneOf(Trouble.class);
    scenarios().forEach(scenario -> seen.addAll(scenario.troubles()));
    assertEquals(EnumSet.allOf(Trouble.class), seen);
  }

  @Test
  void sameSeedDoesTheSameInEveryProcess() throws Exception {
    Result one = simulation.run(Scenario.of(11));
    Result other = simulation.run(Scenario.of(11));
    assertEquals(one.hash(), other.hash());
    assertEquals(one.events(), other.events());
    assertEquals(one.hash() + " " + one.events(), inAnotherProcess(11));
    Set<Long> hashes = new TreeSet<>();
    for (long seed = 11; seed <= 14; seed++) {
      hashes.add(simulation.run(Scenario.of(seed)).hash());
    }
    assertEquals(4, hashes.size());
  }

  private static String inAnotherProcess(long seed) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SimulationTest.class.getName(),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return said.strip();
  }

  /** Prints hash and events of a seed. */
  public static void main(String[] arguments) {
    try (Quiet _ = new Quiet()) {
      Result result =
          new Simulation(ShippedPlugin.load()).run(Scenario.of(Long.parseLong(arguments[0])));
      System.out.println(result.hash() + " " + result.events());
    }
  }
}
