package dev.weir.core.bill;

import dev.weir.core.bill.transfer.Books;
import dev.weir.core.bill.transfer.Transfers;
import dev.weir.core.catalog.Currencies;
import dev.weir.core.json.Json;
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
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Corrects invoices by credit notes: revenue, what is owed, and what markets and partners earn of
 * it, in one commit. An invoice itself never changes. Stateless and thread-safe.
 */
public final class CreditNotes {

  /** The series of their numbers. */
  static final String NUMBERS = "credit-number";

  private static final int ATTEMPTS_MAX = 32;

  private final Ports ports;
  private final Table table;
  private final InstantSource clock;
  private final Invoices invoices;
  private final Lines lines;
  private final Transfers transfers;
  private final Ledger ledger;
  private final Settling settling;
  private final Documents documents;
  private final String issuer;

  public CreditNotes(Ports ports, Invoices invoices, String issuer) {
    this.ports = ports;
    this.table = ports.table();
    this.clock = ports.clock();
    this.invoices = invoices;
    this.lines = new Lines(ports);
    this.transfers = new Transfers(ports);
    this.ledger = new Ledger(ports);
    this.settling = new Settling(ports);
    this.documents = new Documents(ports.blobs());
    this.issuer = issuer;
  }

  /**
   * What to correct.
   *
   * @param id {@code [a-z0-9-]{1,64}}; the same is corrected once
   * @param row which row of the invoice, the first is 1; empty for all rows
   * @param micros how much of the row; empty for all that is left of it
   */
  public record Correction(
      String id, long invoiceNumber, Optional<Integer> row, Optional<Long> micros, String reason) {
    public Correction {
      if (!id.matches("[a-z0-9-]{1,64}")) {
        throw invalid("credit note id \"" + id + "\" is not [a-z0-9-]{1,64}");
      }
      if (micros.isPresent() && row.isEmpty()) {
        throw invalid("an amount is of one row: which?");
      }
      if (micros.isPresent() && micros.get() <= 0) {
        throw invalid("credit " + micros.get() + " <= 0");
      }
    }
  }

  /**
   * A credit note as issued.
   *
   * @param blob where its bytes lie, named by their SHA-256
   */
  public record Issued(String id, String issuer, long number, long invoiceNumber, String blob) {}

  /**
   * Issues a credit note; issued before under the same id, it is answered again.
   *
   * @throws ProblemException 404 for an unknown invoice; 422 for an unknown row; 409 for more than
   *     is left of a row, where nothing is left, and for another correction under a known id
   */
  public Issued issue(Correction correction) {
    Invoices.Issued of = invoices.require(correction.invoiceNumber());
    Invoice invoice = invoices.read(of);
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Issued> there = find(correction.id());
      if (there.isPresent()) {
        return same(there.get(), correction);
      }
      Key creditedKey = Keys.credited(issuer, invoice.number());
      Optional<Item> credited = table.get(creditedKey);
      List<CreditNote.Row> rows = rows(invoice, correction, credited);
      Numbers next = Numbers.next(table, Keys.numbers(issuer, NUMBERS));
      CreditNote note = note(invoice, next.number(), correction.reason(), rows);
      Issued fresh =
          new Issued(
              correction.id(), issuer, note.number(), invoice.number(), documents.store(note));
      List<Write> writes = new ArrayList<>();
      writes.add(next.write());
      writes.add(
          Write.put(Keys.creditNote(issuer, fresh.id()), Json.write(fresh), Condition.ABSENT));
      writes.add(
          Write.put(
              Keys.numbered(issuer, NUMBERS, fresh.number()), Json.write(fresh), Condition.ABSENT));
      writes.add(credited(creditedKey, credited, rows));
      writes.addAll(moves(invoice, note));
      if (Tables.commit(table, writes).applied()) {
        return fresh;
      }
    }
    throw new PortException("credit note " + correction.id() + " cannot be issued");
  }

  /** What is asked for again must be the same; all that was left then may be more than now. */
  private Issued same(Issued there, Correction correction) {
    CreditNote note = read(there);
    boolean rows =
        correction.row().isEmpty()
            || (note.rows().size() == 1
                && note.rows().getFirst().row() == correction.row().get()
                && correction
                    .micros()
                    .map(micros -> micros == note.rows().getFirst().amountMicros())
                    .orElse(true));
    if (note.invoiceNumber() != correction.invoiceNumber()
        || !note.reason().equals(correction.reason())
        || !rows) {
      throw new ProblemException(
          Problem.conflict(
              "credit note %s is of %s of invoice %d already, because \"%s\""
                  .formatted(
                      there.id(),
                      Currencies.text(note.totalMicros(), note.currency()),
                      note.invoiceNumber(),
                      note.reason())));
    }
    return there;
  }

  private List<CreditNote.Row> rows(
      Invoice invoice, Correction correction, Optional<Item> credited) {
    int count = invoice.rows().size();
    if (correction.row().map(row -> row < 1 || row > count).orElse(false)) {
      throw invalid(
          "row %d not in 1..%d of invoice %d"
              .formatted(correction.row().get(), count, invoice.number()));
    }
    List<CreditNote.Row> rows = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      boolean wanted = correction.row().isEmpty() || correction.row().get() == i;
      Invoice.Row row = invoice.rows().get(i - 1);
      String counter = "row" + i;
      long before = credited.map(item -> item.counter(counter)).orElse(0L);
      long left = row.amountMicros() - before;
      long micros = correction.micros().orElse(left);
      if (wanted && micros > left) {
        throw new ProblemException(
            Problem.conflict(
                "credit %s > %s left of row %d of invoice %d"
                    .formatted(
                        Currencies.text(micros, invoice.currency()),
                        Currencies.text(left, invoice.currency()),
                        i,
                        invoice.number())));
      }
      if (wanted && micros > 0) {
        rows.add(row(invoice, i, before, micros));
      }
    }
    if (rows.isEmpty()) {
      throw new ProblemException(
          Problem.conflict("nothing is left to credit of invoice " + invoice.number()));
    }
    return rows;
  }

  /**
   * A row's part of what its lines gave to the market, the partner and beneficiaries: in the end
   * all of what they had of the customer's own money. What they have of credit or of a sponsor's
   * money they keep.
   */
  private CreditNote.Row row(Invoice invoice, int number, long before, long micros) {
    Invoice.Row row = invoice.rows().get(number - 1);
    long fee = 0;
    long share = 0;
    long shared = 0;
    Map<String, Line.JointShare> joint = new TreeMap<>();
    for (Line line : linesOf(invoice, row)) {
      fee = Math.addExact(fee, line.feeMicros());
      share = Math.addExact(share, line.shareMicros());
      shared = Math.addExact(shared, Shares.shared(line.kind(), line.amountMicros(), line.parts()));
      line.joint().forEach(j -> joint.merge(j.beneficiary() + "/" + j.what(), j, CreditNotes::sum));
    }
    long whole = Math.max(shared, row.amountMicros());
    return new CreditNote.Row(
        number,
        row.channelId(),
        row.meter(),
        micros,
        part(fee, before, micros, whole),
        part(share, before, micros, whole),
        joint.values().stream()
            .map(j -> with(j, part(j.micros(), before, micros, whole)))
            .filter(j -> j.micros() > 0)
            .toList());
  }

  private static Line.JointShare sum(Line.JointShare one, Line.JointShare other) {
    return with(one, Math.addExact(one.micros(), other.micros()));
  }

  private static Line.JointShare with(Line.JointShare share, long micros) {
    return new Line.JointShare(share.beneficiary(), share.what(), share.basisPoints(), micros);
  }

  private List<Line> linesOf(Invoice invoice, Invoice.Row row) {
    return lines.list(invoice.agreementId(), invoice.month()).stream().filter(row::holds).toList();
  }

  /** Rounded down, cumulated, so that the parts of a whole add up to it. */
  static long part(long amount, long before, long more, long whole) {
    return scaled(amount, Math.addExact(before, more), whole) - scaled(amount, before, whole);
  }

  private static long scaled(long amount, long of, long whole) {
    return BigInteger.valueOf(amount)
        .multiply(BigInteger.valueOf(of))
        .divide(BigInteger.valueOf(whole))
        .longValueExact();
  }

  private CreditNote note(Invoice invoice, long number, String reason, List<CreditNote.Row> rows) {
    long total = rows.stream().mapToLong(CreditNote.Row::amountMicros).reduce(0, Math::addExact);
    return new CreditNote(
        CreditNote.FORMAT,
        Issuer.of(ports, issuer),
        issuer,
        number,
        invoice.number(),
        invoice.agreementId(),
        invoice.customerId(),
        invoice.customerName(),
        invoice.currency(),
        invoice.month(),
        clock.instant(),
        reason,
        rows,
        total,
        Invoice.payable(total));
  }

  private static Write credited(Key key, Optional<Item> before, List<CreditNote.Row> rows) {
    Map<String, Long> sums = new HashMap<>(before.map(Item::counters).orElse(Map.of()));
    rows.forEach(row -> sums.merge("row" + row.row(), row.amountMicros(), Math::addExact));
    Condition condition =
        before.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT);
    return new Write.Put(key, "{}", sums, Optional.empty(), condition);
  }

  private List<Write> moves(Invoice invoice, CreditNote note) {
    Books books = transfers.books();
    Receivables.credit(books, note);
    List<Write> writes = new ArrayList<>(books.writes());
    writes.addAll(settling.after(books, issuer, invoice, note.issuedAt()));
    List<Transaction> postings = new ArrayList<>();
    String channel = invoices.channel(invoice);
    for (CreditNote.Row row : note.rows()) {
      postings.add(Uncharged.posting(note, row, channel));
      Optional<String> partner =
          linesOf(invoice, invoice.rows().get(row.row() - 1)).stream()
              .flatMap(line -> line.partner().stream())
              .findFirst();
      writes.addAll(Uncharged.clawbacks(note, row, partner));
    }
    Postings.rounding(
            "credit-" + issuer + "-" + note.number(),
            channel,
            note.currency(),
            note.issuedAt(),
            note.totalMicros() - note.payableMicros())
        .ifPresent(postings::add);
    writes.addAll(ledger.writes(postings));
    return writes;
  }

  public Optional<Issued> find(String id) {
    return table.get(Keys.creditNote(issuer, id)).map(item -> Json.read(item.body(), Issued.class));
  }

  /** The credit note of a number, or a 404 problem. */
  public Issued require(long number) {
    return table
        .get(Keys.numbered(issuer, NUMBERS, number))
        .map(item -> Json.read(item.body(), Issued.class))
        .orElseThrow(() ->
            new ProblemException(
                Problem.notFound("no credit note " + number + " of issuer " + issuer)));
  }

  /** All credit notes, by number. */
  public List<Issued> list() {
    return Tables.list(table, Table.Query.all(Keys.numbered(issuer, NUMBERS))).stream()
        .map(item -> Json.read(item.body(), Issued.class))
        .toList();
  }

  public byte[] bytes(Issued issued) {
    return documents.bytes(issued.blob());
  }

  public CreditNote read(Issued issued) {
    return documents.read(issued.blob(), CreditNote.class);
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.invalid(detail));
  }
}
