package dev.weir.gateway.document;

import dev.weir.core.bill.Payout;
import dev.weir.core.bill.Settlement;
import dev.weir.core.bill.SponsorBill;
import dev.weir.gateway.document.Paper.Column;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What partners are paid and what sponsors owe, as PDF; as {@link Papers}, made of what was issued
 * and nothing else. Stateless and thread-safe.
 */
public final class PartnerPapers {

  private static final float LEG = 8;

  private static final List<Column> MONTHS =
      List.of(
          new Column(0.25f, false),
          new Column(0.15f, true),
          new Column(0.15f, true),
          new Column(0.15f, true),
          new Column(0.15f, true),
          new Column(0.15f, true));
  private static final List<Column> SPONSORED =
      List.of(
          new Column(0.45f, false),
          new Column(0.15f, true),
          new Column(0.15f, true),
          new Column(0.25f, true));

  private PartnerPapers() {}

  public static byte[] payout(Payout payout, Language language) {
    String number = Papers.number(payout.partner(), payout.number());
    String title = "Payout statement (self-billed)";
    try (Paper paper = Papers.paper(title, number, payout.issuedAt(), payout.number(), language)) {
      Papers.parties(paper, language, payout.issuedBy(), "Partner", payout.partner());
      String issued = Papers.day(payout.issuedAt());
      Papers.fact(paper, language, "Number", number, "Issued", issued);
      Papers.fact(paper, language, "Currency", payout.currency(), "", "");
      paper.rule();
      Papers.head(
          paper,
          MONTHS,
          language,
          "Month",
          "Accrued",
          "Accepted",
          "Collected",
          "Clawed back",
          "Payable");
      long payable = 0;
      for (Payout.Month month : payout.months()) {
        payable = Math.addExact(payable, month.payableMicros());
        month(paper, month, language);
      }
      paper.rule();
      String currency = payout.currency();
      long left = payable - payout.paidBeforeMicros() - payout.paidMicros();
      Papers.sum(paper, language, "Payable", payable, currency);
      Papers.sum(paper, language, "Paid before", -payout.paidBeforeMicros(), currency);
      Papers.sum(paper, language, "Carried over", -left, currency);
      Papers.sum(paper, language, "Paid now", payout.paidMicros(), currency);
      return Papers.end(paper, language);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void month(Paper paper, Payout.Month month, Language language) throws IOException {
    paper.row(
        MONTHS,
        List.of(
            month.month().toString(),
            Papers.plain(month.accruedMicros()),
            Papers.plain(month.acceptedMicros()),
            Papers.plain(month.collectedMicros()),
            Papers.plain(-month.clawbackMicros()),
            Papers.plain(month.payableMicros())),
        Papers.SMALL);
    for (Settlement.Leg leg : month.legs()) {
      paper.row(
          MONTHS,
          List.of(
              "   " + language.say(leg.what()) + " · " + leg.channelId(),
              Papers.plain(leg.accruedMicros()),
              Papers.plain(leg.acceptedMicros()),
              Papers.plain(leg.collectedMicros()),
              Papers.plain(-leg.clawbackMicros()),
              Papers.plain(leg.payableMicros())),
          LEG);
    }
  }

  public static byte[] sponsorBill(SponsorBill bill, Language language) {
    String number = Papers.number(bill.issuer() + "-sponsor", bill.number());
    try (Paper paper =
        Papers.paper("Sponsor bill", number, bill.issuedAt(), bill.number(), language)) {
      Papers.parties(paper, language, bill.issuedBy(), "Sponsor", bill.payer());
      Papers.fact(paper, language, "Number", number, "Month", bill.month().toString());
      Papers.fact(
          paper, language, "Issued", Papers.day(bill.issuedAt()), "Due", Papers.day(bill.dueAt()));
      paper.rule();
      Papers.head(paper, SPONSORED, language, "Description", "Customers", "Quantity", "Amount");
      for (SponsorBill.Row row : bill.rows()) {
        paper.row(
            SPONSORED,
            List.of(
                "%s · %s · %s"
                    .formatted(row.sponsorship(), language.say(row.meter()), row.channelId()),
                Papers.whole(row.agreements()),
                Papers.whole(row.quantity()),
                Papers.amount(row.micros(), bill.currency())),
            Papers.SMALL);
      }
      paper.rule();
      Papers.sum(paper, language, "Total", bill.totalMicros(), bill.currency());
      long rounding = bill.payableMicros() - bill.totalMicros();
      if (rounding != 0) {
        Papers.sum(paper, language, "Rounding", rounding, bill.currency());
      }
      Papers.sum(paper, language, "To be paid", bill.payableMicros(), bill.currency());
      return Papers.end(paper, language);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
