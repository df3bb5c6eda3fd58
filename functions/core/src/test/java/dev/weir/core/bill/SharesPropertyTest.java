package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MONTH;
import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.core.account.Agreement;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What partners earn and what the house keeps is the net revenue, to the last micro-unit. */
class SharesPropertyTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void sharesAndHouseAreTheNetWhateverIsUsedCorrectedAndTakenBack(long seed) {
    Random random = new Random(seed);
    MoneyWorld world = new MoneyWorld();
    long price = 1 + random.nextLong(30_000_000_007L);
    long size = 1 + random.nextInt(13);
    world.catalog.put(
        new PriceVersion(
            "plan", 2, Instant.EPOCH, List.of(new Charge.PerUnit("calls", 3, price, size))));
    Agreement agreement = world.agreementAt(PARTNER, "customer", 2);
    int call = 0;
    for (int hour = 0; hour < 4; hour++) {
      int calls = 1 + random.nextInt(20);
      world.calls(agreement, PARTNER, call + 1, call + calls);
      call += calls;
      world.sealHour();
    }
    world.toNextMonth();
    Invoices invoices = new Invoices(world.ports, world.terms, "weir");
    CreditNotes notes = new CreditNotes(world.ports, invoices, "weir");
    Invoices.Issued invoice = invoices.issue(agreement.id(), MONTH);
    long total = invoices.read(invoice).totalMicros();
    for (int i = 0; i < 5 && total > 1; i++) {
      credit(notes, invoice, i, Optional.of(1 + random.nextLong(total / 3 + 1)));
    }
    assertShares(world, agreement, notes);
    credit(notes, invoice, 99, Optional.empty());
    assertShares(world, agreement, notes);
    assertEquals(0, new Books(world).balance(Account.REVENUE), "all of it was credited");
    assertEquals(0, new Books(world).balance(Account.PARTNER_PAYABLE), "so nothing is earned");
  }

  private static void credit(
      CreditNotes notes, Invoices.Issued invoice, int i, Optional<Long> micros) {
    try {
      var _ =
          notes.issue(
              new CreditNotes.Correction(
                  "c" + i, invoice.number(), Optional.of(1), micros, "seeded"));
    } catch (ProblemException e) {
      assertEquals(409, e.problem().status(), e.getMessage()); // more than is left
    }
  }

  private static void assertShares(MoneyWorld world, Agreement agreement, CreditNotes notes) {
    long net = 0;
    long share = 0;
    for (Line line : world.lines(agreement)) {
      net += line.amountMicros() - line.feeMicros();
      share += line.shareMicros();
    }
    for (CreditNotes.Issued issued : notes.list()) {
      for (CreditNote.Row row : notes.read(issued).rows()) {
        net -= row.amountMicros() - row.feeMicros();
        share -= row.shareMicros();
      }
    }
    Profit.Row profit = new Profit(world.ports).byChannel(Optional.empty()).getFirst();
    assertEquals(net, profit.shareMicros() + profit.marginMicros() + profit.lossMicros());
    assertEquals(share, profit.shareMicros());
    assertEquals(-share, new Books(world).balance(Account.PARTNER_PAYABLE));
    Settlements settlements = new Settlements(world.ports, world.terms);
    long settled = 0;
    for (YearMonth month : List.of(MONTH, MONTH.plusMonths(1))) {
      for (Settlement settlement : settlements.of("acme", month)) {
        settled += settlement.accruedMicros() - settlement.clawbackMicros();
      }
    }
    assertEquals(share, settled);
    new Ledger(world.ports).trialBalance();
  }
}
