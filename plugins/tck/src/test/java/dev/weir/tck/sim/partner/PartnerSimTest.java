package dev.weir.tck.sim.partner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every limit of the receiver refuses its violator. */
class PartnerSimTest {

  private static final String LINE =
      "{\"id\":\"l1\",\"customer\":\"c1\",\"meter\":\"calls\",\"quantity\":5}";

  @TempDir Path data;
  private Simulator sim;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeEach
  void start() {
    sim = PartnerSim.open("--port", "0", "--data", data.toString()).start();
  }

  @AfterEach
  void stop() {
    http.close();
    sim.close();
  }

  private static String usage(String line) {
    return "{\"type\":\"usage.sealed\",\"timestamp\":\"2026-11-15T13:00:00Z\",\"data\":{\"lines\":["
        + line
        + "]}}";
  }

  private int send(String id, String body) {
    return send(id, body, body, Instant.now(), PartnerSim.INCOMING_SECRET);
  }

  private int send(String id, String signed, String sent, Instant at, String secret) {
    long seconds = at.getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(sim.base().resolve("/webhooks"))
            .timeout(Duration.ofSeconds(5))
            .header("webhook-id", id)
            .header("webhook-timestamp", Long.toString(seconds))
            .header(
                "webhook-signature",
                Webhooks.sign(secret, id, seconds, signed.getBytes(StandardCharsets.UTF_8)))
            .POST(HttpRequest.BodyPublishers.ofString(sent))
            .build();
    return exchange(request).statusCode();
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode control(String path, Map<String, Object> body) {
    try {
      return Simulator.JSON.readTree(
          exchange(
                  HttpRequest.newBuilder(sim.base().resolve(path))
                      .POST(
                          HttpRequest.BodyPublishers.ofString(
                              Simulator.JSON.writeValueAsString(body)))
                      .build())
              .body());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private JsonNode get(String path) throws IOException {
    return Simulator.JSON.readTree(
        exchange(HttpRequest.newBuilder(sim.base().resolve(path)).GET().build()).body());
  }

  @Test
  void theSpecificationsOwnVectorIsReproduced() {
    String secret = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    assertEquals(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        Webhooks.sign(
            secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aRepeatedMessageCountsOnce() throws IOException {
    assertEquals(200, send("m1", usage(LINE)));
    assertEquals(200, send("m1", usage(LINE)));
    assertEquals(5, get("/sim/usage").path("totals").path(0).path("quantity").asInt());
    assertEquals(2, get("/sim/received").size());
  }

  @Test
  void aLineWithOtherContentIsAConflict() throws IOException {
    assertEquals(200, send("m1", usage(LINE)));
    assertEquals(409, send("m2", usage(LINE.replace("5", "6"))));
    assertEquals(5, get("/sim/usage").path("totals").path(0).path("quantity").asInt());
  }

  @ParameterizedTest
  @CsvSource({"-301, 401", "302, 401", "-290, 200", "290, 200"})
  void theWindowHasTwoSides(long seconds, int status) {
    Instant at = Instant.now().plusSeconds(seconds);
    String body = usage(LINE);
    assertEquals(status, send("m1", body, body, at, PartnerSim.INCOMING_SECRET));
  }

  @Test
  void anAlteredByteAndAWrongSecretAreRefused() throws IOException {
    String body = usage(LINE);
    Instant now = Instant.now();
    assertEquals(401, send("m1", body, body.replace("5}", "6}"), now, PartnerSim.INCOMING_SECRET));
    assertEquals(401, send("m1", body, body, now, PartnerSim.OUTGOING_SECRET));
    assertTrue(get("/sim/usage").path("lines").isEmpty());
  }

  @Test
  void aMissingHeaderIsRefused() {
    HttpRequest request =
        HttpRequest.newBuilder(sim.base().resolve("/webhooks"))
            .POST(HttpRequest.BodyPublishers.ofString(usage(LINE)))
            .build();
    assertEquals(401, exchange(request).statusCode());
  }

  @Test
  void twentyThousandBytesAreRefused() {
    assertEquals(413, send("m1", " ".repeat(20_000)));
  }

  @Test
  void whatIsNoMessageIsRefused() {
    assertEquals(400, send("m1", "{\"type\":\"usage.sealed\"}"));
    assertEquals(400, send("m1", "{"));
  }

  @Test
  void answersAreAsTold() throws IOException {
    control("/sim/answer", Map.of("status", 429, "retryAfter", "7"));
    control("/sim/answer", Map.of("kind", "drop-after"));
    assertEquals(429, send("m1", usage(LINE)));
    assertTrue(get("/sim/usage").path("lines").isEmpty());
    assertThrows(java.io.UncheckedIOException.class, () -> send("m1", usage(LINE)));
    assertEquals(1, get("/sim/usage").path("lines").size());
    assertEquals(200, send("m1", usage(LINE)));
  }

  @Test
  void customersAreOpenedWithAClaimThatTheResellerHolds() {
    sim.route("POST", "/weir", r -> SimResponse.json(Map.of()));
    control("/sim/config", Map.of("channelUrl", sim.base().resolve("/weir").toString()));
    JsonNode opened = control("/sim/customer", Map.of("id", "c1", "name", "Kunde", "times", 2));
    assertEquals(200, opened.path("statuses").path(1).asInt());
    assertEquals(64, opened.at("/message/data/claimSha256").asText().length());
    assertTrue(opened.path("claimCode").asText().startsWith("claim_"));
  }

  @Test
  void whatCameOutlivesTheProcess() throws IOException {
    assertEquals(200, send("m1", usage(LINE)));
    sim.close();
    sim = PartnerSim.open("--port", "0", "--data", data.toString()).start();
    assertEquals(200, send("m1", usage(LINE)));
    assertEquals(5, get("/sim/usage").path("totals").path(0).path("quantity").asInt());
  }
}
