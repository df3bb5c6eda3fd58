package dev.weir.core.bill;

import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.bill.Transaction.Leg;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a line means in the ledger. */
final class Postings {

  private Postings() {}

  /**
   * The one transaction of lines of one currency and time: a leg for each account and side; none
   * where they move no money.
   */
  static Optional<Transaction> of(String id, List<Line> lines) {
    Map<String, Leg> legs = new LinkedHashMap<>();
    for (Line line : lines) {
      for (Leg leg : legs(line)) {
        boolean debit = leg.debitMicros() > 0;
        String side = leg.account() + "/" + leg.channelId() + "/" + debit;
        legs.merge(side, leg, Postings::sum);
      }
    }
    if (legs.isEmpty()) {
      return Optional.empty();
    }
    Line first = lines.getFirst();
    boolean hour = first.kind() == Line.Kind.USAGE || first.kind() == Line.Kind.COST;
    String memo = hour ? "USAGE" : first.kind().toString();
    return Optional.of(
        new Transaction(
            id,
            first.currency(),
            first.hour(),
            memo + " " + first.agreementId(),
            List.copyOf(legs.values())));
  }

  private static Leg sum(Leg one, Leg other) {
    return new Leg(
        one.account(),
        one.channelId(),
        Math.addExact(one.debitMicros(), other.debitMicros()),
        Math.addExact(one.creditMicros(), other.creditMicros()));
  }

  private static List<Leg> legs(Line line) {
    Map<Account, Long> sums = new EnumMap<>(Account.class);
    add(sums, Account.RECEIVABLE, line.amountMicros());
    line.parts().forEach(part -> paidOtherwise(sums, line, part));
    if (line.kind() != Line.Kind.CREDIT_PACK) {
      add(sums, Account.REVENUE, -line.revenueMicros());
    }
    both(sums, Account.MARKET_FEE, Account.MARKET_PAYABLE, line.feeMicros());
    both(sums, Account.PARTNER_SHARE, Account.PARTNER_PAYABLE, line.shareMicros());
    both(sums, Account.COMPUTE_COST, Account.COMPUTE_PAYABLE, line.costMicros());
    List<Leg> legs = new ArrayList<>();
    sums.forEach((account, micros) -> leg(legs, account, channel(account, line), micros));
    for (Line.JointShare joint : line.joint()) {
      leg(legs, Account.JOINT_SHARE, line.channelId(), joint.micros());
      leg(legs, Account.JOINT_PAYABLE, line.channelId(), -joint.micros());
    }
    return legs;
  }

  /**
   * What is earned and spent is the channel's that was used; what the customer owes, and what the
   * market keeps of that, the channel's that collects it, as payments are.
   */
  private static String channel(Account account, Line line) {
    return account == Account.RECEIVABLE || account == Account.MARKET_PAYABLE
        ? line.billedThrough()
        : line.channelId();
  }

  /** A partner's claw-back: what was earned is taken back by an entry of its own. */
  static Transaction clawback(Clawback clawback) {
    boolean joint = clawback.what().isPresent();
    return new Transaction(
        clawback.id(),
        clawback.currency(),
        clawback.at(),
        "CLAWBACK " + clawback.partner() + " " + clawback.reason(),
        List.of(
            Leg.debit(
                joint ? Account.JOINT_PAYABLE : Account.PARTNER_PAYABLE,
                clawback.channelId(),
                clawback.micros()),
            Leg.credit(
                joint ? Account.JOINT_SHARE : Account.PARTNER_SHARE,
                clawback.channelId(),
                clawback.micros())));
  }

  /**
   * What an invoice asks for more, or less, than its rows add up to, because it asks for whole
   * minor units.
   */
  static Optional<Transaction> rounding(
      String of, String channelId, String currency, Instant at, long micros) {
    return rounding(of, channelId, currency, at, micros, Account.RECEIVABLE);
  }

  /**
   * The same of another bill.
   *
   * @param owed where it stands what it asks for
   */
  static Optional<Transaction> rounding(
      String of, String channelId, String currency, Instant at, long micros, Account owed) {
    if (micros == 0) {
      return Optional.empty();
    }
    Account debit = micros > 0 ? owed : Account.ROUNDING;
    Account credit = micros > 0 ? Account.ROUNDING : owed;
    return Optional.of(
        two(
            "round-" + of,
            currency,
            at,
            "ROUNDING " + of,
            channelId,
            debit,
            credit,
            Math.abs(micros)));
  }

  /** Money moves between two accounts of a channel; {@code micros} is more than 0. */
  static Transaction two(
      String id,
      String currency,
      Instant at,
      String memo,
      String channelId,
      Account debit,
      Account credit,
      long micros) {
    return new Transaction(
        id,
        currency,
        at,
        memo,
        List.of(Leg.debit(debit, channelId, micros), Leg.credit(credit, channelId, micros)));
  }

  /** The sides of what the customer does not pay now: from credit, by a sponsor, or before. */
  private static void paidOtherwise(Map<Account, Long> sums, Line line, Part part) {
    switch (part) {
      case Part.Credit credit -> add(sums, Account.PREPAID, -credit.micros());
      case Part.Sponsored by ->
          add(
              sums,
              by.payer().equals(Sponsorship.VENDOR)
                  ? Account.PROMOTION
                  : Account.SPONSOR_RECEIVABLE,
              -by.micros());
      case Part.Granted granted -> {
        add(sums, Account.PREPAID, -granted.creditMicros());
        add(sums, Account.PROMOTION, granted.creditMicros() - line.amountMicros());
      }
      case Part.Lapsed lapsed ->
          both(sums, Account.PREPAID, Account.BREAKAGE, lapsed.creditMicros());
      case Part.Fixed _ -> {}
      case Part.Span _ -> {}
      case Part.TrueUp _ -> {}
      case Part.Trial _ -> {}
      case Part.Factor _ -> {}
      case Part.Discount _ -> {}
    }
  }

  private static void both(Map<Account, Long> sums, Account debit, Account credit, long micros) {
    add(sums, debit, micros);
    add(sums, credit, -micros);
  }

  private static void add(Map<Account, Long> sums, Account account, long micros) {
    sums.merge(account, micros, Math::addExact);
  }

  /** A debit, or below 0 a credit. */
  private static void leg(List<Leg> legs, Account account, String channelId, long micros) {
    if (micros > 0) {
      legs.add(Leg.debit(account, channelId, micros));
    } else if (micros < 0) {
      legs.add(Leg.credit(account, channelId, -micros));
    }
  }
}
