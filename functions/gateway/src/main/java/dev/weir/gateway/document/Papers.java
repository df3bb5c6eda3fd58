package dev.weir.gateway.document;

import dev.weir.core.bill.CreditNote;
import dev.weir.core.bill.Invoice;
import dev.weir.core.bill.Issuer;
import dev.weir.core.bill.Line;
import dev.weir.gateway.document.Paper.Column;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Documents as PDF, made of what was issued and nothing else: the same document in the same
 * language has the same bytes for ever. Stateless and thread-safe.
 */
public final class Papers {

  static final float SMALL = 9;
  private static final int DIGITS_MICROS = 8;
  private static final String TAX = "Amounts before tax. This is not a VAT fapiao.";

  private static final List<Column> HEAD =
      List.of(new Column(0.5f, false), new Column(0.5f, false));
  private static final List<Column> ROWS =
      List.of(
          new Column(0.40f, false),
          new Column(0.14f, true),
          new Column(0.14f, true),
          new Column(0.14f, true),
          new Column(0.18f, true));
  private static final List<Column> CREDITS =
      List.of(new Column(0.1f, false), new Column(0.6f, false), new Column(0.3f, true));
  private static final List<Column> SUMS = List.of(new Column(0.7f, true), new Column(0.3f, true));

  private Papers() {}

  public static byte[] invoice(Invoice invoice, Language language) {
    String number = number(invoice.issuer(), invoice.number());
    try (Paper paper = paper("Invoice", number, invoice.issuedAt(), invoice.number(), language)) {
      parties(paper, language, invoice.issuedBy(), "To", invoice.customerName());
      fact(paper, language, "Number", number, "Month", invoice.month().toString());
      fact(paper, language, "Issued", day(invoice.issuedAt()), "Due", day(invoice.dueAt()));
      fact(paper, language, "Agreement", invoice.agreementId(), "", "");
      paper.rule();
      head(paper, ROWS, language, "Description", "Quantity", "Included", "Billed", "Amount");
      for (Invoice.Row row : invoice.rows()) {
        row(paper, row, invoice.currency(), language);
      }
      paper.rule();
      sum(paper, language, "Total", invoice.totalMicros(), invoice.currency());
      long rounding = invoice.payableMicros() - invoice.totalMicros();
      if (rounding != 0) {
        sum(paper, language, "Rounding", rounding, invoice.currency());
      }
      boolean owed = invoice.payableMicros() >= 0;
      sum(
          paper,
          language,
          owed ? "To be paid" : "To your credit",
          Math.abs(invoice.payableMicros()),
          invoice.currency());
      return end(paper, language);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void row(Paper paper, Invoice.Row row, String currency, Language language)
      throws IOException {
    boolean metered = row.kind() == Line.Kind.USAGE;
    String what =
        "%s · %s v%d · %s"
            .formatted(language.say(kind(row)), row.planId(), row.priceVersion(), row.channelId());
    paper.row(
        ROWS,
        List.of(
            what,
            metered ? UnitPrices.quantity(row, row.quantity()) : "",
            metered ? UnitPrices.quantity(row, row.included()) : "",
            metered ? UnitPrices.quantity(row, row.billed()) : "",
            amount(row.amountMicros(), currency)),
        SMALL);
    for (Invoice.Tier tier : row.tiers()) {
      String price = "   " + UnitPrices.of(row, tier, currency, language);
      String units = UnitPrices.quantity(row, tier.units());
      paper.row(ROWS, List.of(price, "", "", units, amount(tier.micros(), currency)), 8);
    }
    for (Invoice.Note note : row.notes()) {
      paper.row(
          ROWS,
          List.of("   " + language.note(note.what()), "", "", "", amount(note.micros(), currency)),
          8);
    }
  }

  private static String kind(Invoice.Row row) {
    return switch (row.kind()) {
      case USAGE, COST -> row.meter();
      case FLAT -> "subscription";
      case ONE_TIME -> "one-time charge";
      case TRUE_UP -> "minimum commitment";
      case CREDIT_PACK -> "credit pack";
      case CREDIT_LAPSED -> "expired credit";
      case MILESTONE -> "project milestone";
    };
  }

  public static byte[] creditNote(CreditNote note, Language language) {
    String number = number(note.issuer(), note.number());
    try (Paper paper = paper("Credit note", number, note.issuedAt(), note.number(), language)) {
      parties(paper, language, note.issuedBy(), "To", note.customerName());
      fact(paper, language, "Number", number, "Issued", day(note.issuedAt()));
      fact(
          paper,
          language,
          "Corrects invoice",
          number(note.issuer(), note.invoiceNumber()),
          "Month",
          note.month().toString());
      fact(paper, language, "Agreement", note.agreementId(), "Reason", note.reason());
      paper.rule();
      head(paper, CREDITS, language, "", "Description", "Amount");
      for (CreditNote.Row row : note.rows()) {
        String what = row.meter().isEmpty() ? "subscription" : row.meter();
        paper.row(
            CREDITS,
            List.of(
                Integer.toString(row.row()),
                language.say(what) + " · " + row.channelId(),
                amount(row.amountMicros(), note.currency())),
            SMALL);
      }
      paper.rule();
      sum(paper, language, "Total", note.totalMicros(), note.currency());
      long rounding = note.payableMicros() - note.totalMicros();
      if (rounding != 0) {
        sum(paper, language, "Rounding", rounding, note.currency());
      }
      sum(paper, language, "Credited", note.payableMicros(), note.currency());
      return end(paper, language);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Paper paper(String title, String number, Instant at, long id, Language language)
      throws IOException {
    String said = language.say(title);
    Paper paper = new Paper(said + " " + number, said + " " + number, at, id);
    paper.text(said, 20);
    paper.space(12);
    return paper;
  }

  static void parties(Paper paper, Language language, Issuer from, String role, String name)
      throws IOException {
    paper.row(HEAD, List.of(language.say("From"), language.say(role)), 8);
    paper.row(HEAD, List.of(from.name(), name), 12);
    for (String line : from.lines()) {
      paper.row(HEAD, List.of(line, ""), SMALL);
    }
    paper.space(12);
  }

  static void fact(
      Paper paper, Language language, String one, String value, String two, String other)
      throws IOException {
    paper.row(HEAD, List.of(pair(language, one, value), pair(language, two, other)), SMALL);
  }

  private static String pair(Language language, String name, String value) {
    return name.isEmpty() ? "" : language.say(name) + ": " + value;
  }

  static void head(Paper paper, List<Column> columns, Language language, String... names)
      throws IOException {
    paper.row(columns, List.of(names).stream().map(language::say).toList(), 8);
    paper.rule();
  }

  static void sum(Paper paper, Language language, String what, long micros, String currency)
      throws IOException {
    paper.row(SUMS, List.of(language.say(what), amount(micros, currency)), 10);
  }

  static byte[] end(Paper paper, Language language) throws IOException {
    paper.space(18);
    paper.text(language.say(TAX), 8);
    return paper.bytes();
  }

  static String number(String series, long number) {
    return "%s-%06d".formatted(series, number);
  }

  static String day(Instant at) {
    return at.toString().substring(0, 10);
  }

  static String whole(long quantity) {
    return String.format(Locale.ROOT, "%,d", quantity);
  }

  static String amount(long micros, String currency) {
    return plain(micros) + " " + currency;
  }

  /** Exact, with at least two decimals. */
  static String plain(long micros) {
    BigDecimal amount = BigDecimal.valueOf(micros, DIGITS_MICROS).stripTrailingZeros();
    BigDecimal padded = amount.scale() < 2 ? amount.setScale(2) : amount;
    int decimals = padded.scale();
    return String.format(Locale.ROOT, "%,." + decimals + "f", padded);
  }
}
