package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.MONTH;
import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.YUAN;
import static dev.weir.core.meter.Texts.assertContains;
import static dev.weir.core.problem.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partners are paid, markets pay. A call costs 1.00; the partner earns 0.3333 of it. */
class PayoutsTest {

  private static final long SHARE = 33_330_000;

  private final MoneyWorld world = new MoneyWorld();
  private final Books books = new Books(world);
  private final Settlements settlements = new Settlements(world.ports, world.terms);
  private final Payouts payouts = new Payouts(world.ports, world.terms, settlements, "weir");
  private final MarketPayouts markets = new MarketPayouts(world.ports, world.terms);
  private final Ledger ledger = new Ledger(world.ports);

  @BeforeEach
  void aPriceOfOneYuanACall() {
    world.priceOfOneYuanACall();
  }

  @Test
  void aPartnerIsPaidOnceWhatIsReleasedInWholeMinorUnits() {
    Agreement agreement = world.used(PARTNER, 101);
    world.accept(PARTNER);
    assertContains(
        refused(() -> payouts.pay("p1", "acme", "CNY"), 409), "payout 0.00 CNY < minimum 0.01 CNY");
    world.release(agreement);

    Payouts.Paid paid = payouts.pay("p1", "acme", "CNY");
    assertEquals(paid, payouts.pay("p1", "acme", "CNY"));
    Payout statement = payouts.read(paid);
    assertEquals(1, statement.number());
    assertEquals(3_366_000_000L, statement.paidMicros()); // 33.6633, of it whole cents
    assertEquals(101 * SHARE, statement.months().getFirst().payableMicros());
    assertEquals(-330_000, books.balance(Account.PARTNER_PAYABLE));
    assertEquals(-3_366_000_000L, books.balance(Account.CASH));
    assertEquals(330_000, payouts.due("acme", "CNY").payableMicros());
    refused(() -> payouts.pay("p2", "acme", "CNY"), 409);
    assertContains(refused(() -> payouts.pay("p1", "acme", "USD"), 409), "was made in CNY");
  }

  @Test
  void belowTheMinimumIsCarriedOverAndSaid() {
    Agreement agreement = world.used(PARTNER, 10);
    world.accept(PARTNER);
    world.release(agreement);
    payouts.minimum("acme", new Payouts.Minimum(Map.of("CNY", 5 * YUAN)));
    assertContains(
        refused(() -> payouts.pay("p1", "acme", "CNY"), 409),
        "payout 3.333 CNY < minimum 5.00 CNY (partner acme): carried over");
    assertTrue(payouts.due("acme", "CNY").belowMinimum());

    world.calls(agreement, PARTNER, 11, 20); // a month later
    world.sealHour();
    world.accept(PARTNER);
    new Collections(world.ports)
        .collected(agreement.id(), MONTH.plusMonths(1), world.clock.instant());
    world.clock.advance(Settlements.HOLDING);
    Payout paid = payouts.read(payouts.pay("p1", "acme", "CNY"));
    assertEquals(666_000_000, paid.paidMicros());
    assertEquals(2, paid.months().size());

    payouts.minimum("acme", new Payouts.Minimum(Map.of()));
    settlements.clawback(
        new Clawback(
            "c", "acme", PARTNER, Optional.empty(), "CNY", 600_000, "", world.clock.instant()));
    assertEquals(0, payouts.due("acme", "CNY").payableMicros());
    world.calls(agreement, PARTNER, 21, 30);
    world.sealHour();
    world.accept(PARTNER);
    new Collections(world.ports)
        .collected(agreement.id(), Line.month(world.clock.instant()), world.clock.instant());
    world.clock.advance(Settlements.HOLDING);
    assertEquals(333_000_000, payouts.read(payouts.pay("p2", "acme", "CNY")).paidMicros());
    assertEquals(300_000, payouts.due("acme", "CNY").payableMicros());
  }

  @Test
  void aClawbackAfterThePayoutIsTakenFromTheNext() {
    Agreement agreement = world.used(PARTNER, 100);
    world.accept(PARTNER);
    world.release(agreement);
    payouts.pay("p1", "acme", "CNY");
    settlements.clawback(
        new Clawback(
            "c", "acme", PARTNER, Optional.empty(), "CNY", YUAN, "fraud", world.clock.instant()));
    assertEquals(-YUAN, payouts.due("acme", "CNY").payableMicros());
    refused(() -> payouts.pay("p2", "acme", "CNY"), 409);
  }

  @Test
  void twoPayoutsAtOncePayOnce() {
    Agreement agreement = world.used(PARTNER, 100);
    world.accept(PARTNER);
    world.release(agreement);
    boolean[] raced = {false};
    dev.weir.core.meter.InterposedTable table =
        new dev.weir.core.meter.InterposedTable(
            world.ports.table(),
            _ -> {
              if (!raced[0]) {
                raced[0] = true;
                var _ = payouts.pay("p2", "acme", "CNY");
              }
            });
    Payouts racing = new Payouts(table.in(world.ports), world.terms, settlements, "weir");
    refused(() -> racing.pay("p1", "acme", "CNY"), 409);
    assertEquals(-100 * SHARE, books.balance(Account.CASH));
    assertEquals(1, payouts.list("acme").size());
  }

  @Test
  void strangersAndNegativeMinimaAreRefused() {
    refused(() -> payouts.pay("p", "nobody", "CNY"), 404);
    refused(() -> payouts.pay("P 1", "acme", "CNY"), 422);
    refused(() -> new Payouts.Minimum(Map.of("CNY", -1L)), 422);
  }

  @Test
  void aMarketsPayoutIsShownBesideWhatItAcceptedAndCollectsTheMonth() {
    Agreement agreement = world.used(MARKET, 10); // the market keeps 3 %
    List<ReportTask.Line> sent = world.reportedLines(MARKET);
    assertRow(10 * YUAN, 10 * YUAN, 0, 0, 0);
    new Acknowledge(world.ports)
        .apply(MARKET, List.of(new LineAck.Accepted(sent.getFirst().id(), "")));
    long net = 970_000_000;
    assertRow(10 * YUAN, 10 * YUAN, 10 * YUAN, 0, -net);

    Collections collections = new Collections(world.ports);
    assertTrue(markets.record(payout("m1", net - YUAN, 30_000_000, "CNY")));
    assertRow(10 * YUAN, 10 * YUAN, 10 * YUAN, net - YUAN, -YUAN);
    assertEquals(Optional.empty(), collections.collectedAt(agreement.id(), MONTH));
    assertTrue(markets.record(payout("m2", YUAN, 0, "CNY")));
    assertFalse(markets.record(payout("m2", YUAN, 0, "CNY")));
    assertRow(10 * YUAN, 10 * YUAN, 10 * YUAN, net, 0);
    assertTrue(collections.collectedAt(agreement.id(), MONTH).isPresent());
    assertEquals(0, books.balance(Account.RECEIVABLE));
    assertEquals(0, books.balance(Account.MARKET_PAYABLE));
    assertEquals(net, books.balance(Account.CASH));
    ledger.trialBalance();
  }

  private MarketPayout payout(String id, long net, long fee, String currency) {
    return new MarketPayout(id, MARKET, MONTH, currency, net, fee, world.clock.instant());
  }

  private void assertRow(long rated, long sent, long accepted, long paid, long difference) {
    MarketPayouts.Reconciled row = markets.of(MARKET, MONTH).getFirst();
    assertEquals(
        List.of(rated, sent, accepted, paid, difference),
        List.of(
            row.ratedMicros(),
            row.sentMicros(),
            row.acceptedMicros(),
            row.paidMicros(),
            row.differenceMicros()));
  }

  @Test
  void aMarketsPayoutThatMakesNoSenseIsRefused() {
    world.used(MARKET, 10);
    refused(() -> markets.record(payout("m", 1, 0, "USD")), 422);
    refused(() -> payout("m", -1, 0, "CNY"), 422);
    refused(() -> payout("m", Long.MAX_VALUE, 1, "CNY"), 422);
    refused(() -> payout("m", 0, 0, "CNY"), 422);
    refused(
        () ->
            markets.record(
                new MarketPayout("m", PARTNER, MONTH, "CNY", 1, 0, world.clock.instant())),
        404);
    markets.record(payout("m", 1, 0, "CNY"));
    assertContains(
        refused(() -> markets.record(payout("m", 2, 0, "CNY")), 409), "recorded with net 1");
    world.clock.advance(Duration.ofDays(1));
    assertFalse(markets.record(payout("m", 1, 0, "CNY")));
  }
}
