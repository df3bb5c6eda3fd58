package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.MONTH;
import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Charge;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.meter.InterposedTable;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.port.memory.Faults;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatementsTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Invoices invoices = new Invoices(world.ports, world.terms, "weir");
  private final Settlements settlements = new Settlements(world.ports, world.terms);

  @Test
  void anInvoiceIsIssuedOnceWhenItsMonthIsRatedAndIsReadFromItsBytes() {
    Agreement agreement = world.agreement(SOCIAL, "tenant");
    world.calls(agreement, SOCIAL, 1, 15);
    world.use(agreement, SOCIAL, "messages", 4, "call");
    world.sealHour();
    ProblemException early =
        assertThrows(ProblemException.class, () -> invoices.issue(agreement.id(), MONTH));
    assertContains(early.getMessage(), "month 2026-11 is rated until");

    world.toNextMonth();
    Invoices.Issued issued = invoices.issue(agreement.id(), MONTH);
    byte[] bytes = invoices.bytes(issued);
    world.clock.advance(Duration.ofDays(1));
    assertEquals(issued, invoices.issue(agreement.id(), MONTH));

    assertArrayEquals(bytes, invoices.bytes(issued));
    Invoice invoice = invoices.read(issued);
    assertEquals(1, invoice.number());
    assertEquals(15, invoice.totalMicros());
    assertEquals(
        List.of("calls 15 10 5", "messages 4 4 0"),
        invoice.rows().stream()
            .map(r -> "%s %d %d %d".formatted(r.meter(), r.quantity(), r.included(), r.billed()))
            .toList());
  }

  @Test
  void numbersHaveNoGapsWhateverCrashes() {
    List<Agreement> agreements = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      agreements.add(world.agreement(SOCIAL, "tenant-" + i));
    }
    world.toNextMonth();
    for (int i = 0; i < 12; i++) {
      Faults faults = Faults.none();
      faults.crashAt(3 + 2 * i);
      Ports crashing = faults.around(world.ports);
      try {
        new Invoices(crashing, world.terms, "weir").issue(agreements.get(i).id(), MONTH);
      } catch (Crash e) {
        // tried again below
      }
    }
    agreements.forEach(agreement -> invoices.issue(agreement.id(), MONTH));

    List<Long> numbers =
        agreements.stream()
            .map(agreement -> invoices.find(agreement.id(), MONTH).orElseThrow())
            .peek(issued -> assertEquals(issued.number(), invoices.read(issued).number()))
            .map(Invoices.Issued::number)
            .sorted()
            .toList();
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L), numbers);
  }

  @Test
  void twoInvoicesAtOnceGetTwoNumbers() {
    Agreement one = world.agreement(SOCIAL, "tenant-1");
    Agreement two = world.agreement(SOCIAL, "tenant-2");
    world.toNextMonth();
    boolean[] raced = {false};
    InterposedTable table =
        new InterposedTable(
            world.ports.table(),
            _ -> {
              if (!raced[0]) {
                raced[0] = true;
                var _ = invoices.issue(two.id(), MONTH);
              }
            });
    long first =
        new Invoices(table.in(world.ports), world.terms, "weir").issue(one.id(), MONTH).number();

    assertEquals(2, first);
    assertEquals(1, invoices.find(two.id(), MONTH).orElseThrow().number());
  }

  @Test
  void aMarketBillsItsOwnCustomersAndAnHourWithoutAPriceHoldsTheInvoice() {
    Agreement market = world.agreement(MARKET, "licence");
    Agreement mixed = world.agreement(SOCIAL, "tenant", "plan", "USD");
    world.calls(mixed, SOCIAL, 1, 2);
    world.toNextMonth();

    assertContains(
        assertThrows(ProblemException.class, () -> invoices.issue(market.id(), MONTH)).getMessage(),
        "is billed by the market");
    assertContains(
        assertThrows(ProblemException.class, () -> invoices.issue(mixed.id(), MONTH)).getMessage(),
        "has no price");
  }

  @Test
  void aPartnerIsPaidFromAcceptedAndCollectedAmountsAfterTheHoldingPeriod() {
    Agreement agreement = world.agreement(PARTNER, "customer");
    world.calls(agreement, PARTNER, 1, 110); // 300 micros, of which the partner earns 100
    world.sealHour();
    assertSettlement(100, 0, 0, 0);

    List<ReportTask.Line> lines = world.reportedLines(PARTNER);
    new Acknowledge(world.ports)
        .apply(PARTNER, List.of(new LineAck.Accepted(lines.getFirst().id(), "")));
    assertSettlement(100, 100, 0, 0);

    new Collections(world.ports).collected(agreement.id(), MONTH, world.clock.instant());
    assertSettlement(100, 100, 100, 0);

    world.clock.advance(Settlements.HOLDING.minusSeconds(1));
    assertSettlement(100, 100, 100, 0);
    world.clock.advance(Duration.ofSeconds(1));
    assertSettlement(100, 100, 100, 100);
  }

  @Test
  void whatWasCollectedButNotAcceptedIsNotPaidOut() {
    Agreement agreement = world.agreement(PARTNER, "customer");
    world.calls(agreement, PARTNER, 1, 110);
    world.sealHour();
    new Collections(world.ports).collected(agreement.id(), MONTH, world.clock.instant());
    world.clock.advance(Settlements.HOLDING);

    assertSettlement(100, 0, 0, 0);
  }

  private void assertSettlement(long accrued, long accepted, long collected, long payable) {
    Settlement settlement = settlements.of("acme", MONTH).getFirst();
    assertEquals(
        List.of(accrued, accepted, collected, payable),
        List.of(
            settlement.accruedMicros(),
            settlement.acceptedMicros(),
            settlement.collectedMicros(),
            settlement.payableMicros()));
  }

  @Test
  void aClawbackIsANewNegativeEntry() {
    Agreement agreement = world.agreement(PARTNER, "customer");
    world.calls(agreement, PARTNER, 1, 110);
    world.sealHour();
    Ledger ledger = new Ledger(world.ports);
    Transaction earned = ledger.find(MONTH, world.lines(agreement).getFirst().id()).orElseThrow();

    Clawback clawback =
        new Clawback(
            "refund-1",
            "acme",
            PARTNER,
            Optional.empty(),
            "CNY",
            40,
            "refund",
            world.clock.instant());
    assertTrue(settlements.clawback(clawback));
    assertFalse(settlements.clawback(clawback));

    assertEquals(earned, ledger.find(MONTH, earned.id()).orElseThrow());
    Settlement settlement = settlements.of("acme", MONTH).getFirst();
    assertEquals(40, settlement.clawbackMicros());
    assertEquals(-40, settlement.payableMicros());
    Profit.OfChannel profit = new Profit(world.ports).perChannel(Optional.of(MONTH)).getFirst();
    assertEquals(60, profit.shareMicros());
    assertEquals(2, ledger.trialBalance().transactions());
  }

  @Test
  void aSettlementIsSentOnceAndSaysWhatEachBindingEarned() {
    Agreement agreement = world.agreement(PARTNER, "customer");
    world.calls(agreement, PARTNER, 1, 110);
    world.sealHour();
    var _ = world.reported(PARTNER);
    Settlement settlement = settlements.of("acme", MONTH).getFirst();

    assertTrue(settlements.send(PARTNER, settlement));
    assertFalse(settlements.send(PARTNER, settlement));
    new Outbox(world.ports).flush();

    List<ReportTask> sent = world.reported(PARTNER);
    assertEquals(1, sent.size());
    ReportTask.Settle settle = (ReportTask.Settle) sent.getFirst();
    assertEquals(100, settle.totalMicros());
    assertEquals(
        List.of(new ReportTask.SettleLine("customer", "calls", 110, 300, 3333, 100)),
        settle.lines());
  }

  @Test
  void reconciliationShowsWhatAMarketHasBesideWhatWeCounted() {
    Agreement one = world.agreement(MARKET, "licence-1");
    Agreement two = world.agreement(MARKET, "licence-2");
    world.calls(one, MARKET, 1, 6);
    world.calls(two, MARKET, 10, 13);
    world.sealHour();
    for (ReportTask.Line line : world.reportedLines(MARKET)) {
      LineAck ack =
          line.bindingId().equals("licence-1")
              ? new LineAck.Accepted(line.id(), "")
              : new LineAck.Rejected(line.id(), "NOT_SUBSCRIBED", "", false);
      new Acknowledge(world.ports).apply(MARKET, List.of(ack));
    }
    world.calls(two, MARKET, 20, 20);
    world.sealHour();

    assertEquals(
        List.of(
            new Reconciliation.Row(one.id(), "calls", 6, 6, 6, 0),
            new Reconciliation.Row(two.id(), "calls", 5, 5, 0, 4)),
        new Reconciliation(world.ports, world.terms)
            .of(MARKET, MONTH).stream()
                .sorted(Comparator.comparing(Reconciliation.Row::accepted).reversed())
                .toList());
  }

  @Test
  void theInvoiceShowsTheTiersThatItsLinesCameThrough() {
    world.plan(
        "tiers",
        new Charge.Volume(
            "calls",
            0,
            List.of(
                new Charge.Tier(Optional.of(4L), 1_000_000, 1, 0, false),
                new Charge.Tier(Optional.empty(), 500_000, 1, 0, false))),
        new Charge.Graduated(
            "messages",
            0,
            List.of(
                new Charge.Tier(Optional.of(3L), 2_000_000, 1, 0, false),
                new Charge.Tier(Optional.empty(), 1_000_000, 1, 5, false))));
    Agreement agreement = world.open("tiers");
    world.calls(agreement, SOCIAL, 1, 3);
    world.use(agreement, SOCIAL, "messages", 2, "m1");
    world.sealHour();
    world.calls(agreement, SOCIAL, 4, 6);
    world.use(agreement, SOCIAL, "messages", 5, "m2");
    world.sealHour();
    world.toNextMonth();
    world.sealHour();
    Invoice invoice = invoices.read(invoices.issue(agreement.id(), MONTH));
    assertEquals(
        List.of(new Invoice.Tier(2, 6, 500_000, 1, 3_000_000, Optional.empty())),
        row(invoice, "calls").tiers(),
        "the dearer tier was taken back");
    assertEquals(
        List.of(
            new Invoice.Tier(1, 3, 2_000_000, 1, 6_000_000, Optional.empty()),
            new Invoice.Tier(2, 4, 1_000_000, 1, 4_000_005, Optional.of(5L))),
        row(invoice, "messages").tiers());
    assertEquals(13_000_005, invoice.totalMicros());
    Invoice.Sold sold = row(invoice, "messages").sold().orElseThrow();
    assertEquals(new Invoice.Sold("message", 0, Optional.of("graduated"), Optional.empty()), sold);
    Invoice before =
        Json.read(Json.write(invoice).replaceAll(",\"sold\":\\{[^}]*}", ""), Invoice.class);
    assertEquals(Optional.empty(), row(before, "messages").sold(), "issued by an older Weir");
  }

  private static Invoice.Row row(Invoice invoice, String meter) {
    return invoice.rows().stream()
        .filter(row -> row.meter().equals(meter))
        .findFirst()
        .orElseThrow();
  }
}
