package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.HOUR;
import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Aggregation;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Reading;
import dev.weir.core.meter.Recount;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Meters whose facts do not add up, from the fact to the market and back. */
class AggregatedMetersTest {

  private final MoneyWorld world = new MoneyWorld();
  private int calls;

  private Agreement agreement(Aggregation of, Charge.Metered charge, String channelId) {
    world.catalog.put(new Meter(charge.meter(), "seat", 0, of));
    world.catalog.put(new Plan("seats", "bot", "Seats", "CNY"));
    world.catalog.put(new PriceVersion("seats", 1, Instant.EPOCH, List.of(charge)));
    return world.agreement(channelId, "binding", "seats", "CNY");
  }

  private void use(Agreement agreement, String meter, long quantity, Instant at) {
    Usage usage =
        new Usage(agreement.id(), agreement.billedThrough(), meter, quantity, at, "c" + calls++);
    List<Write> writes = new Facts(world.ports).writes(UsageFact.ofCall(usage));
    assertTrue(world.ports.table().commit(writes).applied());
  }

  private Instant minute(int minute) {
    return HOUR.plus(Duration.ofMinutes(minute));
  }

  private static Charge.Tier tier(Optional<Long> upTo, long price) {
    return new Charge.Tier(upTo, price, 1, 0, false);
  }

  private static List<Charge.Metered> models() {
    List<Charge.Tier> tiers = List.of(tier(Optional.of(4L), 1000), tier(Optional.empty(), 300));
    return List.of(
        new Charge.PerUnit("seats", 2, 700, 1),
        new Charge.Graduated("seats", 0, tiers),
        new Charge.Volume("seats", 1, tiers),
        new Charge.Package("seats", 0, 5, 900),
        new Charge.Percentage("seats", 0, 250_000, 4000));
  }

  @Test
  void aLowerLateValueIsACreditInEveryPriceModelAndTheMonthCostsWhatIsLeft() {
    for (Charge.Metered model : models()) {
      AggregatedMetersTest one = new AggregatedMetersTest();
      one.creditOf(model);
    }
  }

  private void creditOf(Charge.Metered model) {
    Agreement agreement = agreement(Aggregation.LATEST, model, SOCIAL);
    use(agreement, "seats", 12, minute(20));
    world.sealHour();
    use(agreement, "seats", 3, minute(30)); // late, later, lower
    use(agreement, "seats", 4, world.clock.instant());
    world.sealHour();

    List<Line> lines = world.lines(agreement);
    assertEquals(List.of(12L, -5L), lines.stream().map(Line::quantity).toList());
    long amount = lines.stream().mapToLong(Line::amountMicros).sum();
    assertEquals(Rating.rate(0, 7, Optional.of(model)).amountMicros(), amount, model.toString());
    Ledger.Totals totals = new Ledger(world.ports).trialBalance();
    assertEquals(totals.debitMicros(), totals.creditMicros());
    Explain.Explanation why = new Explain(world.ports, world.terms).line(lines.getLast().id());
    assertEquals(List.of(-9L, 4L), why.readings().stream().map(Reading::delta).toList());
    assertEquals(minute(30), why.readings().getFirst().decisive().orElseThrow().at());
    assertTrue(new Recount(world.ports).hour(lines.getLast().hour()).isEmpty());
  }

  @Test
  void explainSaysWhichFactDecidedTheMaximum() {
    Agreement agreement =
        agreement(Aggregation.MAX, new Charge.PerUnit("seats", 0, 100, 1), SOCIAL);
    use(agreement, "seats", 3, minute(21));
    use(agreement, "seats", 9, minute(22));
    use(agreement, "seats", 4, minute(23));
    world.sealHour();

    Line line = world.lines(agreement).getFirst();
    assertEquals(900, line.amountMicros());
    Explain.Explanation why = new Explain(world.ports, world.terms).line(line.id());
    assertEquals("c1", why.readings().getFirst().decisive().orElseThrow().callId());
    assertEquals(3, why.steps().stream().mapToInt(step -> step.facts().size()).sum());
  }

  @Test
  void aMarketIsNeverSentLessThanNothingAndGetsTheNetWithTheNextUse() {
    world.marketMeter = new ReportingLimits.OfMeter(0, Duration.ofHours(24), true, 10);
    Agreement agreement =
        agreement(Aggregation.LATEST, new Charge.PerUnit("calls2", 0, 100, 1), MARKET);
    world.marketMeters = Map.of("calls2", world.marketMeter);
    use(agreement, "calls2", 8, minute(20));
    world.sealHour();
    use(agreement, "calls2", 2, minute(30));
    world.sealHour(); // −6: nothing to send
    world.sealHour();
    Instant fourth = world.clock.instant();
    use(agreement, "calls2", 5, fourth);
    world.sealHour(); // 5 − 6: still nothing
    use(agreement, "calls2", 12, world.clock.instant());
    world.sealHour(); // 12 − 1 = 11 > 10

    world.sealHour();
    Map<String, Long> sent = new TreeMap<>();
    world.reportedLines(MARKET).forEach(line -> sent.put(line.id(), line.quantity()));
    assertEquals(List.of(8L, 10L, 1L), List.copyOf(sent.values()));
    assertEquals(19, world.lines(agreement).stream().mapToLong(Line::quantity).sum());
    for (Line line : world.lines(agreement)) {
      Explain.Explanation why = new Explain(world.ports, world.terms).line(line.id());
      long told =
          why.reports().stream()
              .flatMap(report -> report.parts().stream())
              .filter(part -> part.lineId().equals(line.id()))
              .mapToLong(ReportLine.Part::quantity)
              .sum();
      assertEquals(line.quantity(), told);
    }
  }
}
