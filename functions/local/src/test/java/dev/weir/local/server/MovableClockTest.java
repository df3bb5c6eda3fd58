package dev.weir.local.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovableClockTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @TempDir Path folder;

  @Test
  void offsetSurvivesARestart() throws IOException {
    Path file = folder.resolve("clock");
    MovableClock.open(InstantSource.fixed(NOW), file).advance(Duration.ofHours(2));
    MovableClock again = MovableClock.open(InstantSource.fixed(NOW), file);
    assertEquals(NOW.plus(Duration.ofHours(2)), again.instant());
    assertEquals(7_200_000, again.offsetMs());
  }

  @Test
  void clockNeverGoesBack() throws IOException {
    MovableClock clock = MovableClock.open(InstantSource.fixed(NOW), folder.resolve("clock"));
    assertThrows(IllegalArgumentException.class, () -> clock.advance(Duration.ofSeconds(-1)));
    assertThrows(IllegalArgumentException.class, () -> clock.advance(Duration.ofDays(401)));
  }

  @Test
  void unreadableOffsetIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("clock"), "soon");
    IOException e =
        assertThrows(IOException.class, () -> MovableClock.open(InstantSource.fixed(NOW), file));
    assertEquals(file + " holds no number of milliseconds: soon", e.getMessage());
  }
}
