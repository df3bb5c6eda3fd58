package dev.weir.gateway.control;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.bill.ExplainCall;
import dev.weir.core.bill.IdleCosts;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.Periods;
import dev.weir.core.bill.Profit;
import dev.weir.core.bill.Terms;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Product;
import dev.weir.core.infer.Endpoint;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.House;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Queries on the ledger: profits, closed months, and the walk from a call to its amounts. */
final class LedgerRoutes {

  /** How far back a call is looked for where nothing is said. */
  private static final Duration SPAN = Duration.ofDays(7);

  private final House house;
  private final Ports ports;
  private final Accounts accounts;
  private final Catalog catalog;
  private final Profit profit;
  private final Periods periods;
  private final ExplainCall explain;
  private final IdleCosts idle;

  LedgerRoutes(House house, Terms terms, Invoices invoices) {
    this.house = house;
    this.ports = house.ports();
    this.accounts = new Accounts(ports);
    this.catalog = new Catalog(ports);
    this.profit = new Profit(ports);
    this.periods = new Periods(ports);
    this.explain = new ExplainCall(ports, terms, invoices);
    this.idle = new IdleCosts(ports);
  }

  void addTo(Router router) {
    router
        .get("/control/v1/profit", this::profit)
        .get("/control/v1/ledger/closed", r -> Response.ok(Listing.all(periods.list())))
        .post("/control/v1/ledger/closed", this::close)
        .get("/control/v1/idle/{day}", this::idle)
        .get("/control/v1/calls/{id}/explanation", this::call);
  }

  record ProfitView(
      String of,
      String name,
      String currency,
      long revenueMicros,
      long feeMicros,
      long shareMicros,
      long computeMicros,
      long lossMicros,
      long marginMicros) {}

  private Response profit(Request request) {
    Optional<YearMonth> month = request.query("month").map(LineRoutes::month);
    String by = request.query("by").orElse("channel");
    List<Profit.Row> rows =
        switch (by) {
          case "channel" -> profit.byChannel(month);
          case "customer" -> profit.by(month, this::customer);
          case "model" -> {
            Map<String, List<Endpoint>> behind = new HashMap<>();
            yield profit.by(
                month, (id, at) -> model(behind.computeIfAbsent(id, this::deployments), at));
          }
          default ->
              throw new ProblemException(
                  Problem.badRequest("by " + by + " is not channel, customer or model"));
        };
    boolean named = by.equals("customer");
    return Response.ok(Listing.all(rows.stream().map(row -> view(row, named)).toList()));
  }

  private ProfitView view(Profit.Row row, boolean customer) {
    String name = customer ? accounts.customer(row.of()).map(c -> c.name()).orElse("") : row.of();
    return new ProfitView(
        row.of(),
        name,
        row.currency(),
        row.revenueMicros(),
        row.feeMicros(),
        row.shareMicros(),
        row.computeMicros(),
        row.lossMicros(),
        row.marginMicros());
  }

  private String customer(String agreementId) {
    return accounts.agreement(agreementId).map(Agreement::customerId).orElse("");
  }

  /** What answered behind the product that an agreement bought, each from its update on. */
  private List<Endpoint> deployments(String agreementId) {
    return accounts
        .agreement(agreementId)
        .flatMap(agreement -> catalog.product(agreement.productId()))
        .map(Product::endpoint)
        .map(house.endpoints()::history)
        .orElse(List.of());
  }

  /**
   * The models that were deployed when an hour began, or first thereafter: what came later in the
   * hour is the next one's.
   */
  private static String model(List<Endpoint> deployments, Instant at) {
    return deployments.reversed().stream()
        .filter(endpoint -> !endpoint.updatedAt().isAfter(at))
        .findFirst()
        .or(() -> deployments.stream().findFirst())
        .map(LedgerRoutes::models)
        .orElse("");
  }

  private static String models(Endpoint endpoint) {
    return switch (endpoint.backend()) {
      case Endpoint.Remote remote -> remote.model();
      case Endpoint.Own own ->
          own.versions().stream()
              .map(version -> version.version().replaceAll(":.*", ""))
              .distinct()
              .sorted()
              .collect(Collectors.joining(", "));
    };
  }

  private Response idle(Request request) {
    String text = request.path("day");
    try {
      LocalDate day = LocalDate.parse(text);
      return Response.ok(
          idle.find(day)
              .orElseThrow(
                  () -> new ProblemException(Problem.notFound("no idle costs of " + day))));
    } catch (DateTimeParseException e) {
      throw new ProblemException(Problem.badRequest("day " + text + " is not like 2026-11-20"), e);
    }
  }

  record CloseBody(String month) {}

  private Response close(Request request) {
    YearMonth month = LineRoutes.month(request.json(CloseBody.class).month());
    return Response.ok(periods.close(month));
  }

  private Response call(Request request) {
    Instant to =
        request
            .query("to")
            .map(text -> UsageRoutes.instant("to", text))
            .orElseGet(() -> ports.clock().instant().plusSeconds(1));
    Instant from =
        request.query("from").map(text -> UsageRoutes.instant("from", text)).orElse(to.minus(SPAN));
    return Response.ok(Listing.all(explain.call(request.path("id"), from, to)));
  }
}
