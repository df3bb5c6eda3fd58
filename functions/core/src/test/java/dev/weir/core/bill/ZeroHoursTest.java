package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.HOUR;
import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.meter.Hours;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ZeroHoursTest {

  private static final ReportingLimits.OfMeter HOURLY =
      new ReportingLimits.OfMeter(0, Duration.ofHours(24), true, Integer.MAX_VALUE, true);

  private final MoneyWorld world = new MoneyWorld();
  private final List<ReportTask.Line> told = new ArrayList<>();

  ZeroHoursTest() {
    world.marketMeter = HOURLY;
  }

  /** The market takes what it is sent. */
  private void answer() {
    List<ReportTask.Line> lines = world.reportedLines(MARKET);
    told.addAll(lines);
    new Acknowledge(world.ports)
        .apply(
            MARKET, lines.stream().<LineAck>map(l -> new LineAck.Accepted(l.id(), "r")).toList());
  }

  private void hour() {
    world.sealHour();
    answer();
  }

  private List<String> of(Agreement agreement) {
    String binding = agreement.identities().get(MARKET);
    return told.stream()
        .filter(line -> line.bindingId().equals(binding))
        .map(line -> Hours.name(line.hour()).substring(8) + "=" + line.quantity())
        .toList();
  }

  @Test
  void everyRunningAgreementHasOneRecordOfEveryHourFromItsFirstWholeOneToItsEnd() {
    Agreement busy = world.agreement(MARKET, "busy");
    Agreement idle = world.agreement(MARKET, "idle");
    Agreement ours = world.agreement(SOCIAL, "ours");
    world.calls(busy, MARKET, 1, 4);
    hour(); // 10 is sealed: it began before the agreements
    hour();
    world.calls(busy, MARKET, 5, 6);
    hour();
    world.accounts.end(idle.id(), world.clock.instant());
    hour();
    hour();

    assertEquals(List.of("10=4", "11=0", "12=2", "13=0", "14=0"), of(busy));
    assertEquals(List.of("11=0", "12=0"), of(idle));
    assertTrue(world.reportedLines(SOCIAL).isEmpty(), ours.id());
    Set<String> places = new HashSet<>();
    told.forEach(line -> assertTrue(places.add(line.bindingId() + line.hour()), line.toString()));
  }

  @Test
  void aZeroIsMadeOnlyWhenItsHourIsSealedAndRatedAndOnceHoweverOftenItIsTried() {
    Agreement idle = world.agreement(MARKET, "idle");
    world.clock.set(HOUR.plus(Duration.ofMinutes(124))); // 11 has ended, its grace has not
    world.tick();
    answer();
    assertEquals(List.of(), of(idle));

    world.clock.set(HOUR.plus(Duration.ofMinutes(125)));
    world.tick();
    ZeroHours zeros = new ZeroHours(world.ports, world.terms);
    assertEquals(0, zeros.run());
    answer();
    assertEquals(List.of("11=0"), of(idle));
    ReportLine line = new Reports(world.ports, world.terms).done(MARKET).getLast();
    assertEquals(ReportLine.State.ACCEPTED, line.state());
  }

  @Test
  void afterAnOutageOnlyHoursThatAreStillTakenAreCaughtUp() {
    Agreement idle = world.agreement(MARKET, "idle");
    hour();
    world.clock.advance(Duration.ofHours(60));
    world.tick();
    answer();

    Instant now = world.clock.instant(); // 11:06 and 60 hours
    List<ReportTask.Line> all = List.copyOf(told);
    assertEquals(23, all.size(), of(idle).toString());
    assertEquals(Hours.of(now).minus(Duration.ofHours(1)), all.getLast().hour());
    assertTrue(all.getFirst().hour().plus(Duration.ofHours(24)).isAfter(now));
    assertTrue(world.incidents().isEmpty());
  }

  @Test
  void onlyWhatThePriceNamesIsADimensionOfTheListing() {
    world.catalog.put(new Meter("seats", "seat", 0));
    world.catalog.put(new Plan("seats", "bot", "Seats", "CNY"));
    world.catalog.put(
        new PriceVersion("seats", 1, Instant.EPOCH, List.of(new Charge.PerUnit("seats", 0, 5, 1))));
    world.marketMeters = Map.of("calls", HOURLY, "seats", HOURLY, "messages", HOURLY);
    Agreement seats = world.agreement(MARKET, "seats", "seats", "CNY");
    hour();
    hour();

    assertEquals(List.of("11=0"), of(seats));
    assertEquals("seats", told.getFirst().meter());
  }

  @Test
  void manyAgreementsAreDoneInSeveralCommitsEachOnce() {
    List<Agreement> many = new ArrayList<>();
    for (int i = 0; i < ZeroHours.BATCHES_MAX * ReportBatch.LINES_MIN + 30; i++) {
      many.add(world.agreement(MARKET, "licence-" + i));
    }
    hour();
    hour();

    assertEquals(many.size(), told.size());
    many.forEach(agreement -> assertEquals(List.of("11=0"), of(agreement)));
  }
}
