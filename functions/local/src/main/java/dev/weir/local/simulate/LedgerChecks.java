package dev.weir.local.simulate;

import dev.weir.core.bill.CreditNote;
import dev.weir.core.bill.CreditNotes;
import dev.weir.core.bill.Invoice;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.Ledger;
import dev.weir.core.bill.Line;
import dev.weir.core.bill.MarketPayout;
import dev.weir.core.bill.Part;
import dev.weir.core.bill.Profit;
import dev.weir.core.bill.Transaction.Account;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The ledger's accounts are what lines, documents and payments add up to. */
final class LedgerChecks {

  private final World world;
  private final Shop shop;
  private final Paper paper;
  private final Map<Account, Long> expected = new EnumMap<>(Account.class);

  LedgerChecks(World world, Shop shop, Paper paper) {
    this.world = world;
    this.shop = shop;
    this.paper = paper;
  }

  void run(List<Line> lines) {
    Ledger.Totals totals = new Ledger(world.base()).trialBalance();
    Violation.unless(
        totals.debitMicros() == totals.creditMicros(), "the ledger's totals are %s", totals);
    lines.forEach(this::line);
    invoices();
    payments();
    payouts();
    Map<Account, Long> balances = new EnumMap<>(Account.class);
    for (Ledger.Balance balance : new Ledger(world.base()).balances()) {
      balances.merge(
          balance.account(),
          Math.subtractExact(balance.debitMicros(), balance.creditMicros()),
          Math::addExact);
    }
    // What was written off is no longer owed; how much that is, dunning says.
    long lost = balances.getOrDefault(Account.WRITTEN_OFF, 0L);
    Violation.unless(lost >= 0, "written off are %d", lost);
    both(Account.WRITTEN_OFF, Account.RECEIVABLE, lost);
    for (Account account : Account.values()) {
      long balance = balances.getOrDefault(account, 0L);
      long sum = expected.getOrDefault(account, 0L);
      Violation.unless(
          balance == sum, "%s is %d, lines and documents say %d", account, balance, sum);
    }
    profits(balances);
  }

  private void both(Account debit, Account credit, long micros) {
    expected.merge(debit, micros, Math::addExact);
    expected.merge(credit, -micros, Math::addExact);
  }

  private void line(Line line) {
    both(Account.RECEIVABLE, Account.REVENUE, line.amountMicros());
    both(Account.MARKET_FEE, Account.MARKET_PAYABLE, line.feeMicros());
    both(Account.PARTNER_SHARE, Account.PARTNER_PAYABLE, line.shareMicros());
    both(Account.COMPUTE_COST, Account.COMPUTE_PAYABLE, line.costMicros());
    line.parts().forEach(part -> part(line, part));
  }

  private void part(Line line, Part part) {
    if (part instanceof Part.Credit credit) {
      both(Account.PREPAID, Account.REVENUE, -credit.micros());
    } else if (part instanceof Part.Lapsed lapsed) {
      both(Account.PREPAID, Account.BREAKAGE, lapsed.creditMicros());
    } else if (part instanceof Part.Granted granted) {
      both(Account.REVENUE, Account.PREPAID, line.amountMicros());
      both(Account.PROMOTION, Account.PREPAID, granted.creditMicros() - line.amountMicros());
    }
  }

  private void invoices() {
    Invoices invoices = new Invoices(world.base(), shop, Bookkeeping.ISSUER);
    for (Invoices.Issued issued : invoices.all()) {
      Invoice invoice = invoices.read(issued);
      both(Account.RECEIVABLE, Account.ROUNDING, invoice.payableMicros() - invoice.totalMicros());
    }
    CreditNotes notes = new CreditNotes(world.base(), invoices, Bookkeeping.ISSUER);
    for (CreditNotes.Issued issued : notes.list()) {
      CreditNote note = notes.read(issued);
      both(Account.RECEIVABLE, Account.ROUNDING, note.totalMicros() - note.payableMicros());
      for (CreditNote.Row row : note.rows()) {
        both(Account.REVENUE, Account.RECEIVABLE, row.amountMicros());
        both(Account.MARKET_PAYABLE, Account.MARKET_FEE, row.feeMicros());
        both(Account.PARTNER_PAYABLE, Account.PARTNER_SHARE, row.shareMicros());
      }
    }
  }

  private void payments() {
    for (Paper.Paid paid : paper.payments()) {
      both(Account.CASH, Account.RECEIVABLE, paid.cash());
      both(Account.DISPUTED, Account.RECEIVABLE, paid.held());
    }
    for (MarketPayout payout : paper.marketPayouts().values()) {
      both(Account.CASH, Account.RECEIVABLE, payout.netMicros());
      both(Account.MARKET_PAYABLE, Account.RECEIVABLE, payout.feeMicros());
    }
  }

  private void payouts() {
    Earned earned = new Earned(world.base(), shop, paper);
    for (String channel : shop.partnerChannels()) {
      String partner = shop.of(channel).orElseThrow().partner().orElseThrow();
      both(Account.PARTNER_PAYABLE, Account.PARTNER_SHARE, paper.clawedBack(partner));
      both(Account.PARTNER_PAYABLE, Account.CASH, earned.paid(partner));
    }
  }

  /** Profits by channel and by customer are the same sums, and the ledger's. */
  private void profits(Map<Account, Long> balances) {
    Profit profit = new Profit(world.base());
    List<Profit.Row> channels = profit.byChannel(Optional.empty());
    List<Profit.Row> customers =
        profit.by(
            Optional.empty(), id -> shop.find(id).map(s -> s.agreement().customerId()).orElse("?"));
    long revenue =
        -of(balances, Account.REVENUE)
            - of(balances, Account.BREAKAGE)
            - of(balances, Account.PROMOTION);
    same("revenue", Profit.Row::revenueMicros, channels, customers, revenue);
    same("fee", Profit.Row::feeMicros, channels, customers, of(balances, Account.MARKET_FEE));
    same(
        "share", Profit.Row::shareMicros, channels, customers, of(balances, Account.PARTNER_SHARE));
    same(
        "compute",
        Profit.Row::computeMicros,
        channels,
        customers,
        of(balances, Account.COMPUTE_COST));
    same(
        "loss",
        Profit.Row::lossMicros,
        channels,
        customers,
        of(balances, Account.WRITTEN_OFF) + of(balances, Account.ROUNDING));
  }

  private static long of(Map<Account, Long> balances, Account account) {
    return balances.getOrDefault(account, 0L);
  }

  private static void same(
      String what,
      ToLongFunction<Profit.Row> column,
      List<Profit.Row> channels,
      List<Profit.Row> customers,
      long ledger) {
    long one = channels.stream().mapToLong(column).sum();
    long other = customers.stream().mapToLong(column).sum();
    Violation.unless(
        one == ledger && other == ledger,
        "%s is %d by channel, %d by customer, %d in the ledger",
        what,
        one,
        other,
        ledger);
  }
}
