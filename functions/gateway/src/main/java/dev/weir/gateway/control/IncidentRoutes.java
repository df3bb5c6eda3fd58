package dev.weir.gateway.control;

import dev.weir.core.bill.ReplayReport;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.ReplayRefused;
import dev.weir.core.port.Ports;
import dev.weir.gateway.Money;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;

/** What went wrong and was noted, until a person has settled it. */
final class IncidentRoutes {

  private final Incidents incidents;
  private final ReplayRefused facts;
  private final ReplayReport reports;

  IncidentRoutes(Ports ports) {
    this.incidents = new Incidents(ports);
    this.facts = new ReplayRefused(ports);
    this.reports = new ReplayReport(ports, Money.terms(ports));
  }

  void addTo(Router router) {
    router
        .get("/control/v1/incidents", r -> Response.ok(Listing.all(incidents.list())))
        .post("/control/v1/incidents/{id}/resolve", this::resolve)
        .post(
            "/control/v1/incidents/{id}/replay",
            request -> Response.ok(replay(request.path("id"))));
  }

  /** Refused facts are counted; a line that no market took goes with the next report. */
  private Incident replay(String id) {
    boolean line = incidents.find(id).filter(i -> ReplayReport.takes(i.kind())).isPresent();
    return line ? reports.run(id) : facts.run(id);
  }

  /**
   * How an incident was settled.
   *
   * @param resolution 1 to 1000 characters
   */
  record ResolveBody(String resolution) {}

  private Response resolve(Request request) {
    ResolveBody body = request.json(ResolveBody.class);
    return Response.ok(incidents.resolve(request.path("id"), body.resolution()));
  }
}
