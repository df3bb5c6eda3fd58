package dev.weir.worker.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.infer.Grant;
import dev.weir.core.infer.InferLimits;
import dev.weir.core.infer.Reply;
import dev.weir.core.json.Json;
import dev.weir.core.problem.ProblemException;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class ReplicaProcessTest {

  private static final String VERSION = "desk:1";
  private static final String ASK = "{\"instances\":[{\"text\":\"refund please\"}]}";

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private TestDeployment deployment;

  @BeforeEach
  void deploy() throws IOException {
    deployment = new TestDeployment();
    deployment.deploy(VERSION, TestModels.desk());
  }

  @AfterEach
  void close() {
    deployment.close();
  }

  @Test
  void answersForCallersAndItsUsageArrives() throws Exception {
    try (ReplicaProcess _ = start(TestModels::encoder)) {
      deployment.untilServed(VERSION);
      Reply reply =
          deployment
              .predict()
              .predict(deployment.caller, TestDeployment.ENDPOINT, ASK, Optional.empty());
      JsonNode said = Json.parseTree(reply.body());
      assertEquals("Within 14 days.", said.path("predictions").path(0).path("answer").asText());
      assertEquals(VERSION, said.path("version").asText());
      TestDeployment.until(() -> deployment.metered().getOrDefault("calls", 0L) == 1);
      assertEquals(
          said.path("usage").path("computeUs").asLong(), deployment.metered().get("compute_us"));
      assertEquals(said.path("id").asText(), deployment.facts.getFirst().callId());
    }
  }

  @Test
  void usageCarriesTheDeploymentsTimeWhereTheHostsClockIsAnother() throws Exception {
    Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofHours(-2));
    try (ReplicaProcess _ =
        new ReplicaProcess(deployment.settings(folder), TestModels::encoder, behind)) {
      deployment.untilServed(VERSION);
      deployment
          .predict()
          .predict(deployment.caller, TestDeployment.ENDPOINT, ASK, Optional.empty());
      TestDeployment.until(() -> deployment.metered().getOrDefault("calls", 0L) == 1);
    }
    Instant now = deployment.ports.clock().instant();
    deployment.facts.forEach(fact ->
        assertTrue(
            Duration.between(fact.at(), now).abs().compareTo(Duration.ofMinutes(1)) < 0,
            fact + " at " + now));
  }

  @Test
  void pingIsReadyOnlyAfterAWarmUp() throws Exception {
    CountDownLatch mayLoad = new CountDownLatch(1);
    Function<String, TextEncoder> slow =
        name -> {
          try {
            mayLoad.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return TestModels.encoder(name);
        };
    try (ReplicaProcess process = start(slow)) {
      assertEquals(503, get(process, "/ping"));
      mayLoad.countDown();
      deployment.untilServed(VERSION);
      assertEquals(200, get(process, "/ping"));
    }
  }

  @Test
  void modelThatCannotWarmUpIsNeverReady() throws Exception {
    Function<String, TextEncoder> broken =
        _ -> {
          throw new IllegalArgumentException("no such encoder");
        };
    try (ReplicaProcess process = start(broken)) {
      TestDeployment.until(() -> !deployment.replicas.list(TestDeployment.ENDPOINT).isEmpty());
      Thread.sleep(300);
      assertEquals(503, get(process, "/ping"));
    }
  }

  @Test
  void newVersionIsLoadedWhileTheOldOneAnswers() throws Exception {
    try (ReplicaProcess process = start(TestModels::encoder)) {
      deployment.untilServed(VERSION);
      deployment.deploy("desk:2", TestModels.desk());
      deployment.untilServed("desk:2");
      assertEquals(200, post(process, grant("desk:2"), ASK).statusCode());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"instances\":[|400",
        "{\"instances\":[]}|422",
        "{\"instances\":{}}|422",
        "{\"instances\":[{\"text\":7}]}|422",
        "{\"instances\":[{\"text\":\"\"}]}|422",
        "{\"instances\":[{\"words\":\"x\"}]}|422",
      })
  void badBodiesAreToldWhatIsWrong(String body, int status) throws Exception {
    try (ReplicaProcess process = start(TestModels::encoder)) {
      deployment.untilServed(VERSION);
      HttpResponse<String> refused = post(process, grant(VERSION), body);
      assertEquals(status, refused.statusCode(), refused.body());
      assertTrue(refused.body().contains("\"detail\""));
    }
  }

  @Test
  void limitsAndGrantsAreEnforced() throws Exception {
    try (ReplicaProcess process = start(TestModels::encoder)) {
      deployment.untilServed(VERSION);
      String many = "{\"instances\":[" + "{\"text\":\"x\"},".repeat(1200) + "{}]}";
      HttpResponse<String> tooMany = post(process, grant(VERSION), many);
      assertEquals(413, tooMany.statusCode());
      assertTrue(tooMany.body().contains("batch size 1201 > 1000"));
      String large = " ".repeat(InferLimits.BODY_MAX_BYTES + 1);
      assertEquals(413, post(process, grant(VERSION), large).statusCode());
      assertEquals(401, post(process, "forged.grant", ASK).statusCode());
      assertEquals(401, post(process, "", ASK).statusCode());
      assertEquals(503, post(process, grant("desk:9"), ASK).statusCode());
      assertEquals(405, get(process, "/invocations"));
      assertEquals(404, get(process, "/nothing"));
      Thread.sleep(100);
      assertEquals(Map.of(), deployment.metered(), "nothing was answered");
    }
  }

  @Test
  void poisonFailsAloneAndTheOthersAreAnswered() throws Exception {
    try (ReplicaProcess process = start(TestModels::encoder)) {
      deployment.untilServed(VERSION);
      String body =
          "{\"instances\":[{\"text\":\"refund\"},{\"text\":\"poison\"},{\"text\":\"ship\"}]}";
      JsonNode said =
          Json.parseTree(post(process, grant(VERSION), body).body()).path("predictions");
      assertEquals("refund", said.path(0).path("label").asText());
      assertTrue(said.path(1).has("error"));
      assertEquals("shipping", said.path(2).path("label").asText());
      String only = "{\"instances\":[{\"text\":\"poison\"}]}";
      assertEquals(500, post(process, grant(VERSION), only).statusCode());
    }
  }

  @Test
  void manyCallersAtOnceAreEachCountedOnce() throws Exception {
    try (ReplicaProcess _ = start(TestModels::encoder);
        var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      deployment.untilServed(VERSION);
      var predict = deployment.predict();
      List<Callable<Reply>> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        calls.add(() ->
            predict.predict(deployment.caller, TestDeployment.ENDPOINT, ASK, Optional.empty()));
      }
      for (var call : pool.invokeAll(calls)) {
        assertEquals(200, call.get().status());
      }
    }
    assertEquals(200, deployment.metered().get("calls"), "closing sends what is left");
  }

  @Test
  void stoppingLetsTheCallInHandEndAndTakesNoOther() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    ReplicaProcess process = start(name -> new Held(TestModels.encoder(name), entered, leave));
    deployment.untilServed(VERSION);
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var inHand =
          pool.submit(
              () -> post(process, grant(VERSION), "{\"instances\":[{\"text\":\"hold refund\"}]}"));
      entered.await();
      var stopped = pool.submit(process::close);
      TestDeployment.until(() -> deployment.replicas.list(TestDeployment.ENDPOINT).isEmpty());
      TestDeployment.until(() -> status(process) == 503);
      assertEquals(503, post(process, grant(VERSION), ASK).statusCode());
      leave.countDown();
      assertEquals(200, inHand.get().statusCode());
      stopped.get();
    }
    assertEquals(1, deployment.metered().get("calls"));
  }

  @Test
  void usageOfAKilledProcessIsSentByTheNextOne() throws Exception {
    deployment.usageRefused = true;
    Process killed = child();
    try {
      deployment.untilServed(VERSION);
      deployment
          .predict()
          .predict(deployment.caller, TestDeployment.ENDPOINT, ASK, Optional.empty());
    } finally {
      killed.destroyForcibly().waitFor();
    }
    assertEquals(Map.of(), deployment.metered());
    deployment.usageRefused = false;
    try (ReplicaProcess _ = start(TestModels::encoder)) {
      assertEquals(1, deployment.metered().get("calls"));
    }
  }

  @Test
  void processKilledInMidCallIsToldAndAnotherIsNotAsked() throws Exception {
    Process killed = child();
    deployment.untilServed(VERSION);
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      String hang = "{\"instances\":[{\"text\":\"hold\"}]}";
      var call =
          pool.submit(() ->
              assertThrows(
                  ProblemException.class,
                  () ->
                      deployment
                          .predict()
                          .predict(
                              deployment.caller, TestDeployment.ENDPOINT, hang, Optional.empty())));
      Thread.sleep(500);
      killed.destroyForcibly().waitFor();
      assertEquals(502, call.get().problem().status());
    }
  }

  @Test
  void takenPortIsRefused() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      ServeSettings settings = deployment.settings(folder);
      ServeSettings same =
          new ServeSettings(
              settings.gateway(),
              settings.token(),
              settings.endpoint(),
              taken.getLocalPort(),
              settings.host(),
              folder,
              settings.flushEvery());
      assertThrows(
          java.net.BindException.class,
          () -> new ReplicaProcess(same, TestModels::encoder, Clock.systemUTC()));
    }
  }

  /** Waits at a text that begins with {@code hold}. */
  private record Held(TextEncoder inner, CountDownLatch entered, CountDownLatch leave)
      implements TextEncoder {
    @Override
    public float[][] embed(List<String> texts) {
      if (texts.getFirst().startsWith("hold")) {
        try {
          entered.countDown();
          leave.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      return inner.embed(texts);
    }

    @Override
    public int tokens(String text) {
      return inner.tokens(text);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  /** A replica in a process of its own, which hangs at a text that begins with {@code hold}. */
  public static final class Child {

    private Child() {}

    public static void main(String[] args) throws Exception {
      ServeSettings settings =
          new ServeSettings(
              URI.create(args[0]),
              args[1],
              TestDeployment.ENDPOINT,
              0,
              "127.0.0.1",
              Path.of(args[2]),
              java.time.Duration.ZERO);
      CountDownLatch never = new CountDownLatch(1);
      try (ReplicaProcess _ =
          new ReplicaProcess(
              settings,
              name -> new Held(TestModels.encoder(name), new CountDownLatch(1), never),
              Clock.systemUTC())) {
        never.await();
      }
    }
  }

  private Process child() throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            deployment.url(),
            deployment.token(),
            folder.toString())
        .redirectErrorStream(true)
        .redirectOutput(new File(folder.toFile(), "child.log"))
        .start();
  }

  private ReplicaProcess start(Function<String, TextEncoder> encoders) throws IOException {
    return new ReplicaProcess(deployment.settings(folder), encoders, Clock.systemUTC());
  }

  private String grant(String version) {
    return new Grant(
            deployment.caller.agreement().id(),
            "slack-emea",
            "c1",
            TestDeployment.ENDPOINT,
            version,
            Grant.Billing.JOURNAL,
            Instant.now().plusSeconds(30).toEpochMilli())
        .sign(deployment.grantKey());
  }

  private int status(ReplicaProcess process) {
    try {
      return get(process, "/ping");
    } catch (IOException | InterruptedException e) {
      return -1;
    }
  }

  private int get(ReplicaProcess process, String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(process.address() + path)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private HttpResponse<String> post(ReplicaProcess process, String grant, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(process.address() + "/invocations"))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!grant.isEmpty()) {
      request.header(Grant.HEADER, grant);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
