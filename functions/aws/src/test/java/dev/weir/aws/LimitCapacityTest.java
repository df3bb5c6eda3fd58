package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.cost.MoneyUnits;
import dev.weir.core.limit.Admission;
import dev.weir.core.limit.Limit;
import dev.weir.core.limit.Limits;
import dev.weir.core.limit.Who;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What limits write on DynamoDB for a call, while calls are rare: see {@link MoneyUnits}. */
final class LimitCapacityTest {

  private static final int CALLS = 20;
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-10T10:00:00Z"));
  private final MeteredTable table =
      new MeteredTable(
          new DynamoTable(
              DynamoLocal.client(),
              DynamoLocal.client(),
              DynamoLocal.table("weir-limits-" + UUID.randomUUID()),
              clock));
  private final Admission admission;
  private final Limits limits;

  LimitCapacityTest() {
    Ports memory = new MemoryPorts(clock).ports();
    Ports ports =
        new Ports(table, memory.blobs(), memory.queues(), memory.hosts(), memory.secrets(), clock);
    admission = new Admission(ports);
    limits = new Limits(ports);
  }

  private static final Who WHO =
      new Who(
          new Agreement(
              "01k9z2m4t6v8x0y2a4c6e8g0j2",
              "01k9z2m4t6v8x0y2a4c6e8g0j3",
              "assistant",
              "standard",
              1,
              "USD",
              Optional.empty(),
              "direct",
              Map.of(),
              Agreement.State.ACTIVE,
              Instant.parse("2026-11-01T00:00:00Z"),
              Optional.empty()),
          Optional.of("key"),
          "direct");

  /** Rules are read once and kept; what a call takes is measured after the first one. */
  private double[] aCall(Limit limit) {
    limits.put(limit);
    clock.advance(Duration.ofSeconds(10));
    call();
    table.take();
    table.takeReads();
    for (int i = 0; i < CALLS; i++) {
      call();
    }
    return new double[] {table.take() / (double) CALLS, table.takeReads() / CALLS};
  }

  private void call() {
    Map<String, Long> used = Map.of("calls", 1L);
    admission.admit(WHO, () -> used).used(used);
    clock.advance(BETWEEN);
  }

  private static void is(MoneyUnits units, double[] measured) {
    assertEquals(units.writes(), measured[0]);
    assertTrue(measured[1] <= units.reads() * 1.2, measured[1] + " read units");
  }

  @Test
  void aBudgetTakesATrancheForACallAndARateARefill() {
    is(MoneyUnits.TRANCHE, aCall(new Limit.Budget("quota-1", "vendor", "calls", 1_000_000, true)));
    assertTrue(limits.remove("quota-1"));
    is(MoneyUnits.BUCKET, aCall(new Limit.Rate("rate-1", "vendor", "calls", 60)));
    table
        .largest()
        .forEach((kind, bytes) -> assertTrue(bytes < 1024, kind + " of " + bytes + " bytes"));
  }
}
