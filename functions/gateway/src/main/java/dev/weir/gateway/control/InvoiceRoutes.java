package dev.weir.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.bill.CreditNote;
import dev.weir.core.bill.CreditNotes;
import dev.weir.core.bill.Dunning;
import dev.weir.core.bill.Invoice;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.Issuer;
import dev.weir.core.bill.Payment;
import dev.weir.core.bill.PaymentEvent;
import dev.weir.core.bill.Payments;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.document.Language;
import dev.weir.gateway.document.Papers;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Invoices with what corrects and pays them. */
final class InvoiceRoutes {

  private final Ports ports;
  private final String issuer;
  private final Invoices invoices;
  private final CreditNotes notes;
  private final Payments payments;
  private final Dunning dunning;

  InvoiceRoutes(Ports ports, Invoices invoices, Payments payments, String issuer) {
    this.ports = ports;
    this.issuer = issuer;
    this.invoices = invoices;
    this.notes = new CreditNotes(ports, invoices, issuer);
    this.payments = payments;
    this.dunning = new Dunning(ports, invoices);
  }

  void addTo(Router router) {
    router
        .get("/control/v1/issuer", r -> Response.ok(Issuer.of(ports, issuer)))
        .put("/control/v1/issuer", this::issuer)
        .get("/control/v1/invoices", this::list)
        .get("/control/v1/invoices/{number}", this::show)
        .get("/control/v1/invoices/{number}/pdf", this::pdf)
        .get("/control/v1/invoices/{number}/payments", this::paymentsOf)
        .post("/control/v1/invoices/{number}/credit-notes", this::credit)
        .get("/control/v1/credit-notes", this::notes)
        .get("/control/v1/credit-notes/{number}", this::note)
        .get("/control/v1/credit-notes/{number}/pdf", this::notePdf)
        .get("/control/v1/dunning", r -> Response.ok(Listing.all(dunning.list())))
        .post("/control/v1/payments", this::ask)
        .get("/control/v1/payments/{id}", this::payment)
        .post("/control/v1/payments/{id}/events", this::event)
        .post("/control/v1/payments/{id}/refunds", this::refund);
  }

  record IssuerBody(String name, List<String> lines, Optional<Integer> paymentDays) {}

  private Response issuer(Request request) {
    IssuerBody body = request.json(IssuerBody.class);
    int days = body.paymentDays().orElse(Issuer.of(ports, issuer).paymentDays());
    Issuer profile = new Issuer(issuer, body.name(), body.lines(), days);
    profile.store(ports.table());
    return Response.ok(profile);
  }

  record InvoiceView(
      long number,
      String agreementId,
      String customer,
      YearMonth month,
      String currency,
      long payableMicros,
      long openMicros,
      String state,
      Instant issuedAt,
      Instant dueAt) {}

  private Response list(Request request) {
    Optional<String> agreement = request.query("agreement");
    boolean open = request.query("open").map("true"::equals).orElse(false);
    return Response.ok(
        Listing.all(
            invoices.all().stream()
                .filter(i -> agreement.map(i.agreementId()::equals).orElse(true))
                .map(this::view)
                .filter(v -> !open || v.openMicros() > 0)
                .toList()));
  }

  private InvoiceView view(Invoices.Issued issued) {
    Invoice invoice = invoices.read(issued);
    long left = invoices.openMicros(issued);
    String state =
        dunning.find(issued.issuer(), issued.number()).map(o -> o.state().name()).orElse("PAID");
    return new InvoiceView(
        invoice.number(),
        invoice.agreementId(),
        invoice.customerName(),
        invoice.month(),
        invoice.currency(),
        invoice.payableMicros(),
        left,
        state,
        invoice.issuedAt(),
        invoice.dueAt());
  }

  static long number(Request request) {
    String text = request.path("number");
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ProblemException(Problem.notFound("no document number " + text), e);
    }
  }

  static Language language(Request request, String currency) {
    return request.query("lang").map(Language::of).orElseGet(() -> Language.ofCurrency(currency));
  }

  /** A document's own bytes. */
  static Response document(byte[] bytes) {
    return new Response(
        200,
        Map.of("content-type", "application/json; charset=utf-8"),
        new String(bytes, StandardCharsets.UTF_8));
  }

  static Response pdf(byte[] pdf) {
    return Response.bytes("application/pdf", pdf);
  }

  private Response show(Request request) {
    return document(invoices.bytes(invoices.require(number(request))));
  }

  private Response pdf(Request request) {
    Invoice invoice = invoices.read(invoices.require(number(request)));
    return pdf(Papers.invoice(invoice, language(request, invoice.currency())));
  }

  private Response paymentsOf(Request request) {
    Invoices.Issued issued = invoices.require(number(request));
    return Response.ok(Listing.all(payments.of(issued.issuer(), issued.number())));
  }

  record CreditBody(String id, Optional<Integer> row, Optional<Long> micros, String reason) {}

  private Response credit(Request request) {
    CreditBody body = request.json(CreditBody.class);
    CreditNotes.Issued issued =
        notes.issue(
            new CreditNotes.Correction(
                body.id(), number(request), body.row(), body.micros(), body.reason()));
    return Response.json(201, notes.read(issued));
  }

  private Response notes(Request request) {
    return Response.ok(Listing.all(notes.list().stream().map(notes::read).toList()));
  }

  private Response note(Request request) {
    return document(notes.bytes(notes.require(number(request))));
  }

  private Response notePdf(Request request) {
    CreditNote note = notes.read(notes.require(number(request)));
    return pdf(Papers.creditNote(note, language(request, note.currency())));
  }

  record PaymentBody(String id, long invoice, String currency, Optional<Long> micros) {}

  private Response ask(Request request) {
    PaymentBody body = request.json(PaymentBody.class);
    body.micros().ifPresent(micros -> Amounts.payable("payment", micros));
    Payment payment =
        payments.request(
            new Payments.Ask(body.id(), body.invoice(), body.currency(), body.micros()));
    return Response.json(201, payment);
  }

  private Response payment(Request request) {
    String id = request.path("id");
    return Response.ok(
        payments
            .find(id)
            .orElseThrow(() -> new ProblemException(Problem.notFound("no payment " + id))));
  }

  /** An event without a time happened now. */
  private Response event(Request request) {
    JsonNode body = request.tree();
    if (body instanceof ObjectNode timeless && !timeless.has("at")) {
      timeless.put("at", ports.clock().instant().toString());
    }
    PaymentEvent event = Json.parse(Json.write(body), PaymentEvent.class);
    return Response.ok(payments.apply(request.path("id"), event));
  }

  record RefundBody(String id, long micros) {}

  private Response refund(Request request) {
    RefundBody body = request.json(RefundBody.class);
    long micros = Amounts.payable("refund", body.micros());
    return Response.ok(payments.refund(request.path("id"), body.id(), micros));
  }
}
