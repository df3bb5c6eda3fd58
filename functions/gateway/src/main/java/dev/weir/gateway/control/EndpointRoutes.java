package dev.weir.gateway.control;

import dev.weir.core.infer.Endpoint;
import dev.weir.core.infer.Endpoints;
import dev.weir.core.infer.Replicas;
import dev.weir.core.infer.Reply;
import dev.weir.core.infer.TryOut;
import dev.weir.core.model.ModelVersion;
import dev.weir.core.model.Models;
import dev.weir.core.port.Paged;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Secrets;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.House;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Endpoints: a version that is deployed, or a service that the vendor runs already. */
final class EndpointRoutes {

  private final Endpoints endpoints;
  private final Replicas replicas;
  private final Models models;
  private final Secrets secrets;
  private final RemoteOffers offers;
  private final TryOut trial;

  EndpointRoutes(House house) {
    Ports ports = house.ports();
    this.endpoints = house.endpoints();
    this.replicas = house.replicas();
    this.models = new Models(ports);
    this.secrets = ports.secrets();
    this.offers = new RemoteOffers(ports);
    this.trial = new TryOut(ports, house.endpoints(), house.replicas(), house.client());
  }

  void addTo(Router router) {
    router
        .get(
            "/control/v1/endpoints",
            r -> Response.ok(Listing.all(endpoints.list().stream().map(this::view).toList())))
        .get(
            "/control/v1/endpoints/{name}",
            r -> Response.ok(view(endpoints.require(r.path("name")))))
        .put("/control/v1/endpoints/{name}", this::put)
        .post("/control/v1/endpoints/{name}/try", this::tryOut);
  }

  /**
   * A remote service. {@code key} goes into the deployment's secrets and is never answered. Prices
   * are what customers pay for {@code per} tokens; stated, they make a product and a plan of the
   * endpoint's name, ready to be sold through a channel.
   */
  record RemoteBody(
      String baseUrl,
      String model,
      Optional<String> key,
      Optional<Long> deadlineMs,
      Optional<Integer> outputTokensMax,
      Optional<Integer> promptOverheadTokens,
      Optional<Long> inputPriceMicros,
      Optional<Long> outputPriceMicros,
      Optional<String> currency,
      Optional<Long> per) {}

  record EndpointBody(
      Optional<String> model,
      Optional<Integer> version,
      Optional<Integer> replicas,
      Optional<RemoteBody> remote) {}

  record EndpointView(
      String name,
      String kind,
      String model,
      Optional<String> version,
      Optional<String> baseUrl,
      int desired,
      int ready,
      String state) {}

  EndpointView view(Endpoint endpoint) {
    return switch (endpoint.backend()) {
      case Endpoint.Own own -> {
        List<String> versions = own.versions().stream().map(Endpoint.Weighted::version).toList();
        long ready =
            replicas.list(endpoint.name()).stream()
                .filter(r -> r.versions().containsAll(versions))
                .count();
        String state = own.replicas() == 0 ? "SLEEPING" : ready > 0 ? "READY" : "STARTING";
        String first = versions.getFirst();
        yield new EndpointView(
            endpoint.name(),
            "model",
            first.substring(0, Math.max(0, first.lastIndexOf(':'))),
            Optional.of(String.join(", ", versions)),
            Optional.empty(),
            own.replicas(),
            Math.toIntExact(ready),
            state);
      }
      case Endpoint.Remote remote ->
          new EndpointView(
              endpoint.name(),
              "remote",
              remote.model(),
              Optional.empty(),
              Optional.of(remote.baseUrl()),
              0,
              0,
              "READY");
    };
  }

  private Response tryOut(Request request) {
    Reply reply = trial.predict(request.path("name"), request.text());
    return new Response(reply.status(), Map.of("content-type", reply.contentType()), reply.body());
  }

  private Response put(Request request) {
    EndpointBody body = request.json(EndpointBody.class);
    String name = request.path("name");
    if (body.model().isPresent() == body.remote().isPresent()) {
      throw new ProblemException(
          Problem.invalid("endpoint \"" + name + "\" needs either model or remote"));
    }
    return Response.ok(
        view(
            body.remote().isPresent()
                ? connect(name, body.remote().get())
                : deploy(name, body.model().orElseThrow(), body)));
  }

  private Endpoint deploy(String name, String model, EndpointBody body) {
    ModelVersion version = models.require(model + ":" + version(model, body.version()));
    return endpoints.deploy(name, version.reference(), body.replicas().orElse(1));
  }

  /** The version asked for, or the champion, or the latest. */
  private int version(String model, Optional<Integer> asked) {
    return asked
        .or(() -> models.alias(model, "champion"))
        .or(() ->
            models.versions(model, Paged.Request.FIRST).items().stream()
                .map(ModelVersion::version)
                .max(Integer::compare))
        .orElseThrow(() -> new ProblemException(Problem.notFound("no model \"" + model + "\"")));
  }

  private Endpoint connect(String name, RemoteBody remote) {
    Optional<String> secret =
        remote.key().map(key -> "remote/" + name).or(() -> known("remote/" + name));
    Endpoint.Remote plain = Endpoint.Remote.of(remote.baseUrl(), remote.model(), secret);
    Endpoint.Remote limited =
        new Endpoint.Remote(
            plain.baseUrl(),
            plain.model(),
            plain.secretName(),
            remote.deadlineMs().orElse(plain.deadlineMs()),
            remote.outputTokensMax().orElse(plain.outputTokensMax()),
            remote.promptOverheadTokens());
    remote.key().ifPresent(key -> secrets.put("remote/" + name, key));
    offers.offer(name, remote);
    return endpoints.connect(name, limited);
  }

  private Optional<String> known(String secret) {
    return secrets.get(secret).map(value -> secret);
  }
}
