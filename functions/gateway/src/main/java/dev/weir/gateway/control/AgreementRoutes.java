package dev.weir.gateway.control;

import dev.weir.core.account.Agreement;
import dev.weir.core.account.Suspension;
import dev.weir.core.account.Suspensions;
import dev.weir.core.account.Term;
import dev.weir.core.bill.ChangePlan;
import dev.weir.core.bill.Codes;
import dev.weir.core.bill.CreditPack;
import dev.weir.core.bill.Credits;
import dev.weir.core.bill.Terms;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Changes of agreements, their credit and their codes. */
final class AgreementRoutes {

  private final ChangePlan changes;
  private final Credits credits;
  private final Codes codes;
  private final Suspensions suspensions;
  private final InstantSource clock;

  AgreementRoutes(Ports ports, Terms terms) {
    this.changes = new ChangePlan(ports, terms);
    this.credits = new Credits(ports, terms);
    this.codes = new Codes(ports, terms);
    this.suspensions = new Suspensions(ports.table());
    this.clock = ports.clock();
  }

  void addTo(Router router) {
    router
        .post("/control/v1/agreements/{id}/change", this::change)
        .post("/control/v1/agreements/{id}/preview", this::preview)
        .post("/control/v1/agreements/{id}/reinstate", this::reinstate)
        .get("/control/v1/agreements/{id}/credits", this::packs)
        .post("/control/v1/agreements/{id}/credits", this::buy)
        .post("/control/v1/agreements/{id}/codes", this::redeem);
  }

  /** What is to become of an agreement. */
  enum Action {
    MOVE,
    PAUSE,
    RESUME,
    CANCEL
  }

  /**
   * A change.
   *
   * @param planId of a move
   * @param priceVersion of a move; absent: the one in force then
   * @param at when it begins; absent: now
   * @param atPeriodEnd instead of a moment: when what is paid for is over
   */
  record ChangeBody(
      Action action,
      Optional<String> planId,
      Optional<Integer> priceVersion,
      Optional<Instant> at,
      Optional<Boolean> atPeriodEnd) {

    ChangePlan.Wish wish() {
      return switch (action) {
        case MOVE ->
            new ChangePlan.Move(
                planId.orElseThrow(
                    () -> new ProblemException(Problem.badRequest("a move names no planId"))),
                priceVersion);
        case PAUSE -> new ChangePlan.Pause();
        case RESUME -> new ChangePlan.Resume();
        case CANCEL -> new ChangePlan.Cancel();
      };
    }

    ChangePlan.When when(Instant now) {
      if (atPeriodEnd.orElse(false)) {
        if (at.isPresent()) {
          throw new ProblemException(Problem.badRequest("at and atPeriodEnd are both there"));
        }
        return new ChangePlan.PeriodEnd();
      }
      return new ChangePlan.At(at.orElse(now));
    }
  }

  /** An agreement's price history, and what is scheduled. */
  record TermsView(
      String id,
      String planId,
      int priceVersion,
      Agreement.State state,
      Optional<Instant> endedAt,
      List<Term> terms,
      Optional<Suspension> suspension) {

    static TermsView of(Agreement a) {
      return new TermsView(
          a.id(), a.planId(), a.priceVersion(), a.state(), a.endedAt(), a.terms(), a.suspension());
    }
  }

  private Response change(Request request) {
    ChangeBody body = request.json(ChangeBody.class);
    Agreement changed = changes.change(request.path("id"), body.wish(), body.when(clock.instant()));
    return Response.ok(TermsView.of(changed));
  }

  private Response preview(Request request) {
    ChangeBody body = request.json(ChangeBody.class);
    return Response.ok(
        changes.preview(request.path("id"), body.wish(), body.when(clock.instant())));
  }

  private Response reinstate(Request request) {
    return Response.ok(TermsView.of(suspensions.reinstate(request.path("id"))));
  }

  /**
   * An agreement's credit.
   *
   * @param packs in the order in which they are used
   * @param codes that it redeemed
   */
  record CreditsView(
      String agreementId, long leftMicros, List<CreditPack> packs, List<String> codes) {}

  private Response packs(Request request) {
    return Response.ok(credits(request.path("id")));
  }

  private CreditsView credits(String id) {
    List<CreditPack> packs = credits.packs(id);
    long left = packs.stream().mapToLong(CreditPack::leftMicros).reduce(0, Math::addExact);
    return new CreditsView(id, left, packs, codes.redeemed(id));
  }

  record BuyBody(String pack) {}

  private Response buy(Request request) {
    CreditPack _ = credits.buy(request.path("id"), request.json(BuyBody.class).pack());
    return Response.json(201, credits(request.path("id")));
  }

  record RedeemBody(String code) {}

  private Response redeem(Request request) {
    String code = codes.redeem(request.path("id"), request.json(RedeemBody.class).code()).code();
    return Response.ok(codes.find(code).map(PricingRoutes.CodeView::of).orElseThrow());
  }
}
