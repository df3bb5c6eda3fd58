package dev.weir.gateway.control;

import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.ReplayRefused;
import dev.weir.core.port.Ports;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;

/** What went wrong and was noted, until a person has settled it. */
final class IncidentRoutes {

  private final Incidents incidents;
  private final ReplayRefused replay;

  IncidentRoutes(Ports ports) {
    this.incidents = new Incidents(ports);
    this.replay = new ReplayRefused(ports);
  }

  void addTo(Router router) {
    router
        .get("/control/v1/incidents", r -> Response.ok(Listing.all(incidents.list())))
        .post("/control/v1/incidents/{id}/resolve", this::resolve)
        .post(
            "/control/v1/incidents/{id}/replay",
            request -> Response.ok(replay.run(request.path("id"))));
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
