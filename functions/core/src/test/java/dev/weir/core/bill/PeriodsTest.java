package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.START;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.bill.Transaction.Leg;
import dev.weir.core.port.Write;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Months that are closed, profits by dimension, and the walk from a call. */
class PeriodsTest {

  private static final YearMonth NOVEMBER = Line.month(START);
  private static final YearMonth DECEMBER = NOVEMBER.plusMonths(1);

  private final MoneyWorld world = new MoneyWorld();
  private final Ledger ledger = new Ledger(world.ports);
  private final Periods periods = new Periods(world.ports);
  private final Profit profit = new Profit(world.ports);

  private static Transaction cash(String id, Instant at, long micros) {
    return new Transaction(
        id,
        "CNY",
        at,
        "",
        List.of(
            Leg.debit(Account.CASH, SOCIAL, micros),
            Leg.credit(Account.RECEIVABLE, SOCIAL, micros)));
  }

  private Agreement november() {
    Agreement agreement = world.agreement(SOCIAL, "tenant");
    world.calls(agreement, SOCIAL, 1, 15);
    world.sealHour();
    return agreement;
  }

  private String refused(YearMonth month) {
    ProblemException e = assertThrows(ProblemException.class, () -> periods.close(month));
    assertEquals(409, e.problem().status());
    return e.getMessage();
  }

  @Test
  void aMonthIsClosedWhenItIsOverRatedAndPricedAndThoseBeforeItAreClosed() {
    november();
    Agreement mixed = world.agreement(SOCIAL, "other", "plan", "USD");
    assertContains(refused(NOVEMBER), "month 2026-11 is rated until");
    world.calls(mixed, SOCIAL, 21, 22);
    world.toNextMonth();
    assertContains(refused(NOVEMBER), "has no price");

    MoneyWorld clean = new MoneyWorld();
    Agreement agreement = clean.agreement(SOCIAL, "tenant");
    clean.calls(agreement, SOCIAL, 1, 15);
    clean.toNextMonth();
    clean.calls(agreement, SOCIAL, 31, 45);
    clean.clock.set(Instant.parse("2027-01-01T00:10:00Z"));
    clean.tick();
    Periods closing = new Periods(clean.ports);
    assertThrows(ProblemException.class, () -> closing.close(DECEMBER));
    assertEquals(15, closing.close(NOVEMBER).totals().debitMicros());
    assertEquals(closing.close(NOVEMBER), closing.close(NOVEMBER));
    assertEquals(DECEMBER, closing.close(DECEMBER).month());
    assertEquals(2, closing.list().size());
  }

  @Test
  void whatComesLateCountsForTheOpenMonthWithItsOwnTimeKept() {
    november();
    world.toNextMonth();
    assertTrue(ledger.post(cash("early", START, 2)));
    periods.close(NOVEMBER);

    assertFalse(ledger.post(cash("early", START, 2)));
    assertTrue(ledger.post(cash("late", START, 3)));
    assertFalse(ledger.post(cash("late", START, 3)));
    assertEquals(Optional.empty(), ledger.find(NOVEMBER, "late"));
    assertEquals(START, ledger.find(DECEMBER, "late").orElseThrow().at());
    assertEquals(15 + 2 + 3, ledger.trialBalance().debitMicros());
  }

  @Test
  void whatWasUnderWayWhenTheMonthWasClosedIsRefused() {
    Agreement agreement = november();
    world.toNextMonth();
    List<Write> underWay = ledger.writes(cash("t", START, 3));
    Transaction first = // of balances that do not exist yet, so that no mark can stop it
        new Transaction(
            "first",
            "CNY",
            START,
            "",
            List.of(Leg.debit(Account.CASH, "new", 1), Leg.credit(Account.RECEIVABLE, "new", 1)));
    List<Write> firstUnderWay = ledger.writes(first);
    Line line = world.lines(agreement).getFirst();
    EntryId id = EntryId.other(agreement.id(), NOVEMBER, "again");
    List<Write> entry = ledger.entries(List.of(Entry.of(id, List.of(line))));
    periods.close(NOVEMBER);

    assertFalse(world.ports.table().commit(underWay).applied());
    assertFalse(world.ports.table().commit(firstUnderWay).applied());
    assertFalse(world.ports.table().commit(entry).applied());
    assertEquals(15, ledger.trialBalance().debitMicros());
  }

  @Test
  void aClosedMonthThatChangedIsFound() {
    november();
    world.toNextMonth();
    periods.close(NOVEMBER);
    Transaction smuggled = cash("smuggled", START, 4);
    world
        .ports
        .table()
        .commit(
            List.of(
                Write.put(
                    Keys.transaction(NOVEMBER, "smuggled"),
                    dev.weir.core.json.Json.write(smuggled)),
                Write.add(
                    Keys.balance(NOVEMBER, "CNY", SOCIAL),
                    Map.of("CASH-debit", 4L, "RECEIVABLE-credit", 4L))));

    IllegalStateException found = assertThrows(IllegalStateException.class, ledger::trialBalance);
    assertContains(found.getMessage(), "closed month 2026-11 was");
  }

  @Test
  void profitsByChannelCustomerAndModelAddUpToTheSame() {
    Agreement social = world.agreement(SOCIAL, "a");
    Agreement partner = world.agreement(PARTNER, "b");
    Agreement market = world.agreement(MARKET, "c");
    world.calls(social, SOCIAL, 1, 110);
    world.calls(partner, PARTNER, 201, 410);
    world.calls(market, MARKET, 501, 2510);
    world.use(market, MARKET, "compute_us", 3_000_000, "call");
    world.sealHour();

    List<Profit.Row> channels = profit.byChannel(Optional.empty());
    List<Profit.Row> customers =
        profit.by(
            Optional.of(NOVEMBER), id -> world.accounts.agreement(id).orElseThrow().customerId());
    List<Profit.Row> models = profit.by(Optional.empty(), _ -> "support");
    assertEquals(3, channels.size());
    assertEquals(3, customers.size());
    assertEquals(1, models.size());
    long margin = models.getFirst().marginMicros();
    assertEquals(margin, channels.stream().mapToLong(Profit.Row::marginMicros).sum());
    assertEquals(margin, customers.stream().mapToLong(Profit.Row::marginMicros).sum());
    Profit.Row of =
        customers.stream().filter(r -> r.of().equals(market.customerId())).findFirst().get();
    assertEquals(6000, of.revenueMicros());
    assertEquals(180, of.feeMicros());
    assertEquals(21, of.computeMicros());
    assertEquals(List.of(), profit.byChannel(Optional.of(DECEMBER)));
  }

  @Test
  void aCallIsFollowedToItsInvoiceRowAndItsSettlement() {
    Agreement agreement = world.agreement(PARTNER, "b");
    world.calls(agreement, PARTNER, 1, 30);
    Invoices invoices = new Invoices(world.ports, world.terms, "weir");
    ExplainCall explain = new ExplainCall(world.ports, world.terms, invoices);
    Instant from = START.minusSeconds(3600);
    world.tick();
    ExplainCall.Step open = explain.call("call-17", from, world.clock.instant()).getFirst();
    assertEquals(Optional.empty(), open.line());

    world.sealHour();
    world.toNextMonth();
    invoices.issue(agreement.id(), NOVEMBER);
    List<ExplainCall.Step> steps = explain.call("call-17", from, world.clock.instant());
    assertEquals(1, steps.size());
    ExplainCall.Step step = steps.getFirst();
    assertEquals("call-17", step.fact().callId());
    assertEquals(30, step.sealed().orElseThrow().quantity());
    assertEquals(world.lines(agreement).getFirst(), step.line().orElseThrow());
    assertTrue(step.transaction().isPresent());
    assertEquals(1, step.invoice().orElseThrow().row());
    assertEquals(60, step.invoice().orElseThrow().content().amountMicros());
    assertEquals(1, step.reports().size());
    assertEquals(20, step.settlement().orElseThrow().shareMicros());
    assertEquals(steps, explain.call(step.fact().key(), from, world.clock.instant()));

    ProblemException none =
        assertThrows(
            ProblemException.class, () -> explain.call("nothing", from, world.clock.instant()));
    assertContains(none.getMessage(), "no fact of call nothing");
    assertThrows(
        ProblemException.class,
        () -> explain.call("call-17", from, from.plus(ExplainCall.SPAN_MAX).plusSeconds(1)));
  }
}
