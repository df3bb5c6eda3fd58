package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.core.account.Agreement;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.meter.UsageFact;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdleCostsTest {

  private static final SourceName HOST = new SourceName("gpu-1", "boot-1");

  private final MoneyWorld world = new MoneyWorld();
  private final Books books = new Books(world);
  private final Uptimes uptimes = new Uptimes(world.ports);
  private final IdleCosts idle = new IdleCosts(world.ports);
  private final List<UsageFact> journal = new ArrayList<>();

  private void beats(int minutes) {
    for (int i = 0; i < minutes; i++) {
      uptimes.beat(HOST, "support", 2, 1);
      world.clock.advance(Duration.ofMinutes(1));
    }
    uptimes.beat(HOST, "support", 2, 1);
  }

  private void compute(Agreement agreement, long us) {
    String key = "fact-" + journal.size();
    journal.add(
        new UsageFact(
            key,
            agreement.id(),
            agreement.billedThrough(),
            "compute_us",
            us,
            world.clock.instant(),
            key));
  }

  private void nextDay() {
    var _ =
        new ApplyBatch(world.ports)
            .apply(new UsageBatch(HOST, 0, journal, Optional.of(world.clock.instant()), true));
    world.clock.set(Instant.parse("2026-11-11T01:10:00Z"));
    world.tick();
  }

  @Test
  void anHoursIdleTimeIsBorneByThoseWhomTheHostAnsweredInProportionAndElseByTheVendor() {
    world.catalog.put(
        new ComputePrices(Map.of("CNY", 1_000L), Optional.of(Map.of("CNY", 50_000L))));
    Agreement one = world.agreement(SOCIAL, "a");
    Agreement two = world.agreement(MARKET, "b");
    world.tick();
    beats(10); // 10:20 to 10:30, two vCPUs and a GPU: 1200 s and 600 s
    compute(one, 90_000_000);
    compute(two, 30_000_000);
    beats(60); // through the hour, which begins at 11:00 for nobody
    assertEquals(0, idle.run());
    nextDay();

    assertEquals(3, idle.run());
    assertEquals(0, idle.run());
    IdleCosts.Day day = idle.find(LocalDate.of(2026, 11, 10)).orElseThrow();
    assertEquals(2, day.hosts().size());
    assertEquals(4_800_000_000L, day.hosts().getFirst().capacityUs());
    assertEquals(120_000_000, day.hosts().getFirst().busyUs());
    assertEquals(2_400_000_000L, day.hosts().getFirst().gpuUs());
    // Of 4680 idle vCPU-seconds and 2400 GPU-seconds, three quarters and one; plus the use itself.
    assertEquals(90_000 + 3_510_000 + 90_000_000, books.balance(Account.COMPUTE_COST, SOCIAL));
    assertEquals(30_000 + 1_170_000 + 30_000_000, books.balance(Account.COMPUTE_COST, MARKET));
    // From 11:00 to 11:30: 3600 vCPU-seconds and 1800 GPU-seconds.
    assertEquals(3_600_000 + 90_000_000, books.balance(Account.IDLE_COST, IdleCosts.VENDOR));
    new Ledger(world.ports).trialBalance();
    Profit profit = new Profit(world.ports);
    assertEquals(
        3,
        profit.by(Optional.empty(), id -> id).stream()
            .filter(row -> row.computeMicros() > 0)
            .count());
  }

  @Test
  void withoutHostsThereIsNothingToShare() {
    Agreement one = world.agreement(SOCIAL, "a");
    world.calls(one, SOCIAL, 1, 3);
    nextDay();
    assertEquals(0, idle.run());
    assertEquals(Optional.empty(), idle.find(LocalDate.of(2026, 11, 10)));
  }

  @Test
  void aHostThatWasAwayIsNotThereMeanwhile() {
    world.tick();
    beats(3);
    world.clock.advance(Duration.ofHours(1));
    beats(2);
    List<Long> seconds = new ArrayList<>();
    for (int hour = 10; hour < 12; hour++) {
      uptimes
          .of(Instant.parse("2026-11-10T" + hour + ":00:00Z"))
          .forEach(u -> seconds.add(u.micros() / 1_000_000));
    }
    assertEquals(List.of(180L, 120L), seconds);
  }

  @Test
  void thePartsAddUpToTheWholeToTheLastMicrosecond() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      Map<String, Long> weights = new java.util.HashMap<>();
      for (int j = random.nextInt(6); j >= 0; j--) {
        weights.put("a" + j, random.nextLong(1_000_000_000));
      }
      long whole = random.nextLong(Long.MAX_VALUE);
      assertEquals(
          whole,
          IdleCosts.split(whole, weights).values().stream().mapToLong(Long::longValue).sum());
    }
  }
}
