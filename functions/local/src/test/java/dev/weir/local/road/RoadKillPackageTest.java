package dev.weir.local.road;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kill -9 at random moments on the whole road: the packaged server with plugins, simulators, a
 * remote service and a replica. Runs after packaging, in {@code mvn verify}.
 */
class RoadKillPackageTest {

  private static final int KILLS = 50;
  private static final long SEED = Long.getLong("weir.seed", 20260522);

  @TempDir Path folder;

  @Test
  void nothingAcknowledgedIsMissingAndNothingIsDoubledOnTheWholeRoad() throws Exception {
    System.out.println("seed " + SEED);
    RoadKill.run(Path.of("target", "weir").toAbsolutePath(), folder, SEED, KILLS);
    Process check =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    RoadCheck.class.getName(),
                    folder.toString()))
            .redirectErrorStream(true)
            .start();
    String report = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(report);
    assertEquals(0, check.waitFor(), () -> "seed " + SEED + "\n" + report);
  }
}
