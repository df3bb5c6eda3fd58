package dev.weir.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.limit.Alerts;
import dev.weir.core.limit.Limit;
import dev.weir.core.limit.Limits;
import dev.weir.core.meter.Budgets;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.Optional;

/** Rates and budgets, how budgets stand, and the alerts that they gave. */
final class LimitRoutes {

  private final Limits limits;
  private final Budgets budgets;
  private final Alerts alerts;
  private final Whom whom;
  private final InstantSource clock;

  LimitRoutes(Ports ports) {
    this.limits = new Limits(ports);
    this.budgets = new Budgets(ports);
    this.alerts = new Alerts(ports);
    this.whom = new Whom(ports);
    this.clock = ports.clock();
  }

  void addTo(Router router) {
    router
        .get("/control/v1/limits", r -> Response.ok(list()))
        .get("/control/v1/limits/{id}", r -> Response.ok(limit(r)))
        .put("/control/v1/limits/{id}", this::put)
        .post("/control/v1/limits/{id}/remove", this::remove)
        .get("/control/v1/budgets", this::budgets)
        .get("/control/v1/budgets/{id}", this::budget)
        .get("/control/v1/budget-alerts", r -> Response.ok(Listing.all(alerts.list(month(r)))));
  }

  /** Each as it is alone, with its type, which a list of a common type would not say. */
  private Listing<JsonNode> list() {
    return Listing.all(
        limits.list().stream().map(limit -> Json.parseTree(Json.write(limit))).toList());
  }

  private YearMonth month(Request request) {
    return LineRoutes.month(request, clock);
  }

  private Limit limit(Request request) {
    String id = request.path("id");
    return limits
        .get(id)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no limit \"" + id + "\"")));
  }

  /**
   * A limit to set.
   *
   * @param perMinute of a rate, and nothing else then
   * @param perMonth of a budget
   * @param hard of a budget; true if absent
   */
  record LimitBody(
      String on,
      String of,
      Optional<Long> perMinute,
      Optional<Long> perMonth,
      Optional<Boolean> hard) {

    Limit as(String id) {
      if (perMinute.isPresent() == perMonth.isPresent()) {
        throw new ProblemException(
            Problem.invalid("either \"perMinute\", of a rate, or \"perMonth\", of a budget"));
      }
      if (perMinute.isPresent() && hard.isPresent()) {
        throw new ProblemException(Problem.invalid("\"hard\" is of budgets; a rate always is"));
      }
      return perMinute.isPresent()
          ? new Limit.Rate(id, on, of, perMinute.get())
          : new Limit.Budget(id, on, of, perMonth.orElseThrow(), hard.orElse(true));
    }
  }

  private Response put(Request request) {
    Limit limit = request.json(LimitBody.class).as(request.path("id"));
    whom.require(limit.on());
    limits.put(limit);
    return Response.ok(limit);
  }

  private Response remove(Request request) {
    Limit limit = limit(request);
    limits.remove(limit.id());
    return Response.ok(limit);
  }

  /**
   * How a budget stands. Of a meter in its smallest units, of a currency in 10⁻⁶ of its minor unit.
   *
   * @param spent what was settled
   * @param reserved what is held by calls that are being answered
   * @param expired what was held by who never said what became of it
   * @param bound the most that can have been delivered: spent, reserved and expired together
   */
  record BudgetView(
      String id,
      String on,
      String of,
      boolean hard,
      YearMonth month,
      long limit,
      long spent,
      long reserved,
      long expired,
      long bound) {}

  private BudgetView view(Limit.Budget budget, YearMonth month) {
    Budgets.State state = budgets.state(new Budgets.Of(budget.id(), budget.of(), month));
    return new BudgetView(
        budget.id(),
        budget.on(),
        budget.of(),
        budget.hard(),
        month,
        budget.perMonth(),
        state.spent(),
        state.reserved(),
        state.expired(),
        state.bound());
  }

  private Response budgets(Request request) {
    YearMonth month = month(request);
    return Response.ok(
        Listing.all(
            limits.list().stream()
                .filter(Limit.Budget.class::isInstance)
                .map(limit -> view((Limit.Budget) limit, month))
                .toList()));
  }

  private Response budget(Request request) {
    return switch (limit(request)) {
      case Limit.Budget budget -> Response.ok(view(budget, month(request)));
      case Limit.Rate rate ->
          throw new ProblemException(Problem.notFound("limit " + rate.id() + " is a rate"));
    };
  }
}
