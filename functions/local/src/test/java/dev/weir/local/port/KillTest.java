package dev.weir.local.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kill -9 at random moments: nothing acknowledged is missing, nothing is doubled. */
class KillTest {

  private static final int KILLS = 50;
  private static final int LIFE_MAX_MS = 400;
  private static final long SEED = 20260301;

  @TempDir Path folder;

  private Process start(Class<?> program, String... args) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-Dorg.sqlite.tmpdir=" + folder));
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    line.addAll(List.of(args));
    return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private Process writer(String data, int run) throws IOException {
    String scratch = folder.resolve("scratch" + run).toString();
    return start(KilledWriter.class, data, Integer.toString(run), scratch);
  }

  @Test
  void nothingAcknowledgedIsMissingAndNothingIsDoubled() throws Exception {
    Random random = new Random(SEED);
    Path log = folder.resolve("acknowledged.log");
    String data = folder.resolve("data").toString();
    Process next = writer(data, 0);
    try (Writer client = Files.newBufferedWriter(log)) {
      for (int run = 1; run <= KILLS; run++) {
        Process victim = next;
        next = writer(data, run); // it starts meanwhile
        live(victim, random, client);
      }
    } finally {
      next.destroyForcibly().waitFor();
    }
    Process check = start(KillCheck.class, data, log.toString());
    String report = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, check.waitFor(), report);
    for (String kind : List.of("commit", "sent", "done", "received", "blob")) {
      assertTrue(report.contains("\n" + kind + " ") || report.startsWith(kind), report);
    }
    System.out.println(report);
  }

  /**
   * Lets a process begin, and kills it, perhaps while it still opens the store; its last words may
   * be cut.
   */
  private static void live(Process victim, Random random, Writer client) throws Exception {
    try (BufferedReader words = victim.inputReader(StandardCharsets.UTF_8)) {
      String warmed = words.readLine();
      while (!"ready".equals(warmed)) {
        assertNotNull(warmed, "ended while warming up");
        warmed = words.readLine();
      }
      victim.getOutputStream().write('\n');
      victim.getOutputStream().flush();
      Duration life = Duration.ofMillis(1 + random.nextInt(LIFE_MAX_MS));
      Thread killer = Thread.ofPlatform().start(() -> kill(victim, life));
      StringBuilder text = new StringBuilder();
      for (int c = words.read(); c >= 0; c = words.read()) {
        text.append((char) c);
      }
      killer.join();
      assertEquals(137, victim.waitFor(), text::toString);
      client.write(text.substring(0, text.lastIndexOf("\n") + 1));
    }
  }

  private static void kill(Process victim, Duration life) {
    LockSupport.parkNanos(life.toNanos());
    victim.toHandle().destroyForcibly(); // SIGKILL; leaves the pipe open
  }
}
