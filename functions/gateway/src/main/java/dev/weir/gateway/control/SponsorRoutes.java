package dev.weir.gateway.control;

import dev.weir.core.bill.SponsorBill;
import dev.weir.core.bill.SponsorBills;
import dev.weir.core.port.Ports;
import dev.weir.gateway.document.PartnerPapers;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/** What sponsors owe for the use that they pay for, and what they paid. */
final class SponsorRoutes {

  private final SponsorBills bills;

  SponsorRoutes(Ports ports, String issuer) {
    this.bills = new SponsorBills(ports, issuer);
  }

  void addTo(Router router) {
    router
        .get("/control/v1/sponsor-bills", this::list)
        .post("/control/v1/sponsor-bills", this::issue)
        .get("/control/v1/sponsor-bills/{number}", this::show)
        .get("/control/v1/sponsor-bills/{number}/pdf", this::pdf)
        .post("/control/v1/sponsor-bills/{number}/payments", this::pay);
  }

  /** A bill, with what is open of it. */
  record BillView(
      long number,
      String payer,
      YearMonth month,
      String currency,
      long payableMicros,
      long openMicros,
      Instant issuedAt,
      Instant dueAt) {}

  private BillView view(SponsorBills.Issued issued) {
    SponsorBill bill = bills.read(issued);
    return new BillView(
        bill.number(),
        bill.payer(),
        bill.month(),
        bill.currency(),
        bill.payableMicros(),
        bills.openMicros(bill),
        bill.issuedAt(),
        bill.dueAt());
  }

  private Listing<BillView> views(List<SponsorBills.Issued> issued) {
    return Listing.all(issued.stream().map(this::view).toList());
  }

  private Response list(Request request) {
    return Response.ok(views(bills.list()));
  }

  private Response issue(Request request) {
    String month = request.json(StatementRoutes.IssueBody.class).month();
    return Response.ok(views(bills.issue(LineRoutes.month(month))));
  }

  private SponsorBills.Issued one(Request request) {
    return bills.require(InvoiceRoutes.number(request));
  }

  private Response show(Request request) {
    return InvoiceRoutes.document(bills.bytes(one(request)));
  }

  private Response pdf(Request request) {
    SponsorBill bill = bills.read(one(request));
    return InvoiceRoutes.pdf(
        PartnerPapers.sponsorBill(bill, InvoiceRoutes.language(request, bill.currency())));
  }

  /**
   * A payment.
   *
   * @param id the same is recorded once
   * @param micros all that is open if absent
   */
  record PayBody(String id, Optional<Long> micros) {}

  private Response pay(Request request) {
    PayBody body = request.json(PayBody.class);
    body.micros().ifPresent(micros -> Amounts.payable("payment", micros));
    SponsorBills.Paid paid = bills.pay(body.id(), InvoiceRoutes.number(request), body.micros());
    return Response.json(201, paid);
  }
}
