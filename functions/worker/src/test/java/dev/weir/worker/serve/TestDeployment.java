package dev.weir.worker.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.core.account.AccountWorld;
import dev.weir.core.account.Accounts;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Product;
import dev.weir.core.infer.Endpoints;
import dev.weir.core.infer.HttpReplicaClient;
import dev.weir.core.infer.Predict;
import dev.weir.core.infer.Replica;
import dev.weir.core.infer.Replicas;
import dev.weir.core.json.Json;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** A deployment in memory behind real HTTP: the routes that replicas use, and one customer. */
final class TestDeployment implements AutoCloseable {

  static final String ENDPOINT = "desk";

  final Ports ports = MemoryPorts.create(Clock.systemUTC());
  final Endpoints endpoints;
  final Replicas replicas;
  final ApiKeys.Caller caller;
  final Map<String, Map<String, byte[]>> artifacts = new ConcurrentHashMap<>();
  final List<UsageFact> facts = new CopyOnWriteArrayList<>();
  volatile boolean usageRefused;
  private final HttpServer http;

  TestDeployment() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    endpoints = new Endpoints(ports, url());
    replicas = new Replicas(ports, endpoints, this::files);
    new Catalog(ports).put(new Product("care", "Customer service", ENDPOINT));
    var agreement =
        new Accounts(ports)
            .openAgreement(
                AccountWorld.sale("slack-emea", "T1", "ACME", "care", "standard", 1, "USD"));
    ApiKeys keys = new ApiKeys(ports);
    caller = keys.authenticate(keys.issue(agreement.id(), "test").secret());
    http.createContext("/agent/v1/replicas", exchange -> answer(exchange, this::lease));
    http.createContext("/agent/v1/usage", exchange -> answer(exchange, this::usage));
    http.createContext("/files/", this::file);
    http.start();
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  void deploy(String version, Map<String, byte[]> files) {
    artifacts.put(version, files);
    endpoints.deploy(ENDPOINT, version, 1);
  }

  String token() {
    return ports.secrets().get("endpoints/" + ENDPOINT + "/token").orElseThrow();
  }

  byte[] grantKey() {
    return java.util.Base64.getDecoder()
        .decode(ports.secrets().get("endpoints/" + ENDPOINT + "/grant-key").orElseThrow());
  }

  ServeSettings settings(Path folder) {
    return new ServeSettings(
        URI.create(url()), token(), ENDPOINT, 0, "127.0.0.1", folder, Duration.ZERO);
  }

  Predict predict() {
    return new Predict(ports, endpoints, replicas, new HttpReplicaClient());
  }

  Map<String, Long> metered() {
    Map<String, Long> sums = new TreeMap<>();
    Map<String, UsageFact> byKey = new HashMap<>();
    facts.forEach(fact -> byKey.put(fact.key(), fact));
    byKey.values().forEach(fact -> sums.merge(fact.meter(), fact.quantity(), Long::sum));
    return sums;
  }

  void untilServed(String version) throws InterruptedException {
    until(() ->
        replicas.list(ENDPOINT).stream()
            .anyMatch(replica -> replica.versions().equals(List.of(version))));
  }

  static void until(BooleanSupplier holds) throws InterruptedException {
    for (int i = 0; i < 1500; i++) {
      if (holds.getAsBoolean()) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("it did not come true in 15 s");
  }

  private Map<String, String> files(String version) {
    Map<String, String> urls = new HashMap<>();
    artifacts
        .get(version)
        .keySet()
        .forEach(name -> urls.put(name, url() + "/files/" + version + "/" + name));
    return urls;
  }

  private interface Route {
    Object answer(String token, String body) throws IOException;
  }

  private Object lease(String token, String body) {
    return replicas.lease(token, Json.parse(body, Replica.Lease.class));
  }

  private Object usage(String token, String body) throws IOException {
    replicas.authenticate(ENDPOINT, token);
    if (usageRefused) {
      throw new IOException("the gateway is down");
    }
    UsageBatch batch = Json.parse(body, UsageBatch.class);
    Object applied = new ApplyBatch(ports).apply(batch);
    facts.addAll(batch.facts());
    return applied;
  }

  private static void answer(HttpExchange exchange, Route route) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String token =
          exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length());
      int status = 200;
      String answer;
      try {
        answer = Json.write(route.answer(token, body));
      } catch (ProblemException e) {
        status = e.problem().status();
        answer = Json.write(e.problem());
      }
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private void file(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path = exchange.getRequestURI().getPath().split("/");
      byte[] bytes = artifacts.get(path[2]).get(path[3]);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
