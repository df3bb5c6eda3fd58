package dev.weir.gateway.control;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.ApiKey;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.account.Customer;
import dev.weir.core.account.Page;
import dev.weir.core.account.Suspension;
import dev.weir.core.account.Term;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Customers, their agreements and API keys. */
final class AccountRoutes {

  private final Accounts accounts;
  private final DirectSales direct;
  private final EndAgreement end;
  private final ApiKeys keys;
  private final InstantSource clock;

  AccountRoutes(Ports ports) {
    this.accounts = new Accounts(ports);
    this.direct = new DirectSales(ports);
    this.end = new EndAgreement(ports);
    this.keys = new ApiKeys(ports);
    this.clock = ports.clock();
  }

  void addTo(Router router) {
    router
        .get("/control/v1/customers", this::customers)
        .get("/control/v1/agreements", this::agreements)
        .post("/control/v1/agreements", this::sell)
        .get("/control/v1/agreements/{id}", r -> Response.ok(view(agreement(r.path("id")))))
        .post("/control/v1/agreements/{id}/end", this::end)
        .get("/control/v1/keys", this::keys)
        .post("/control/v1/keys", this::issue)
        .post("/control/v1/keys/{id}/revoke", this::revoke)
        .post("/control/v1/keys/{id}/rotate", this::rotate);
  }

  private Agreement agreement(String id) {
    return accounts
        .agreement(id)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no agreement " + id)));
  }

  private Response customers(Request request) {
    Page<Customer> page = accounts.customers(Listing.page(request));
    Optional<String> channel = request.query("channel");
    return Response.ok(
        new Listing<>(
            page.items().stream()
                .filter(c -> channel.isEmpty() || c.channelId().equals(channel.get()))
                .toList(),
            page.next()));
  }

  record AgreementView(
      String id,
      String customerId,
      String customer,
      String productId,
      String planId,
      int priceVersion,
      String currency,
      Optional<String> acquiredBy,
      String billedThrough,
      Agreement.State state,
      Map<String, String> identities,
      Instant startedAt,
      Optional<Instant> endedAt,
      List<Term> terms,
      Optional<Suspension> suspension) {}

  private AgreementView view(Agreement a) {
    String customer = accounts.customer(a.customerId()).map(Customer::name).orElse("");
    return new AgreementView(
        a.id(),
        a.customerId(),
        customer,
        a.productId(),
        a.planId(),
        a.priceVersion(),
        a.currency(),
        a.acquiredBy(),
        a.billedThrough(),
        a.state(),
        a.identities(),
        a.startedAt(),
        a.endedAt(),
        a.terms(),
        a.suspension());
  }

  private Response agreements(Request request) {
    Page.Request wanted = Listing.page(request);
    Page<Agreement> page =
        request
            .query("channel")
            .map(channel -> accounts.agreements(channel, wanted))
            .orElseGet(() -> accounts.allAgreements(wanted));
    return Response.ok(new Listing<>(page.items().stream().map(this::view).toList(), page.next()));
  }

  /**
   * A sale without a channel in between.
   *
   * @param customer the name of a new customer
   * @param reference the vendor's own name for the sale, else customer and plan; one that has an
   *     active agreement is not sold again
   * @param customerId of a customer that exists
   */
  record SaleBody(
      String customer, String planId, Optional<String> reference, Optional<String> customerId) {}

  private Response sell(Request request) {
    SaleBody sale = request.json(SaleBody.class);
    String reference = sale.reference().orElse(sale.customer() + " / " + sale.planId());
    Agreement sold = direct.sell(sale.customer(), sale.planId(), reference, sale.customerId());
    return Response.json(201, view(sold));
  }

  private Response end(Request request) {
    return Response.ok(view(end.run(request.path("id"))));
  }

  /** What of a key may be shown again: never the secret, nor its hash. */
  record KeyView(
      String id,
      String agreementId,
      String label,
      String prefix,
      Instant createdAt,
      Optional<Instant> expiresAt,
      Optional<Instant> revokedAt) {

    static KeyView of(ApiKey key) {
      return new KeyView(
          key.id(),
          key.agreementId(),
          key.label(),
          key.hint(),
          key.createdAt(),
          key.expiresAt(),
          key.revokedAt());
    }
  }

  /** A key with its secret, shown this once. */
  record NewKey(
      String id,
      String agreementId,
      String label,
      String key,
      Instant createdAt,
      Optional<Instant> oldValidUntil) {}

  private static Response once(ApiKey.Issued issued, Optional<Instant> oldValidUntil) {
    ApiKey key = issued.key();
    NewKey answer =
        new NewKey(
            key.id(),
            key.agreementId(),
            key.label(),
            issued.secret(),
            key.createdAt(),
            oldValidUntil);
    return Response.json(201, answer).with("cache-control", "no-store");
  }

  private Response keys(Request request) {
    String agreement =
        request
            .query("agreement")
            .orElseThrow(
                () -> new ProblemException(Problem.badRequest("query agreement is missing")));
    agreement(agreement);
    return Response.ok(Listing.all(keys.list(agreement).stream().map(KeyView::of).toList()));
  }

  record IssueBody(String agreementId, Optional<String> label) {}

  private Response issue(Request request) {
    IssueBody body = request.json(IssueBody.class);
    return once(keys.issue(body.agreementId(), body.label().orElse("key")), Optional.empty());
  }

  private Response revoke(Request request) {
    return Response.ok(KeyView.of(keys.revoke(request.path("id"))));
  }

  private Response rotate(Request request) {
    Instant until = clock.instant().plus(ApiKeys.OVERLAP);
    return once(keys.rotate(request.path("id")), Optional.of(until));
  }
}
