package dev.weir.core.bill;

import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.bill.Transaction.Leg;
import dev.weir.core.catalog.Currencies;
import dev.weir.core.json.Json;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pays partners and beneficiaries of joint products what is payable of all months and was not paid
 * before. Less than the minimum is not paid but carried over. Stateless and thread-safe.
 */
public final class Payouts {

  private static final int ATTEMPTS_MAX = 32;

  /** Counters of what was paid, and of that for parts of joint products. */
  private static final String PAID = "paid";

  private static final String JOINT = "joint";

  private final Ports ports;
  private final Table table;
  private final Settlements settlements;
  private final Terms terms;
  private final Ledger ledger;
  private final Documents documents;
  private final String issuer;

  public Payouts(Ports ports, Terms terms, Settlements settlements, String issuer) {
    this.ports = ports;
    this.table = ports.table();
    this.settlements = settlements;
    this.terms = terms;
    this.ledger = new Ledger(ports);
    this.documents = new Documents(ports.blobs());
    this.issuer = issuer;
  }

  /**
   * When a partner is paid.
   *
   * @param minimumMicros by currency, 0 or more; 0 where nothing is said
   */
  public record Minimum(Map<String, Long> minimumMicros) {
    public Minimum {
      minimumMicros = Map.copyOf(minimumMicros);
      minimumMicros.forEach((currency, micros) -> {
        if (micros < 0) {
          throw new ProblemException(
              Problem.invalid("minimum " + Currencies.text(micros, currency) + " < 0"));
        }
      });
    }
  }

  /**
   * What a partner has coming.
   *
   * @param payableMicros of all months, less what was paid; below 0, what the partner owes
   * @param jointMicros of that, what is for parts of joint products
   */
  public record Due(
      String partner,
      String currency,
      List<Payout.Month> months,
      long paidBeforeMicros,
      long payableMicros,
      long jointMicros,
      long minimumMicros) {

    /** Whether it is carried over. */
    public boolean belowMinimum() {
      return payableMicros <= 0 || payableMicros < minimumMicros;
    }
  }

  /** A payout as it was made; its bytes lie in the blob. */
  public record Paid(String id, String partner, long number, String currency, String blob) {}

  public void minimum(String partner, Minimum minimum) {
    requirePartner(partner);
    Write write = Write.put(Keys.payoutTerms(partner), Json.write(minimum));
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("the minimum of partner " + partner + " may not be stored");
    }
  }

  private long minimum(String partner, String currency) {
    return table
        .get(Keys.payoutTerms(partner))
        .map(item -> Json.read(item.body(), Minimum.class))
        .map(minimum -> minimum.minimumMicros().getOrDefault(currency, 0L))
        .orElse(0L);
  }

  private void requirePartner(String partner) {
    if (!settlements.earners().contains(partner)) {
      throw new ProblemException(
          Problem.notFound("no channel and no joint product is of partner " + partner));
    }
  }

  /** What a partner has coming in a currency. */
  public Due due(String partner, String currency) {
    List<Payout.Month> months = new ArrayList<>();
    long payable = 0;
    long joint = 0;
    YearMonth last = Line.month(ports.clock().instant());
    YearMonth month = Line.month(new SealedHours(ports).first());
    for (; !month.isAfter(last); month = month.plusMonths(1)) {
      for (Settlement settlement : settlements.of(partner, month)) {
        if (settlement.currency().equals(currency)) {
          months.add(Payout.Month.of(settlement));
          payable = Math.addExact(payable, settlement.payableMicros());
          joint = Math.addExact(joint, settlement.jointPayableMicros());
        }
      }
    }
    Optional<Item> before = table.get(Keys.paidOut(partner, currency));
    long paid = paid(before, PAID);
    return new Due(
        partner,
        currency,
        months,
        paid,
        Math.subtractExact(payable, paid),
        Math.subtractExact(joint, paid(before, JOINT)),
        minimum(partner, currency));
  }

  private static long paid(Optional<Item> item, String counter) {
    return item.map(i -> i.counter(counter)).orElse(0L);
  }

  /**
   * Pays what is due; paid before under the same id, it is answered again.
   *
   * @param id {@code [a-z0-9-]{1,64}}
   * @throws ProblemException 404 for an unknown partner; 409 where nothing is due or less than the
   *     minimum, saying both
   */
  public Paid pay(String id, String partner, String currency) {
    if (!id.matches("[a-z0-9-]{1,64}")) {
      throw new ProblemException(
          Problem.invalid("payout id \"" + id + "\" is not [a-z0-9-]{1,64}"));
    }
    requirePartner(partner);
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Paid> there = find(partner, id);
      if (there.isPresent()) {
        return same(there.get(), currency);
      }
      Key paidKey = Keys.paidOut(partner, currency);
      Optional<Item> before = table.get(paidKey);
      Due due = due(partner, currency);
      long micros = Math.floorDiv(due.payableMicros(), Invoice.MINOR_MICROS) * Invoice.MINOR_MICROS;
      if (due.belowMinimum() || micros <= 0) {
        throw new ProblemException(
            Problem.conflict(
                "payout %s < minimum %s (partner %s): carried over"
                    .formatted(
                        Currencies.text(due.payableMicros(), currency),
                        Currencies.text(
                            Math.max(due.minimumMicros(), Invoice.MINOR_MICROS), currency),
                        partner)));
      }
      Numbers next = Numbers.next(table, Keys.payoutNumber(partner));
      Paid paid = new Paid(id, partner, next.number(), currency, store(id, due, next, micros));
      List<Write> writes = new ArrayList<>();
      writes.add(next.write());
      writes.add(Write.put(Keys.payout(partner, id), Json.write(paid), Condition.ABSENT));
      writes.add(
          new Write.Put(
              paidKey,
              "{}",
              Map.of(
                  PAID,
                  Math.addExact(paid(before, PAID), micros),
                  JOINT,
                  Math.addExact(paid(before, JOINT), joint(due, micros))),
              Optional.empty(),
              before.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT)));
      writes.addAll(ledger.writes(posting(id, due, micros)));
      if (Tables.commit(table, writes).applied()) {
        return paid;
      }
    }
    throw new PortException("payout " + id + " of partner " + partner + " cannot be stored");
  }

  private static Paid same(Paid there, String currency) {
    if (!there.currency().equals(currency)) {
      throw new ProblemException(
          Problem.conflict("payout " + there.id() + " was made in " + there.currency()));
    }
    return there;
  }

  private String store(String id, Due due, Numbers next, long micros) {
    return documents.store(
        new Payout(
            Payout.FORMAT,
            Issuer.of(ports, issuer),
            id,
            due.partner(),
            next.number(),
            due.currency(),
            ports.clock().instant(),
            due.months(),
            due.paidBeforeMicros(),
            micros));
  }

  private Transaction posting(String id, Due due, long micros) {
    String channel = channel(due);
    long joint = joint(due, micros);
    List<Leg> legs = new ArrayList<>();
    if (joint > 0) {
      legs.add(Leg.debit(Account.JOINT_PAYABLE, channel, joint));
    }
    if (micros > joint) {
      legs.add(Leg.debit(Account.PARTNER_PAYABLE, channel, micros - joint));
    }
    legs.add(Leg.credit(Account.CASH, channel, micros));
    return new Transaction(
        "payout-" + StableId.of(due.partner(), id),
        due.currency(),
        ports.clock().instant(),
        "PAYOUT " + due.partner() + " " + id,
        legs);
  }

  /** What of a payout is for parts of joint products: as much of it as is payable for them. */
  private static long joint(Due due, long micros) {
    return Math.clamp(due.jointMicros(), 0, micros);
  }

  /**
   * Whose account a payout is taken from: the partner's channel, or of who has none the first in
   * which it earned. Payables are owed as one; that they are kept by channel says where they arose.
   */
  private String channel(Due due) {
    return terms.all().stream()
        .filter(channel -> channel.partner().equals(Optional.of(due.partner())))
        .map(ChannelTerms::channelId)
        .findFirst()
        .or(() ->
            due.months().stream()
                .flatMap(month -> month.legs().stream())
                .map(Settlement.Leg::channelId)
                .findFirst())
        .orElseThrow();
  }

  public Optional<Paid> find(String partner, String id) {
    return table.get(Keys.payout(partner, id)).map(item -> Json.read(item.body(), Paid.class));
  }

  /** The payout of a number, or a 404 problem. */
  public Paid require(String partner, long number) {
    return list(partner).stream()
        .filter(paid -> paid.number() == number)
        .findFirst()
        .orElseThrow(() ->
            new ProblemException(
                Problem.notFound("no payout " + number + " of partner " + partner)));
  }

  /** A partner's payouts, by id. */
  public List<Paid> list(String partner) {
    return Tables.list(table, Table.Query.prefix(Keys.payouts(partner), "id/")).stream()
        .map(item -> Json.read(item.body(), Paid.class))
        .toList();
  }

  public byte[] bytes(Paid paid) {
    return documents.bytes(paid.blob());
  }

  public Payout read(Paid paid) {
    return documents.read(paid.blob(), Payout.class);
  }
}
