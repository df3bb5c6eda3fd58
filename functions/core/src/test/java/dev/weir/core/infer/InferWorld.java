package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.AccountWorld;
import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Product;
import dev.weir.core.json.Json;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One product, one customer, and replicas that are played by the test. */
final class InferWorld {

  static final String ENDPOINT = "service-desk";
  static final String ASK =
      """
      {"model":"service-desk","max_tokens":50,"messages":[{"role":"user","content":"hello there"}]}\
      """;
  static final String ASK_STREAM = ASK.replace("{\"model", "{\"stream\":true,\"model");
  static final String VERSION = "service-desk:1";

  final SettableClock clock;
  final Ports ports;
  final Endpoints endpoints;
  final Replicas replicas;
  final Replay client = new Replay();
  final Agreement agreement;
  final ApiKeys.Caller caller;
  final String secret;

  InferWorld() {
    this(null);
  }

  InferWorld(@org.jspecify.annotations.Nullable Ports given) {
    this(given, new SettableClock(Instant.parse("2026-11-01T00:00:00Z")));
  }

  InferWorld(@org.jspecify.annotations.Nullable Ports given, SettableClock settable) {
    clock = settable;
    ports = given == null ? MemoryPorts.create(clock) : given;
    endpoints = new Endpoints(ports, "http://127.0.0.1:1");
    replicas =
        new Replicas(ports, endpoints, version -> Map.of("model.onnx", "http://x/" + version));
    new Catalog(ports).put(new Product("care", "Customer service", ENDPOINT));
    agreement =
        new Accounts(ports)
            .openAgreement(
                AccountWorld.sale("slack-emea", "T1", "ACME", "care", "standard", 1, "USD"));
    ApiKeys keys = new ApiKeys(ports);
    secret = keys.issue(agreement.id(), "test").secret();
    caller = keys.authenticate(secret);
  }

  InferWorld deployed(int replicasReady) {
    endpoints.deploy(ENDPOINT, VERSION, Math.max(1, replicasReady));
    for (int i = 0; i < replicasReady; i++) {
      lease("boot-" + i, List.of(VERSION));
    }
    return this;
  }

  Replica.Leased lease(String bootId, List<String> versions) {
    String token = ports.secrets().get("endpoints/" + ENDPOINT + "/token").orElseThrow();
    return replicas.lease(
        token,
        new Replica.Lease(
            ENDPOINT, "http://127.0.0.1:9", "host", bootId, versions, clock.millis(), false));
  }

  InferWorld connected(String baseUrl) {
    return connected(
        new Endpoint.Remote(
            baseUrl, "their-model", Optional.empty(), 2000, 4096, Optional.empty()));
  }

  InferWorld connected(Endpoint.Remote remote) {
    endpoints.connect(ENDPOINT, remote);
    return this;
  }

  Predict predict() {
    return new Predict(ports, endpoints, replicas, client);
  }

  ChatCompletions chat() {
    return new ChatCompletions(ports, endpoints, replicas, client);
  }

  Calls calls() {
    return new Calls(ports, endpoints, replicas, client);
  }

  Reply complete(String body) {
    return chat().complete(caller, body, Optional.empty());
  }

  void stream(String body, EventSink sink) {
    chat().stream(caller, body, Optional.empty(), sink);
  }

  /** Nothing is answered and nothing billed. */
  void assertRefused(String ask, int status, String detail) {
    Problem problem = assertThrows(ProblemException.class, () -> complete(ask)).problem();
    assertEquals(status, problem.status(), problem.toString());
    assertTrue(problem.detail().contains(detail), problem.detail());
    assertEquals(Map.of(), metered());
  }

  /** The call of the first fact. */
  Call.Direct direct() {
    String callId = facts().getFirst().callId();
    return (Call.Direct)
        Json.read(ports.table().get(Keys.call(callId)).orElseThrow().body(), Call.class);
  }

  /** Every fact that a commit wrote. */
  List<UsageFact> facts() {
    List<UsageFact> facts = new ArrayList<>();
    for (int lane = 0; lane < 8; lane++) {
      Tables.list(ports.table(), Table.Query.all("lane/" + lane))
          .forEach(row -> facts.addAll(factsOf(row.body())));
    }
    return facts;
  }

  /** One row holds all facts of a call. */
  private static List<UsageFact> factsOf(String row) {
    return row.startsWith("[")
        ? List.of(Json.read(row, UsageFact[].class))
        : List.of(Json.read(row, UsageFact.class));
  }

  /** Σ quantity by meter. */
  Map<String, Long> metered() {
    Map<String, Long> sums = new TreeMap<>();
    facts().forEach(fact -> sums.merge(fact.meter(), fact.quantity(), Long::sum));
    return sums;
  }

  static Call.Question question(InferWorld world, String key, String conversation, String text) {
    return new Call.Question(
        Calls.callId("slack-emea", key),
        "slack-emea",
        world.agreement.id(),
        "T1",
        conversation,
        "U1",
        text,
        Map.of("thread", "7"),
        world.clock.instant());
  }

  /** Replicas that answer as told, in turn; the last answer stays. */
  static final class Replay implements ReplicaClient {

    interface Turn {
      Reply answer(Replica replica, String grant, String body) throws IOException;
    }

    final List<Turn> turns = new ArrayList<>();
    final List<String> asked = new ArrayList<>();
    final List<String> bodies = new ArrayList<>();

    Replay then(Turn turn) {
      turns.add(turn);
      return this;
    }

    Replay thenStatus(int status) {
      String problem =
          "{\"type\":\"/problems/x\",\"status\":%d,\"title\":\"t\",\"detail\":\"said so\",\"errors\":[]}"
              .formatted(status);
      return then((_, _, _) -> new Reply(status, problem, Optional.of(3L)));
    }

    Replay thenText(String label, double score, boolean answered, String answer) {
      String body =
          """
          {"predictions":[{"label":"%s","score":%s,"answered":%s,"answer":"%s"}],
           "usage":{"inputTokens":9,"outputTokens":4,"computeUs":1500}}\
          """
              .formatted(label, score, answered, answer);
      return then((_, _, _) -> new Reply(200, body, Optional.empty()));
    }

    @Override
    public synchronized Reply invoke(Replica replica, String grant, String body, Duration deadline)
        throws IOException {
      asked.add(replica.bootId());
      bodies.add(body);
      Turn turn = turns.size() > 1 ? turns.removeFirst() : turns.getFirst();
      return turn.answer(replica, grant, body);
    }
  }
}
