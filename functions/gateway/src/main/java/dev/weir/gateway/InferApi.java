package dev.weir.gateway;

import dev.weir.core.account.ApiKey;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.infer.ChatCompletions;
import dev.weir.core.infer.Embeddings;
import dev.weir.core.infer.ModelList;
import dev.weir.core.infer.OpenAiError;
import dev.weir.core.infer.OpenInference;
import dev.weir.core.infer.Operations;
import dev.weir.core.infer.Predict;
import dev.weir.core.infer.Reply;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.ApiHandler;
import dev.weir.gateway.http.Bearer;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What customers call: predictions and the OpenAI-compatible routes under {@code /v1}, the Open
 * Inference Protocol under {@code /v2}. A call repeated under its {@code Idempotency-Key} is
 * answered again and costs nothing.
 */
public final class InferApi extends ApiHandler {

  private static final String CLAIMS = "/v1/claims";

  private static final String OPERATIONS = "/v1/operations/";

  /** What needs no key: where a key is had, whether this runs, and what there is to call. */
  private static final Set<String> OPEN =
      Set.of(CLAIMS, "/v2", "/v2/health/live", "/v2/health/ready", OpenApi.PATH);

  /** For Lambda. */
  public InferApi() {
    this(Wiring.ports());
  }

  public InferApi(Ports ports) {
    this(House.on(ports));
  }

  public InferApi(House house) {
    super(new Routes(house).router());
  }

  @Override
  protected String authenticate(Request request) {
    return OPEN.contains(request.path()) ? "" : Bearer.require(request);
  }

  /** A key with its secret, shown this once. */
  record Claimed(String key, String keyId, String agreementId) {}

  record ClaimBody(String claim) {}

  /** What the protocol's server metadata says. */
  private static final Map<String, Object> SERVER =
      Map.of("name", "weir", "version", "2", "extensions", List.of());

  /** The routes and what they ask. */
  private static final class Routes {
    private final ApiKeys keys;
    private final Predict predict;
    private final ChatCompletions chat;
    private final Embeddings embeddings;
    private final ModelList models;
    private final OpenInference protocol;
    private final Operations operations;

    Routes(House house) {
      Ports ports = house.ports();
      this.keys = new ApiKeys(ports);
      this.predict = new Predict(ports, house.endpoints(), house.replicas(), house.client());
      this.chat = new ChatCompletions(ports, house.endpoints(), house.replicas(), house.client());
      this.embeddings = new Embeddings(ports, house.endpoints(), house.replicas(), house.client());
      this.models = new ModelList(ports, house.endpoints());
      this.protocol = new OpenInference(ports, house.endpoints(), house.replicas(), house.client());
      this.operations = new Operations(ports, house.endpoints(), house.replicas(), house.client());
    }

    Router router() {
      return new Router()
          .post("/v1/models/{name}/predict", this::predict)
          .post("/v1/chat/completions", r -> openAi(r, this::chat))
          .post("/v1/embeddings", r -> openAi(r, this::embed))
          .get(OPERATIONS + "{id}", r -> answer(operations.get(caller(r), r.path("id"))))
          .get("/v1/models", r -> openAi(r, q -> answer(models.list(caller(q)))))
          .post(CLAIMS, this::redeem)
          .get("/v2", r -> Response.ok(SERVER))
          .get("/v2/health/live", r -> Response.ok(Map.of("live", true)))
          .get("/v2/health/ready", r -> Response.ok(Map.of("ready", true)))
          .get("/v2/models/{name}", r -> answer(protocol.metadata(caller(r), r.path("name"))))
          .get("/v2/models/{name}/ready", this::ready)
          .post("/v2/models/{name}/infer", this::infer)
          .get(OpenApi.PATH, r -> Response.text(Reply.JSON, OpenApi.document()));
    }

    private ApiKeys.Caller caller(Request request) {
      return keys.authenticate(request.principal());
    }

    private static Optional<String> key(Request request) {
      return request.header("idempotency-key");
    }

    private Response predict(Request request) {
      ApiKeys.Caller caller = caller(request);
      if (later(request)) {
        return accepted(
            operations.predict(caller, request.path("name"), request.text(), key(request)));
      }
      return answer(predict.predict(caller, request.path("name"), request.text(), key(request)));
    }

    private Response ready(Request request) {
      boolean ready = protocol.ready(caller(request), request.path("name"));
      return Response.json(ready ? 200 : 503, Map.of("name", request.path("name"), "ready", ready));
    }

    private Response infer(Request request) {
      ApiKeys.Caller caller = caller(request);
      return answer(protocol.infer(caller, request.path("name"), request.text(), key(request)));
    }

    /** RFC 7240: the caller would rather come back for the answer. */
    private static boolean later(Request request) {
      return request.header("prefer").filter(p -> p.contains("respond-async")).isPresent();
    }

    private static Response accepted(Reply reply) {
      String id = Json.parseTree(reply.body()).path("id").asText();
      return answer(reply)
          .with("location", OPERATIONS + id)
          .with("preference-applied", "respond-async");
    }

    private Response chat(Request request) {
      if (later(request)) {
        return accepted(operations.chat(caller(request), request.text(), key(request)));
      }
      return answer(chat.complete(caller(request), request.text(), key(request)));
    }

    private Response embed(Request request) {
      return answer(embeddings.embed(caller(request), request.text(), key(request)));
    }

    private Response redeem(Request request) {
      ApiKey.Issued issued = keys.redeem(request.json(ClaimBody.class).claim());
      Claimed claimed = new Claimed(issued.secret(), issued.key().id(), issued.key().agreementId());
      return Response.json(201, claimed).with("cache-control", "no-store");
    }

    private static Response answer(Reply reply) {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("content-type", reply.contentType());
      if (reply.replayed()) {
        headers.put("idempotent-replayed", "true");
      }
      return new Response(reply.status(), headers, reply.body());
    }

    /** OpenAI's clients read their own form of an error. */
    private static Response openAi(Request request, Function<Request, Response> action) {
      try {
        return action.apply(request);
      } catch (ProblemException e) {
        Response problem = Response.problem(e.problem());
        Map<String, String> headers = new LinkedHashMap<>(problem.headers());
        headers.put("content-type", "application/json");
        return new Response(problem.status(), headers, OpenAiError.body(e.problem()));
      }
    }
  }
}
