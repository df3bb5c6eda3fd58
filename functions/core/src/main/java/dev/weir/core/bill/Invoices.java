package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.json.Json;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Issues invoices, once, and reads them again from their bytes. Stateless and thread-safe. */
public final class Invoices {

  private static final int ATTEMPTS_MAX = 32;

  private final Ports ports;
  private final Table table;
  private final Accounts accounts;
  private final Lines lines;
  private final Terms terms;
  private final String issuer;

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
  }

  /**
   * An invoice as issued.
   *
   * @param blob where its bytes lie, named by their SHA-256
   */
  public record Issued(String issuer, long number, String blob) {}

  /** Sums lines by these. */
  private record Position(String channelId, String meter, String planId, int priceVersion)
      implements Comparable<Position> {
    @Override
    public int compareTo(Position other) {
      return sort().compareTo(other.sort());
    }

    private String sort() {
      return String.join("/", channelId, meter, planId, Integer.toString(priceVersion));
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
      Optional<Item> counter = table.get(Keys.issuer(issuer));
      long number = counter.map(item -> item.counter("number")).orElse(0L) + 1;
      Issued fresh = new Issued(issuer, number, store(compose(agreement, month, number)));
      // The number and the invoice are one commit, so that no number is ever missing.
      List<Write> writes =
          List.of(
              new Write.Put(
                  Keys.issuer(issuer),
                  "{}",
                  Map.of("number", number),
                  Optional.empty(),
                  counter
                      .map(item -> Condition.atVersion(item.version()))
                      .orElse(Condition.ABSENT)),
              Write.put(Keys.invoice(agreementId, month), Json.write(fresh), Condition.ABSENT));
      if (Tables.commit(table, writes).applied()) {
        return fresh;
      }
    }
    throw new PortException("invoice of " + agreementId + " for " + month + " cannot be issued");
  }

  private void check(Agreement agreement, YearMonth month) {
    Optional<ChannelTerms> channel = terms.of(agreement.billedThrough());
    if (channel.map(t -> t.kind() == ChannelKind.MARKETPLACE).orElse(false)) {
      throw conflict(
          "agreement %s is billed by the market (channel %s)"
              .formatted(agreement.id(), agreement.billedThrough()));
    }
    Instant end = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    Instant rated = RateHours.ratedUntil(ports);
    if (rated.isBefore(end)) {
      throw conflict("month " + month + " is rated until " + rated + " < " + end);
    }
    for (Item item : Tables.list(table, Table.Query.all(Keys.UNRATED))) {
      SealedHour hour = Json.read(item.body(), SealedHour.class);
      if (hour.agreementId().equals(agreement.id()) && Line.month(hour.hour()).equals(month)) {
        throw conflict(
            "hour %s of meter %s, agreement %s, has no price"
                .formatted(hour.hour(), hour.meter(), agreement.id()));
      }
    }
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }

  private Invoice compose(Agreement agreement, YearMonth month, long number) {
    Map<Position, Invoice.Row> rows = new TreeMap<>();
    for (Line line : lines.list(agreement.id(), month)) {
      if (line.kind() != Line.Kind.COST) {
        Position position =
            new Position(line.channelId(), line.meter(), line.planId(), line.priceVersion());
        rows.merge(position, row(line), Invoices::sum);
      }
    }
    long total =
        rows.values().stream().mapToLong(Invoice.Row::amountMicros).reduce(0, Math::addExact);
    return new Invoice(
        Invoice.FORMAT,
        issuer,
        number,
        agreement.id(),
        agreement.customerId(),
        agreement.currency(),
        month,
        ports.clock().instant(),
        List.copyOf(rows.values()),
        total);
  }

  private static Invoice.Row row(Line line) {
    return new Invoice.Row(
        line.channelId(),
        line.meter(),
        line.planId(),
        line.priceVersion(),
        line.quantity(),
        line.included(),
        line.billed(),
        line.amountMicros(),
        1);
  }

  private static Invoice.Row sum(Invoice.Row one, Invoice.Row other) {
    return new Invoice.Row(
        one.channelId(),
        one.meter(),
        one.planId(),
        one.priceVersion(),
        Math.addExact(one.quantity(), other.quantity()),
        Math.addExact(one.included(), other.included()),
        Math.addExact(one.billed(), other.billed()),
        Math.addExact(one.amountMicros(), other.amountMicros()),
        one.lines() + other.lines());
  }

  private String store(Invoice invoice) {
    byte[] bytes = Json.write(invoice).getBytes(StandardCharsets.UTF_8);
    try {
      return ports.blobs().putContent(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new PortException("invoice " + invoice.number() + " cannot be stored", e);
    }
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

  /** The bytes of an issued invoice. */
  public byte[] bytes(Issued issued) {
    try {
      Optional<InputStream> found = ports.blobs().open(issued.blob());
      try (InputStream in =
          found.orElseThrow(
              () -> new PortException("invoice " + issued.number() + " is missing"))) {
        return in.readAllBytes();
      }
    } catch (IOException e) {
      throw new PortException("invoice " + issued.number() + " cannot be read", e);
    }
  }

  /** Reads an invoice from its bytes. */
  public Invoice read(Issued issued) {
    return Json.read(new String(bytes(issued), StandardCharsets.UTF_8), Invoice.class);
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
