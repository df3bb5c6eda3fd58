package dev.weir.tck.sim.slack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.tck.sim.FakeApp;
import dev.weir.tck.sim.SimProcess;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every documented limit of the simulator refuses a violator. */
class SlackSimTest {

  private static SimProcess slack;
  private static FakeApp app;
  private static final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start(@TempDir Path data) {
    slack = SimProcess.start(SlackSim.class, data.resolve("slack"));
    app = new FakeApp(data.resolve("app"));
  }

  @AfterAll
  static void stop() {
    slack.close();
    app.close();
    client.close();
  }

  @BeforeEach
  void wellBehaved() {
    app.answers(SlackSimTest::wellBehaved);
    slack.post("/sim/mode", Map.of("throttle", 0, "ackMs", 3000, "retryMinuteMs", 20));
    assertTrue(
        slack
            .post("/sim/app", Map.of("requestUrl", app.url("/events").toString()))
            .get("verified")
            .asBoolean());
    app.clear();
  }

  private static SimResponse wellBehaved(SimRequest request) {
    if (request.method().equals("POST") && request.json().has("challenge")) {
      return SimResponse.json(Map.of("challenge", request.json().get("challenge")));
    }
    return SimResponse.empty(200);
  }

  @Test
  void urlThatDoesNotEchoTheChallengeIsNotVerified() {
    app.answers(r -> SimResponse.json(Map.of("challenge", "something else")));
    JsonNode answer = slack.post("/sim/app", Map.of());
    assertFalse(answer.get("verified").asBoolean());
  }

  @Test
  void codeIsGoodOnceAndOnlyForTheRightSecret() {
    Map<String, String> asked = authorize("T1");
    String code = asked.get("code");
    assertEquals("s-1", asked.get("state"));
    assertEquals("bad_client_secret", exchange(code, "wrong").get("error").asText());
    JsonNode good = exchange(code, "sim-client-secret");
    assertTrue(good.get("ok").asBoolean(), good.toString());
    assertEquals("T1", good.get("team").get("id").asText());
    assertEquals("invalid_code", exchange(code, "sim-client-secret").get("error").asText());
  }

  @Test
  void tokenIsChecked() throws Exception {
    String token = install("T2");
    slack.post("/sim/say", Map.of("team", "T2", "channel", "D1", "text", "hi"));
    assertEquals("invalid_auth", error(post("xoxb-nobody", "D1", "hello")));
    assertEquals("channel_not_found", error(post(token, "D2", "hello")));
    assertEquals("no_text", error(post(token, "D1", "")));
    assertEquals("msg_too_long", error(post(token, "D1", "x".repeat(40_001))));
    assertTrue(post(token, "D1", "x".repeat(40_000)).body().contains("\"ok\":true"));
    slack.post("/sim/uninstall", Map.of("team", "T2"));
    assertEquals("account_inactive", error(post(token, "D1", "hello")));
    assertEquals(
        List.of("tokens_revoked", "app_uninstalled"),
        app.requests().stream()
            .map(r -> r.json().path("event").path("type").asText())
            .filter(t -> t.startsWith("tokens") || t.startsWith("app"))
            .toList());
  }

  @Test
  void moreThanAMinutesBurstInOneChannelIsThrottled() throws Exception {
    String token = install("T3");
    slack.post("/sim/say", Map.of("team", "T3", "channel", "C1", "text", "hi"));
    HttpResponse<String> last = post(token, "C1", "0");
    int accepted = 0;
    while (last.statusCode() == 200 && accepted < 100) {
      accepted++;
      last = post(token, "C1", Integer.toString(accepted));
    }
    assertEquals(429, last.statusCode());
    assertEquals("1", last.headers().firstValue("retry-after").orElseThrow());
    assertTrue(accepted >= 60 && accepted < 75, "accepted " + accepted);
    assertEquals(
        accepted,
        slack
            .get("/sim/messages")
            .valueStream()
            .filter(m -> m.path("team").asText().equals("T3"))
            .count());
  }

  @Test
  void secondReadWithinAMinuteIsThrottled() throws Exception {
    String token = install("T4");
    assertEquals(200, read(token).statusCode());
    assertEquals(429, read(token).statusCode());
  }

  @Test
  void answerAfterTheDeadlineIsAFailureAndIsSentThreeTimesMore() throws Exception {
    install("T5");
    slack.post("/sim/mode", Map.of("ackMs", 150));
    app.clear();
    app.answers(r -> {
      Thread.sleep(400);
      return SimResponse.empty(200);
    });
    JsonNode said = slack.post("/sim/say", Map.of("team", "T5", "text", "slow"));
    assertFalse(said.get("acknowledged").asBoolean());
    assertEquals("http_timeout", said.get("reason").asText());
    FakeApp.await("four attempts", () -> app.requests().size() == 4);
    assertEquals(
        List.of("", "1", "2", "3"),
        app.requests().stream().map(r -> r.header("x-slack-retry-num").orElse("")).toList());
    assertEquals(
        "http_timeout", app.requests().get(3).header("x-slack-retry-reason").orElseThrow());
    assertEquals(1, app.requests().stream().map(r -> r.field("event_id")).distinct().count());
  }

  @Test
  void refusalIsSentAgainUnlessItAsksForNoRetry() throws Exception {
    install("T6");
    app.clear();
    app.answers(r -> SimResponse.empty(app.requests().size() < 3 ? 500 : 200));
    slack.post("/sim/say", Map.of("team", "T6", "text", "x"));
    FakeApp.await("two failures and a success", () -> app.requests().size() == 3);
    app.clear();
    app.answers(r -> SimResponse.empty(500).with("X-Slack-No-Retry", "1"));
    slack.post("/sim/say", Map.of("team", "T6", "text", "y"));
    Thread.sleep(200);
    assertEquals(1, app.requests().size());
  }

  private String install(String team) {
    return exchange(authorize(team).get("code"), "sim-client-secret").get("access_token").asText();
  }

  private static Map<String, String> authorize(String team) {
    app.answers(r ->
        r.path().equals("/callback")
            ? SimResponse.empty(200)
            : r.method().equals("GET")
                ? SimResponse.redirect(
                    slack.base()
                        + "/oauth/v2/authorize?client_id=1111111111.2222222222&scope=chat:write"
                        + "&state=s-1&redirect_uri="
                        + URLEncoder.encode(
                            app.url("/callback").toString(), StandardCharsets.UTF_8))
                : wellBehaved(r));
    slack.post("/sim/install", Map.of("onboardUrl", app.url("/events").toString(), "team", team));
    app.answers(SlackSimTest::wellBehaved);
    return app.requests().getLast().query();
  }

  private static JsonNode exchange(String code, String secret) {
    String form =
        Map.of(
                "client_id",
                "1111111111.2222222222",
                "client_secret",
                secret,
                "code",
                code,
                "redirect_uri",
                app.url("/callback").toString())
            .entrySet()
            .stream()
            .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    try {
      return Simulator.JSON.readTree(
          send("/api/oauth.v2.access", "", "application/x-www-form-urlencoded", form).body());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> post(String token, String channel, String text)
      throws Exception {
    return send(
        "/api/chat.postMessage",
        token,
        "application/json; charset=utf-8",
        Simulator.JSON.writeValueAsString(Map.of("channel", channel, "text", text)));
  }

  private static HttpResponse<String> read(String token) throws Exception {
    return send(
        "/api/conversations.history", token, "application/x-www-form-urlencoded", "channel=D1");
  }

  private static String error(HttpResponse<String> response) throws Exception {
    return Simulator.JSON.readTree(response.body()).path("error").asText();
  }

  private static HttpResponse<String> send(String path, String token, String type, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(slack.base() + path))
            .header("content-type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("authorization", "Bearer " + token);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
