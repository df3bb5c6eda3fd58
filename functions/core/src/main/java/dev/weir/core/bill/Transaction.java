package dev.weir.core.bill;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A ledger transaction: legs of one currency whose debits equal their credits. Never changes.
 *
 * @param id follows from what it records; the same is posted once
 * @param at the time that it counts for
 * @param memo what it records
 * @param legs 2 to {@link #LEGS_MAX}
 * @param agreementId whose customer it is about; empty where it is about none, and where the id of
 *     an {@link Entry} says it
 */
public record Transaction(
    String id,
    String currency,
    Instant at,
    String memo,
    List<Leg> legs,
    Optional<String> agreementId) {

  /** Both sides of every account of as many channels as an agreement's hour has. */
  public static final int LEGS_MAX = 200;

  public Transaction(String id, String currency, Instant at, String memo, List<Leg> legs) {
    this(id, currency, at, memo, legs, Optional.empty());
  }

  public Transaction {
    legs = List.copyOf(legs);
    if (legs.size() < 2 || legs.size() > LEGS_MAX) {
      throw new IllegalArgumentException(
          "legs " + legs.size() + " not in 2.." + LEGS_MAX + " (transaction " + id + ")");
    }
    long debit = 0;
    long credit = 0;
    for (Leg leg : legs) {
      debit = Math.addExact(debit, leg.debitMicros());
      credit = Math.addExact(credit, leg.creditMicros());
    }
    if (debit != credit) {
      throw new IllegalArgumentException(
          "debits %d != credits %d (transaction %s)".formatted(debit, credit, id));
    }
  }

  Transaction about(String agreement) {
    return new Transaction(id, currency, at, memo, legs, Optional.of(agreement));
  }

  /** The agreement that it is about; empty string for none. */
  String agreement() {
    return agreementId.or(() -> EntryId.parse(id).map(EntryId::agreementId)).orElse("");
  }

  /**
   * One side of it: exactly one of debit and credit is positive, the other 0.
   *
   * @param channelId the account is one channel's, so that a margin per channel exists
   */
  public record Leg(Account account, String channelId, long debitMicros, long creditMicros) {
    public Leg {
      if (Math.min(debitMicros, creditMicros) != 0 || Math.max(debitMicros, creditMicros) <= 0) {
        throw new IllegalArgumentException(
            "leg has debit " + debitMicros + " and credit " + creditMicros);
      }
    }

    static Leg debit(Account account, String channelId, long micros) {
      return new Leg(account, channelId, micros, 0);
    }

    static Leg credit(Account account, String channelId, long micros) {
      return new Leg(account, channelId, 0, micros);
    }
  }

  /** Kinds of accounts; each exists once per channel and currency. */
  public enum Account {
    /** What customers, or the market for them, owe. */
    RECEIVABLE,
    REVENUE,
    /** What markets keep, as an expense, and what they are owed. */
    MARKET_FEE,
    MARKET_PAYABLE,
    /** What partners earn, as an expense, and what they are owed. */
    PARTNER_SHARE,
    PARTNER_PAYABLE,
    /** What computing costs, and what it is owed. */
    COMPUTE_COST,
    COMPUTE_PAYABLE,
    /** Credit that customers have and did not use yet. */
    PREPAID,
    /** Credit that expired unused, as an income. */
    BREAKAGE,
    /** What the vendor gives: credit without a price, use that it sponsors itself. */
    PROMOTION,
    /** What others owe who sponsor use. */
    SPONSOR_RECEIVABLE,
    /** What beneficiaries of joint products earn, as an expense, and what they are owed. */
    JOINT_SHARE,
    JOINT_PAYABLE,
    /** What came in. */
    CASH,
    /** What a payer's bank holds back until a dispute is decided. */
    DISPUTED,
    /** What nobody will pay any more, as an expense. */
    WRITTEN_OFF,
    /** What invoices are rounded by to whole minor units. */
    ROUNDING,
    /** What hosts cost while nobody used them, of it the part that no agreement bears. */
    IDLE_COST
  }
}
