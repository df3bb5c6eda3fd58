package dev.weir.local.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TickerTest {

  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final LambdaInvoker function =
      LambdaInvoker.of(new Toys.Clockwork(), Duration.ofSeconds(60));

  @Test
  void whatExpiredIsSweptAtTheFirstTickAndThenNowAndThen() {
    AtomicInteger sweeps = new AtomicInteger();
    Ticker ticker = new Ticker(function, clock, () -> {}, sweeps::incrementAndGet);
    for (int minute = 0; minute < 60; minute++) {
      assertTrue(ticker.tick());
      clock.advance(Duration.ofMinutes(1));
    }
    assertEquals(6, sweeps.get());
  }

  @Test
  void aSweepThatFailsStopsNoTickAndIsTriedAgain() {
    AtomicInteger sweeps = new AtomicInteger();
    Ticker ticker =
        new Ticker(
            function,
            clock,
            () -> {},
            () -> {
              sweeps.incrementAndGet();
              throw new IllegalStateException("the disk is full");
            });
    assertTrue(ticker.tick());
    clock.advance(Ticker.SWEEP_EVERY);
    assertTrue(ticker.tick());
    assertEquals(2, sweeps.get());
  }
}
