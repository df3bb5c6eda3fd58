package dev.weir.gateway.control;

import dev.weir.core.bill.Projects;
import dev.weir.core.bill.Terms;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.util.List;

/** Projects, paid by milestones. */
final class ProjectRoutes {

  private final Projects projects;

  ProjectRoutes(Ports ports, Terms terms) {
    this.projects = new Projects(ports, terms);
  }

  void addTo(Router router) {
    String milestone = "/control/v1/projects/{id}/milestones/{milestone}/";
    router
        .get("/control/v1/projects", r -> Response.ok(Listing.all(projects.list())))
        .get("/control/v1/projects/{id}", this::project)
        .put("/control/v1/projects/{id}", this::agree)
        .post(
            milestone + "deliver",
            r -> Response.ok(projects.deliver(r.path("id"), r.path("milestone"))))
        .post(milestone + "send-back", this::sendBack)
        .post(
            milestone + "accept",
            r -> Response.ok(projects.accept(r.path("id"), r.path("milestone"))));
  }

  private Response project(Request request) {
    String id = request.path("id");
    return Response.ok(
        projects
            .find(id)
            .orElseThrow(() -> new ProblemException(Problem.notFound("no project " + id))));
  }

  record ProjectBody(
      String agreementId, String name, String currency, List<Projects.Agreed> milestones) {}

  private Response agree(Request request) {
    ProjectBody body = request.json(ProjectBody.class);
    return Response.ok(
        projects.agree(
            request.path("id"),
            body.agreementId(),
            body.name(),
            body.currency(),
            body.milestones()));
  }

  record SendBackBody(String reason) {}

  private Response sendBack(Request request) {
    String reason = request.json(SendBackBody.class).reason();
    return Response.ok(projects.sendBack(request.path("id"), request.path("milestone"), reason));
  }
}
