package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.catalog.Currencies;
import dev.weir.core.json.Json;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Bills sponsors for the use that they paid for, once a month, payer and currency; and records that
 * they paid. Stateless and thread-safe.
 */
public final class SponsorBills {

  /** The series of their numbers. */
  static final String NUMBERS = "sponsor-number";

  private static final int ATTEMPTS_MAX = 32;
  private static final String PAID = "paid";

  private final Ports ports;
  private final Table table;
  private final Accounts accounts;
  private final Lines lines;
  private final Documents documents;
  private final Ledger ledger;
  private final String issuer;

  public SponsorBills(Ports ports, String issuer) {
    this.ports = ports;
    this.table = ports.table();
    this.accounts = new Accounts(ports);
    this.lines = new Lines(ports);
    this.documents = new Documents(ports.blobs());
    this.ledger = new Ledger(ports);
    this.issuer = issuer;
  }

  /** A bill as issued; its bytes lie in the blob. */
  public record Issued(long number, String payer, YearMonth month, String currency, String blob) {}

  /** A payment of a bill. */
  public record Paid(String id, long number, long micros, Instant at) {}

  /** What a payer owes in a currency. */
  private record Owed(String payer, String currency) {}

  private static final class Sums {
    private final Map<String, SponsorBill.Row> rows = new TreeMap<>();
    private final Map<String, Set<String>> agreements = new TreeMap<>();

    void add(Line line, Part.Sponsored by) {
      String key = String.join("/", by.sponsorship(), line.channelId(), line.meter());
      Set<String> who = agreements.computeIfAbsent(key, _ -> new HashSet<>());
      who.add(line.agreementId());
      SponsorBill.Row row =
          new SponsorBill.Row(
              by.sponsorship(),
              line.channelId(),
              line.meter(),
              who.size(),
              line.quantity(),
              Math.negateExact(by.micros()));
      rows.merge(
          key,
          row,
          (one, other) ->
              new SponsorBill.Row(
                  one.sponsorship(),
                  one.channelId(),
                  one.meter(),
                  who.size(),
                  Math.addExact(one.quantity(), other.quantity()),
                  Math.addExact(one.micros(), other.micros())));
    }
  }

  /**
   * Issues the bills of a month that is over and rated; issued before, they are answered again. The
   * vendor's own sponsorships are billed to nobody.
   *
   * @throws ProblemException 409 where the month is not rated to its end or an hour of it has no
   *     price
   */
  public List<Issued> issue(YearMonth month) {
    RatedMonth.require(ports, month, _ -> true);
    List<Issued> issued = new ArrayList<>();
    owed(month).forEach((owed, sums) -> issued.add(issue(owed, month, sums)));
    return issued;
  }

  private Map<Owed, Sums> owed(YearMonth month) {
    Map<Owed, Sums> owed =
        new TreeMap<>(Comparator.comparing(Owed::payer).thenComparing(Owed::currency));
    Optional<String> token = Optional.empty();
    do {
      Page<Agreement> page = accounts.allAgreements(new Page.Request(Page.LIMIT_MAX, token));
      for (Agreement agreement : page.items()) {
        for (Line line : lines.list(agreement.id(), month)) {
          for (Part part : line.parts()) {
            if (part instanceof Part.Sponsored by && !by.payer().equals(Sponsorship.VENDOR)) {
              owed.computeIfAbsent(new Owed(by.payer(), line.currency()), _ -> new Sums())
                  .add(line, by);
            }
          }
        }
      }
      token = page.next();
    } while (token.isPresent());
    return owed;
  }

  private Issued issue(Owed owed, YearMonth month, Sums sums) {
    Key once = Keys.sponsorBill(owed.payer(), month, owed.currency());
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Item> there = table.get(once);
      if (there.isPresent()) {
        return Json.read(there.get().body(), Issued.class);
      }
      Numbers next = Numbers.next(table, Keys.numbers(issuer, NUMBERS));
      SponsorBill bill = bill(owed, month, sums, next.number());
      Issued fresh =
          new Issued(bill.number(), bill.payer(), month, bill.currency(), documents.store(bill));
      List<Write> writes = new ArrayList<>();
      writes.add(next.write());
      writes.add(Write.put(once, Json.write(fresh), Condition.ABSENT));
      writes.add(
          Write.put(
              Keys.numbered(issuer, NUMBERS, fresh.number()), Json.write(fresh), Condition.ABSENT));
      Postings.rounding(
              "sponsor-" + StableId.of(issuer, Long.toString(bill.number())),
              bill.rows().getFirst().channelId(),
              bill.currency(),
              bill.issuedAt(),
              bill.payableMicros() - bill.totalMicros(),
              Account.SPONSOR_RECEIVABLE)
          .ifPresent(rounding -> writes.addAll(ledger.writes(rounding)));
      if (Tables.commit(table, writes).applied()) {
        return fresh;
      }
    }
    throw new PortException("the bill of sponsor " + owed.payer() + " cannot be issued");
  }

  private SponsorBill bill(Owed owed, YearMonth month, Sums sums, long number) {
    List<SponsorBill.Row> rows = List.copyOf(sums.rows.values());
    long total = rows.stream().mapToLong(SponsorBill.Row::micros).reduce(0, Math::addExact);
    Issuer profile = Issuer.of(ports, issuer);
    Instant now = ports.clock().instant();
    return new SponsorBill(
        SponsorBill.FORMAT,
        profile,
        issuer,
        number,
        owed.payer(),
        month,
        owed.currency(),
        now,
        now.plus(Duration.ofDays(profile.paymentDays())),
        rows,
        total,
        Invoice.payable(total));
  }

  /**
   * Records that a sponsor paid; recorded before under the same id, nothing changes.
   *
   * @param id {@code [a-z0-9-]{1,64}}
   * @param micros empty for all that is open
   * @throws ProblemException 404 for an unknown bill; 409 for more than is open, and for an id that
   *     paid something else; 422 for 0 or less
   */
  public Paid pay(String id, long number, Optional<Long> micros) {
    if (!id.matches("[a-z0-9-]{1,64}")) {
      throw invalid("payment id \"" + id + "\" is not [a-z0-9-]{1,64}");
    }
    SponsorBill bill = read(require(number));
    Optional<Paid> there = paid(number, id);
    if (there.isPresent()) {
      return same(there.get(), micros);
    }
    long open = openMicros(bill);
    long amount = micros.orElse(open);
    if (micros.isPresent() && amount <= 0) {
      throw invalid("payment " + amount + " <= 0");
    }
    if (amount > open || open <= 0) {
      throw conflict(
          "payment %s > %s open of sponsor bill %d"
              .formatted(
                  Currencies.text(amount, bill.currency()),
                  Currencies.text(open, bill.currency()),
                  number));
    }
    Paid paid = new Paid(id, number, amount, ports.clock().instant());
    List<Write> writes = new ArrayList<>();
    writes.add(
        Write.put(Keys.sponsorPayment(issuer, number, id), Json.write(paid), Condition.ABSENT));
    writes.add(
        Write.add(
            Keys.sponsorPaid(issuer, number),
            Map.of(PAID, amount),
            Condition.atMost(PAID, bill.payableMicros() - amount)));
    writes.addAll(ledger.writes(posting(bill, paid)));
    return switch (Tables.commit(table, writes)) {
      case Outcome.Applied _ -> paid;
      case Outcome.Refused _ ->
          paid(number, id)
              .map(before -> same(before, micros))
              .orElseThrow(() -> conflict("sponsor bill " + number + " was paid meanwhile"));
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("payment " + id + " may not be recorded");
    };
  }

  /** Taken from the channel of the bill's first row: what a sponsor owes is owed as one. */
  private Transaction posting(SponsorBill bill, Paid paid) {
    return Postings.two(
        "sponsor-paid-" + StableId.of(issuer, Long.toString(bill.number()), paid.id()),
        bill.currency(),
        paid.at(),
        "SPONSOR " + bill.payer() + " paid of bill " + bill.number(),
        bill.rows().getFirst().channelId(),
        Account.CASH,
        Account.SPONSOR_RECEIVABLE,
        paid.micros());
  }

  private static Paid same(Paid there, Optional<Long> micros) {
    if (micros.isPresent() && micros.get() != there.micros()) {
      throw conflict("payment " + there.id() + " was of " + there.micros());
    }
    return there;
  }

  private Optional<Paid> paid(long number, String id) {
    return table
        .get(Keys.sponsorPayment(issuer, number, id))
        .map(item -> Json.read(item.body(), Paid.class));
  }

  /** What is open of a bill. */
  public long openMicros(SponsorBill bill) {
    long paid =
        table
            .get(Keys.sponsorPaid(issuer, bill.number()))
            .map(item -> item.counter(PAID))
            .orElse(0L);
    return Math.subtractExact(bill.payableMicros(), paid);
  }

  /** All, by number. */
  public List<Issued> list() {
    return Tables.list(table, Table.Query.all(Keys.numbered(issuer, NUMBERS))).stream()
        .map(item -> Json.read(item.body(), Issued.class))
        .toList();
  }

  /** The bill of a number, or a 404 problem. */
  public Issued require(long number) {
    return table
        .get(Keys.numbered(issuer, NUMBERS, number))
        .map(item -> Json.read(item.body(), Issued.class))
        .orElseThrow(() -> new ProblemException(Problem.notFound("no sponsor bill " + number)));
  }

  public byte[] bytes(Issued issued) {
    return documents.bytes(issued.blob());
  }

  public SponsorBill read(Issued issued) {
    return documents.read(issued.blob(), SponsorBill.class);
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.invalid(detail));
  }
}
