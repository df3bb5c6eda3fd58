package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Customer;
import dev.weir.core.bill.transfer.Books;
import dev.weir.core.bill.transfer.Transfers;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Issues invoices, once, and reads them again from their bytes. Stateless and thread-safe. */
public final class Invoices {

  /** The series of their numbers. */
  static final String NUMBERS = "number";

  private static final int ATTEMPTS_MAX = 32;

  private final Ports ports;
  private final Table table;
  private final Accounts accounts;
  private final Lines lines;
  private final Terms terms;
  private final String issuer;
  private final Documents documents;
  private final Transfers transfers;
  private final Ledger ledger;
  private final Settling settling;
  private final Catalog catalog;

  /**
   * @param issuer whose numbers they bear; {@code [a-z0-9-]{1,64}}
   */
  public Invoices(Ports ports, Terms terms, String issuer) {
    this.ports = ports;
    this.table = ports.table();
    this.accounts = new Accounts(ports);
    this.lines = new Lines(ports);
    this.terms = terms;
    this.issuer = issuer;
    this.documents = new Documents(ports.blobs());
    this.transfers = new Transfers(ports);
    this.ledger = new Ledger(ports);
    this.settling = new Settling(ports);
    this.catalog = new Catalog(ports);
  }

  /**
   * An invoice as issued.
   *
   * @param blob where its bytes lie, named by their SHA-256
   */
  public record Issued(
      String issuer, long number, String agreementId, YearMonth month, String blob) {}

  /** Sums lines by these. */
  private record Position(
      String channelId, String meter, String planId, int priceVersion, Line.Kind kind)
      implements Comparable<Position> {
    @Override
    public int compareTo(Position other) {
      return sort().compareTo(other.sort());
    }

    private String sort() {
      return String.join(
          "/", channelId, meter, planId, Integer.toString(priceVersion), kind.name());
    }
  }

  /**
   * Issues the invoice of a month that is over and rated; issued before, it is answered again.
   *
   * @throws ProblemException 404 for an unknown agreement; 409 where the month is not rated to its
   *     end, an hour of it has no price, or the market bills the customer
   */
  public Issued issue(String agreementId, YearMonth month) {
    Agreement agreement =
        accounts
            .agreement(agreementId)
            .orElseThrow(
                () -> new ProblemException(Problem.notFound("no agreement " + agreementId)));
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Issued> issued = find(agreementId, month);
      if (issued.isPresent()) {
        return issued.get();
      }
      check(agreement, month);
      Numbers next = Numbers.next(table, Keys.numbers(issuer, NUMBERS));
      Invoice invoice = compose(agreement, month, next.number());
      Issued fresh =
          new Issued(issuer, next.number(), agreementId, month, documents.store(invoice));
      if (Tables.commit(table, writes(next, fresh, invoice, agreement)).applied()) {
        return fresh;
      }
    }
    throw new PortException("invoice of " + agreementId + " for " + month + " cannot be issued");
  }

  /**
   * The number and the invoice are one commit, so that no number is ever missing; with them, what
   * is owed, and what the rounding costs.
   */
  private List<Write> writes(Numbers next, Issued fresh, Invoice invoice, Agreement agreement) {
    Books books = transfers.books();
    Receivables.issue(books, invoice);
    List<Write> writes = new ArrayList<>();
    writes.add(next.write());
    writes.add(
        Write.put(
            Keys.invoice(fresh.agreementId(), fresh.month()), Json.write(fresh), Condition.ABSENT));
    writes.add(
        Write.put(
            Keys.numbered(issuer, NUMBERS, fresh.number()), Json.write(fresh), Condition.ABSENT));
    writes.addAll(books.writes());
    Postings.rounding(
            Receivables.invoice(issuer, fresh.number()),
            agreement.billedThrough(),
            invoice.currency(),
            invoice.issuedAt(),
            invoice.payableMicros() - invoice.totalMicros())
        .ifPresent(rounding -> writes.addAll(ledger.writes(rounding.about(fresh.agreementId()))));
    writes.addAll(settling.after(books, issuer, invoice, invoice.issuedAt()));
    return writes;
  }

  private void check(Agreement agreement, YearMonth month) {
    Optional<ChannelTerms> channel = terms.of(agreement.billedThrough());
    if (channel.map(t -> t.kind() == ChannelKind.MARKETPLACE).orElse(false)) {
      throw conflict(
          "agreement %s is billed by the market (channel %s)"
              .formatted(agreement.id(), agreement.billedThrough()));
    }
    RatedMonth.require(ports, month, hour -> hour.agreementId().equals(agreement.id()));
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }

  private Invoice.Row row(Line line, Optional<Invoice.Sold> known) {
    if (line.kind() != Line.Kind.USAGE) {
      return Invoice.Row.of(line, List.of(), Optional.empty());
    }
    Optional<Charge.Metered> charge =
        catalog
            .price(line.planId(), line.priceVersion())
            .flatMap(price -> price.metered(line.meter()));
    return Invoice.Row.of(
        line,
        charge.map(of -> tiers(line, of)).orElse(List.of()),
        known.or(() -> catalog.meter(line.meter()).map(meter -> Invoice.Sold.of(meter, charge))));
  }

  /** What each tier adds to a line; nothing in the trial. */
  private static List<Invoice.Tier> tiers(Line line, Charge.Metered charge) {
    boolean trial = line.parts().stream().anyMatch(Part.Trial.class::isInstance);
    return trial
        ? List.of()
        : Rating.rate(line.usedBefore(), line.quantity(), Optional.of(charge)).steps().stream()
            .map(step -> Invoice.Tier.of(step, charge))
            .toList();
  }

  private Invoice compose(Agreement agreement, YearMonth month, long number) {
    Map<Position, Invoice.Row> rows = new TreeMap<>();
    for (Line line : lines.list(agreement.id(), month)) {
      if (line.kind() != Line.Kind.COST) {
        Position position =
            new Position(
                line.channelId(), line.meter(), line.planId(), line.priceVersion(), line.kind());
        Invoice.Row before = rows.get(position);
        rows.put(
            position,
            before == null ? row(line, Optional.empty()) : before.plus(row(line, before.sold())));
      }
    }
    long total =
        rows.values().stream().mapToLong(Invoice.Row::amountMicros).reduce(0, Math::addExact);
    Issuer profile = Issuer.of(ports, issuer);
    Instant now = ports.clock().instant();
    return new Invoice(
        Invoice.FORMAT,
        profile,
        issuer,
        number,
        agreement.id(),
        agreement.customerId(),
        accounts.customer(agreement.customerId()).map(Customer::name).orElse(""),
        agreement.currency(),
        month,
        now,
        now.plus(Duration.ofDays(profile.paymentDays())),
        List.copyOf(rows.values()),
        total,
        Invoice.payable(total));
  }

  public Optional<Issued> find(String agreementId, YearMonth month) {
    return table
        .get(Keys.invoice(agreementId, month))
        .map(item -> Json.read(item.body(), Issued.class));
  }

  /** An agreement's invoices, by month. */
  public List<Issued> list(String agreementId) {
    return Tables.list(table, Table.Query.all(Keys.invoices(agreementId))).stream()
        .map(item -> Json.read(item.body(), Issued.class))
        .toList();
  }

  /** All invoices of this issuer, by number. */
  public List<Issued> all() {
    return Tables.list(table, Table.Query.all(Keys.numbered(issuer, NUMBERS))).stream()
        .map(item -> Json.read(item.body(), Issued.class))
        .toList();
  }

  /** The invoice of a number. */
  public Optional<Issued> find(long number) {
    return table
        .get(Keys.numbered(issuer, NUMBERS, number))
        .map(item -> Json.read(item.body(), Issued.class));
  }

  /** The invoice of a number, or a 404 problem. */
  public Issued require(long number) {
    return find(number)
        .orElseThrow(() ->
            new ProblemException(
                Problem.notFound("no invoice " + number + " of issuer " + issuer)));
  }

  /** The channel that collects what an invoice asks for. */
  String channel(Invoice invoice) {
    return accounts.agreement(invoice.agreementId()).map(Agreement::billedThrough).orElse("");
  }

  /** What is open of an invoice, in micros; what is on its way is still open. */
  public long openMicros(Issued issued) {
    return Receivables.openMicros(transfers.books(), issued.issuer(), issued.number());
  }

  /** The bytes of an issued invoice. */
  public byte[] bytes(Issued issued) {
    return documents.bytes(issued.blob());
  }

  /** Reads an invoice from its bytes. */
  public Invoice read(Issued issued) {
    return documents.read(issued.blob(), Invoice.class);
  }

  /** What invoices say of a channel and meter: read from the bytes of all that were issued. */
  public long invoiced(String channelId, String meter, Collection<String> agreementIds) {
    long quantity = 0;
    for (String agreementId : agreementIds) {
      for (Issued issued : list(agreementId)) {
        for (Invoice.Row row : read(issued).rows()) {
          if (row.channelId().equals(channelId) && row.meter().equals(meter)) {
            quantity = Math.addExact(quantity, row.quantity());
          }
        }
      }
    }
    return quantity;
  }
}
