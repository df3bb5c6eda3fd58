package dev.weir.tck.sim.feishu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.tck.sim.FakeApp;
import dev.weir.tck.sim.SimProcess;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every documented limit of the simulator refuses a violator. */
class FeishuSimTest {

  private static final String KEY = "sim-encrypt-key";

  private static SimProcess feishu;
  private static FakeApp app;
  private static final HttpClient client = HttpClient.newHttpClient();
  private static volatile String ticket = "";

  @BeforeAll
  static void start(@TempDir Path data) {
    feishu = SimProcess.start(FeishuSim.class, data.resolve("feishu"));
    app = new FakeApp(data.resolve("app"));
  }

  @AfterAll
  static void stop() {
    feishu.close();
    app.close();
    client.close();
  }

  @BeforeEach
  void wellBehaved() {
    app.answers(FeishuSimTest::answer);
    feishu.post("/sim/mode", Map.of("ackMs", 3000, "retrySecondMs", 1000, "tokenSeconds", 7200));
    feishu.post("/sim/clock", Map.of("offsetMs", 0));
    JsonNode configured =
        feishu.post(
            "/sim/app", Map.of("requestUrl", app.url("/events").toString(), "encryptKey", KEY));
    assertTrue(configured.get("verified").asBoolean());
    assertTrue(configured.get("ticket").asBoolean());
    app.clear();
  }

  private static SimResponse answer(SimRequest request) {
    JsonNode plain = plain(request);
    if (plain.path("event").path("type").asText().equals("app_ticket")) {
      ticket = plain.path("event").path("app_ticket").asText();
    }
    return plain.has("challenge")
        ? SimResponse.json(Map.of("challenge", plain.get("challenge")))
        : SimResponse.json(Map.of());
  }

  /** An independent decryption, so that the simulator is not its own judge. */
  private static JsonNode plain(SimRequest request) {
    if (!request.json().has("encrypt")) {
      return request.json();
    }
    try {
      byte[] sealed = Base64.getDecoder().decode(request.field("encrypt"));
      byte[] key =
          MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(StandardCharsets.UTF_8));
      Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
      aes.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new IvParameterSpec(Arrays.copyOf(sealed, 16)));
      return Simulator.JSON.readTree(aes.doFinal(sealed, 16, sealed.length - 16));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eventIsSignedOverTheEncryptedBody() throws Exception {
    feishu.post("/sim/install", Map.of("tenant", "t-signed"));
    SimRequest event = app.requests().getLast();
    String base =
        event.header("x-lark-request-timestamp").orElseThrow()
            + event.header("x-lark-request-nonce").orElseThrow()
            + KEY
            + event.text();
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(base.getBytes(StandardCharsets.UTF_8));
    assertEquals(HexFormat.of().formatHex(hash), event.header("x-lark-signature").orElseThrow());
    assertEquals("app_status_change", plain(event).path("event").path("type").asText());
    assertFalse(event.text().contains("t-signed"));
  }

  @Test
  void tokensNeedTheSecretATicketAndAnInstalledTenant() throws Exception {
    assertEquals(10014, app("wrong", ticket).path("code").asInt());
    assertEquals(10012, app("sim-app-secret", "old").path("code").asInt());
    String appToken = app("sim-app-secret", ticket).path("app_access_token").asText();
    assertNotEquals(0, tenant(appToken, "t-absent").path("code").asInt());
    assertEquals(99991664, tenant("a-none", "t-absent").path("code").asInt());
    feishu.post("/sim/install", Map.of("tenant", "t-tokens"));
    JsonNode good = tenant(appToken, "t-tokens");
    assertEquals(0, good.path("code").asInt());
    assertEquals(7200, good.path("expire").asInt(), 5);
    String again = tenant(appToken, "t-tokens").path("tenant_access_token").asText();
    assertEquals(good.path("tenant_access_token").asText(), again);
  }

  @Test
  void tokenEnds() throws Exception {
    feishu.post("/sim/install", Map.of("tenant", "t-ends"));
    String token = token("t-ends");
    feishu.post("/sim/say", Map.of("tenant", "t-ends", "chat", "oc_e", "text", "hi"));
    assertEquals(0, code(send(token, "oc_e", "one", "u1")));
    feishu.post("/sim/clock", Map.of("offsetMs", 7_201_000));
    assertEquals(99991663, code(send(token, "oc_e", "two", "u2")));
    assertEquals(99991663, code(send("t-nobody", "oc_e", "two", "u2")));
  }

  @Test
  void oneUuidSendsOnceWithinAnHour() throws Exception {
    feishu.post("/sim/install", Map.of("tenant", "t-once"));
    feishu.post("/sim/say", Map.of("tenant", "t-once", "chat", "oc_o", "text", "hi"));
    String token = token("t-once");
    String first = data(send(token, "oc_o", "same", "key")).path("message_id").asText();
    assertEquals(first, data(send(token, "oc_o", "same", "key")).path("message_id").asText());
    feishu.post("/sim/clock", Map.of("offsetMs", 3_601_000));
    assertNotEquals(first, data(send(token, "oc_o", "same", "key")).path("message_id").asText());
  }

  @Test
  void messageLimitsRefuse() throws Exception {
    feishu.post("/sim/install", Map.of("tenant", "t-limits"));
    String said =
        feishu
            .post("/sim/say", Map.of("tenant", "t-limits", "chat", "oc_l", "text", "hi"))
            .get("message")
            .asText();
    String token = token("t-limits");
    assertEquals(230002, code(send(token, "oc_other", "x", "")));
    assertEquals(230025, code(send(token, "oc_l", "x".repeat(150 * 1024), "")));
    assertEquals(99992402, code(send(token, "oc_l", "x", "u".repeat(51))));
    assertEquals(230001, code(send(token, "oc_l", "", "")));
    int accepted = 0;
    HttpResponse<String> last = reply(token, said, "0");
    while (code(last) == 0 && accepted < 30) {
      accepted++;
      last = reply(token, said, Integer.toString(accepted));
    }
    assertEquals(230020, code(last));
    assertTrue(accepted >= 5 && accepted < 10, "accepted " + accepted);
    feishu.post("/sim/mode", Map.of("throttle", 1));
    HttpResponse<String> throttled = reply(token, said, "again");
    assertEquals(429, throttled.statusCode());
    assertEquals("1", throttled.headers().firstValue("x-ogw-ratelimit-reset").orElseThrow());
  }

  @Test
  void answerAfterTheDeadlineIsAFailureAndIsSentFourTimesMore() throws Exception {
    feishu.post("/sim/install", Map.of("tenant", "t-slow"));
    feishu.post("/sim/mode", Map.of("ackMs", 100, "retrySecondMs", 0));
    app.clear();
    app.answers(r -> {
      Thread.sleep(300);
      return SimResponse.empty(200);
    });
    JsonNode said = feishu.post("/sim/say", Map.of("tenant", "t-slow", "text", "slow"));
    assertFalse(said.get("acknowledged").asBoolean());
    FakeApp.await("five attempts", () -> app.requests().size() == 5);
    assertEquals(1, app.requests().stream().map(SimRequest::text).distinct().count());
  }

  private static String token(String tenant) throws Exception {
    String appToken = app("sim-app-secret", ticket).path("app_access_token").asText();
    return tenant(appToken, tenant).path("tenant_access_token").asText();
  }

  private static JsonNode app(String secret, String ticket) throws Exception {
    return body(
        post(
            "/open-apis/auth/v3/app_access_token",
            "",
            Map.of("app_id", "cli_sim0weir0001", "app_secret", secret, "app_ticket", ticket)));
  }

  private static JsonNode tenant(String appToken, String tenant) throws Exception {
    return body(
        post(
            "/open-apis/auth/v3/tenant_access_token",
            "",
            Map.of("app_access_token", appToken, "tenant_key", tenant)));
  }

  private static HttpResponse<String> send(String token, String chat, String text, String uuid)
      throws Exception {
    return post(
        "/open-apis/im/v1/messages?receive_id_type=chat_id",
        token,
        Map.of("receive_id", chat, "msg_type", "text", "content", content(text), "uuid", uuid));
  }

  private static HttpResponse<String> reply(String token, String message, String text)
      throws Exception {
    return post(
        "/open-apis/im/v1/messages/" + message + "/reply",
        token,
        Map.of("msg_type", "text", "content", content(text)));
  }

  private static String content(String text) throws Exception {
    return Simulator.JSON.writeValueAsString(Map.of("text", text));
  }

  private static int code(HttpResponse<String> response) throws Exception {
    return body(response).path("code").asInt();
  }

  private static JsonNode data(HttpResponse<String> response) throws Exception {
    return body(response).path("data");
  }

  private static JsonNode body(HttpResponse<String> response) throws Exception {
    return Simulator.JSON.readTree(response.body());
  }

  private static HttpResponse<String> post(String path, String token, Map<String, String> body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(feishu.base() + path))
            .header("authorization", "Bearer " + token)
            .header("content-type", "application/json; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Simulator.JSON.writeValueAsBytes(body)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
