package dev.weir.core.bill;

import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.bill.Transaction.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a line means in the ledger. */
final class Postings {

  private Postings() {}

  /** The transaction of a line; none where it moves no money. */
  static Optional<Transaction> of(Line line) {
    List<Leg> legs = new ArrayList<>();
    both(legs, Account.RECEIVABLE, Account.REVENUE, line, line.amountMicros());
    both(legs, Account.MARKET_FEE, Account.MARKET_PAYABLE, line, line.feeMicros());
    both(legs, Account.PARTNER_SHARE, Account.PARTNER_PAYABLE, line, line.shareMicros());
    both(legs, Account.COMPUTE_COST, Account.COMPUTE_PAYABLE, line, line.costMicros());
    if (legs.isEmpty()) {
      return Optional.empty();
    }
    String memo = line.kind() + " " + line.agreementId() + " " + line.meter();
    return Optional.of(
        new Transaction(line.id(), line.currency(), line.hour(), memo.strip(), legs));
  }

  /** A partner's claw-back: what was earned is taken back by an entry of its own. */
  static Transaction clawback(Clawback clawback, String channelId) {
    return new Transaction(
        clawback.id(),
        clawback.currency(),
        clawback.at(),
        "CLAWBACK " + clawback.partner() + " " + clawback.reason(),
        List.of(
            Leg.debit(Account.PARTNER_PAYABLE, channelId, clawback.micros()),
            Leg.credit(Account.PARTNER_SHARE, channelId, clawback.micros())));
  }

  private static void both(List<Leg> legs, Account debit, Account credit, Line line, long micros) {
    if (micros > 0) {
      legs.add(Leg.debit(debit, line.channelId(), micros));
      legs.add(Leg.credit(credit, line.channelId(), micros));
    }
  }
}
