package dev.weir.core.bill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.core.account.Agreement;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;

/** What the lines and the ledger of a {@link MoneyWorld} say. */
record Books(MoneyWorld world) {

  /** Debits less credits, over all channels. */
  long balance(Transaction.Account account) {
    return new Ledger(world.ports)
        .balances().stream()
            .filter(b -> b.account() == account)
            .mapToLong(b -> b.debitMicros() - b.creditMicros())
            .sum();
  }

  long balance(Transaction.Account account, String channelId) {
    return new Ledger(world.ports)
        .balances().stream()
            .filter(b -> b.account() == account && b.channelId().equals(channelId))
            .mapToLong(b -> b.debitMicros() - b.creditMicros())
            .sum();
  }

  /** Of every month until now. */
  List<Line> lines(Agreement agreement) {
    List<Line> lines = new ArrayList<>();
    YearMonth month = Line.month(MoneyWorld.START);
    for (; !month.isAfter(Line.month(world.clock.instant())); month = month.plusMonths(1)) {
      lines.addAll(new Lines(world.ports).list(agreement.id(), month));
    }
    return lines;
  }

  long owed(Agreement agreement) {
    return lines(agreement).stream().mapToLong(Line::amountMicros).sum();
  }

  /** Every line is explained, debits equal credits, and so do the sums that statements show. */
  void assertAddsUp(Agreement agreement) {
    Explain explain = new Explain(world.ports, world.terms);
    for (Line line : lines(agreement)) {
      explain.line(line.id());
    }
    Ledger.Totals totals = new Ledger(world.ports).trialBalance();
    assertEquals(totals.debitMicros(), totals.creditMicros());
  }
}
