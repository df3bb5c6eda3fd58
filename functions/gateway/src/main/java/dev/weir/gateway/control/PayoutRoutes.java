package dev.weir.gateway.control;

import dev.weir.core.bill.Clawback;
import dev.weir.core.bill.MarketPayout;
import dev.weir.core.bill.MarketPayouts;
import dev.weir.core.bill.Payout;
import dev.weir.core.bill.Payouts;
import dev.weir.core.bill.Settlements;
import dev.weir.core.bill.Terms;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.document.PartnerPapers;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/** What partners are paid, and what markets pay. */
final class PayoutRoutes {

  private final Settlements settlements;
  private final Payouts payouts;
  private final MarketPayouts markets;
  private final InstantSource clock;

  PayoutRoutes(Ports ports, Terms terms, String issuer) {
    this.settlements = new Settlements(ports, terms);
    this.payouts = new Payouts(ports, terms, settlements, issuer);
    this.markets = new MarketPayouts(ports, terms);
    this.clock = ports.clock();
  }

  void addTo(Router router) {
    router
        .get("/control/v1/partners/{partner}/due", this::due)
        .put("/control/v1/partners/{partner}/minimum", this::minimum)
        .get("/control/v1/partners/{partner}/payouts", this::list)
        .post("/control/v1/partners/{partner}/payouts", this::pay)
        .get("/control/v1/partners/{partner}/payouts/{number}", this::show)
        .get("/control/v1/partners/{partner}/payouts/{number}/pdf", this::pdf)
        .post("/control/v1/partners/{partner}/clawbacks", this::clawback)
        .post("/control/v1/channels/{id}/payouts", this::paid)
        .get("/control/v1/channels/{id}/reconciliation", this::reconciliation);
  }

  /**
   * What a partner has coming, and whether it is too little to be paid.
   *
   * @param jointMicros of the payable, what is for parts of joint products
   */
  record DueView(
      String partner,
      String currency,
      List<Payout.Month> months,
      long paidBeforeMicros,
      long payableMicros,
      long jointMicros,
      long minimumMicros,
      boolean carriedOver) {}

  private Response due(Request request) {
    String currency =
        request
            .query("currency")
            .orElseThrow(
                () -> new ProblemException(Problem.badRequest("query currency is missing")));
    Payouts.Due due = payouts.due(request.path("partner"), currency);
    return Response.ok(
        new DueView(
            due.partner(),
            due.currency(),
            due.months(),
            due.paidBeforeMicros(),
            due.payableMicros(),
            due.jointMicros(),
            due.minimumMicros(),
            due.belowMinimum()));
  }

  private Response minimum(Request request) {
    Payouts.Minimum minimum = request.json(Payouts.Minimum.class);
    payouts.minimum(request.path("partner"), minimum);
    return Response.ok(minimum);
  }

  record PayBody(String id, String currency) {}

  private Response pay(Request request) {
    PayBody body = request.json(PayBody.class);
    Payouts.Paid paid = payouts.pay(body.id(), request.path("partner"), body.currency());
    return Response.json(201, payouts.read(paid));
  }

  /**
   * A share to take back.
   *
   * @param channel through which it was earned
   * @param what of a joint product it was earned for; absent: that a channel sold
   */
  record ClawbackBody(
      String id,
      String channel,
      Optional<String> what,
      String currency,
      long micros,
      String reason) {}

  private Response clawback(Request request) {
    ClawbackBody body = request.json(ClawbackBody.class);
    Clawback clawback =
        new Clawback(
            body.id(),
            request.path("partner"),
            body.channel(),
            body.what(),
            body.currency(),
            body.micros(),
            body.reason(),
            clock.instant());
    return Response.json(settlements.clawback(clawback) ? 201 : 200, clawback);
  }

  private Response list(Request request) {
    return Response.ok(
        Listing.all(payouts.list(request.path("partner")).stream().map(payouts::read).toList()));
  }

  private Payouts.Paid one(Request request) {
    return payouts.require(request.path("partner"), InvoiceRoutes.number(request));
  }

  private Response show(Request request) {
    return InvoiceRoutes.document(payouts.bytes(one(request)));
  }

  private Response pdf(Request request) {
    Payout payout = payouts.read(one(request));
    return InvoiceRoutes.pdf(
        PartnerPapers.payout(payout, InvoiceRoutes.language(request, payout.currency())));
  }

  record MarketBody(
      String id,
      String month,
      String currency,
      long netMicros,
      long feeMicros,
      Optional<Instant> at) {}

  private Response paid(Request request) {
    MarketBody body = request.json(MarketBody.class);
    YearMonth month = LineRoutes.month(body.month());
    String channel = request.path("id");
    boolean fresh =
        markets.record(
            new MarketPayout(
                body.id(),
                channel,
                month,
                body.currency(),
                body.netMicros(),
                body.feeMicros(),
                body.at().orElseGet(clock::instant)));
    return Response.json(fresh ? 201 : 200, Listing.all(views(channel, month)));
  }

  /** Ours, sent, accepted, paid. */
  record ReconciledView(
      String channelId,
      YearMonth month,
      String currency,
      long ratedMicros,
      long sentMicros,
      long acceptedMicros,
      long feeMicros,
      long expectedMicros,
      long paidMicros,
      long paidFeeMicros,
      long differenceMicros) {}

  private List<ReconciledView> views(String channel, YearMonth month) {
    return markets.of(channel, month).stream()
        .map(r ->
            new ReconciledView(
                r.channelId(),
                r.month(),
                r.currency(),
                r.ratedMicros(),
                r.sentMicros(),
                r.acceptedMicros(),
                r.feeMicros(),
                r.expectedMicros(),
                r.paidMicros(),
                r.paidFeeMicros(),
                r.differenceMicros()))
        .toList();
  }

  private Response reconciliation(Request request) {
    YearMonth month = LineRoutes.month(request, clock);
    return Response.ok(Listing.all(views(request.path("id"), month)));
  }
}
