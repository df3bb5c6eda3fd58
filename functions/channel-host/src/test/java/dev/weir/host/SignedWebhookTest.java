package dev.weir.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.kit.StandardWebhooks;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Webhooks that are really signed, through the function's own door and the JSON that Lambda hands
 * over: what is not believed is answered 401 and leaves nothing behind.
 */
final class SignedWebhookTest {

  private static final String BODY = "{\"type\":\"message\",\"text\":\"怎么退货？\"}";

  private final StandardWebhooks theirs = webhooks((byte) 1);
  private final Probe probe = new Probe();

  private static StandardWebhooks webhooks(byte key) {
    byte[] bytes = new byte[32];
    bytes[0] = key;
    return StandardWebhooks.of("whsec_" + Base64.getEncoder().encodeToString(bytes));
  }

  @BeforeEach
  void verifyForReal() {
    probe.verify =
        request ->
            theirs
                .fault(request, probe.clock.instant())
                .<Verdict>map(Verdict.Untrusted::new)
                .orElseGet(() -> request.trusted(request.body()));
    probe.parse =
        trusted ->
            List.of(
                new InboundEvent.Message(
                    trusted.request().header(StandardWebhooks.ID).orElseThrow(),
                    Probe.NOW,
                    "T1",
                    "C1",
                    "U1",
                    new String(trusted.payload(), StandardCharsets.UTF_8),
                    Map.of()));
  }

  private static Map<String, String> signed(StandardWebhooks by, Instant at) {
    return by.headers("msg-1", at, BODY.getBytes(StandardCharsets.UTF_8));
  }

  private int post(Map<String, String> headers, String body) throws IOException {
    Map<String, String> all = new HashMap<>(headers);
    all.put("host", "weir.example");
    String path = "/channels/" + Probe.ID + "/events";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String event =
        Json.write(
            Map.of(
                "version",
                "2.0",
                "rawPath",
                path,
                "rawQueryString",
                "",
                "headers",
                all,
                "isBase64Encoded",
                true,
                "body",
                Base64.getEncoder().encodeToString(bytes),
                "requestContext",
                Map.of("http", Map.of("method", "POST", "path", path))));
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    new ChannelFunction(probe.ports, probe.open())
        .handleRequest(
            new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), output, null);
    JsonNode answer = Json.MAPPER.readTree(output.toByteArray());
    return answer.path("statusCode").asInt();
  }

  private void refused(Map<String, String> headers, String body) throws IOException {
    assertEquals(401, post(headers, body));
    assertTrue(probe.told().isEmpty());
  }

  @Test
  void signedRequestIsTakenOnceHoweverOftenItIsReplayed() throws IOException {
    Map<String, String> headers = signed(theirs, Probe.NOW);
    assertEquals(200, post(headers, BODY));
    assertEquals(1, probe.told().size());
    for (int i = 0; i < 3; i++) {
      assertEquals(200, post(headers, BODY));
    }
    assertTrue(probe.told().isEmpty());
    probe.clock.advance(Duration.ofMinutes(6));
    refused(headers, BODY);
  }

  @Test
  void unsignedRequestIsRefused() throws IOException {
    refused(Map.of(), BODY);
    Map<String, String> headers = signed(theirs, Probe.NOW);
    for (String name : headers.keySet()) {
      Map<String, String> without = new HashMap<>(headers);
      without.remove(name);
      refused(without, BODY);
    }
  }

  @Test
  void staleAndFutureRequestsAreRefused() throws IOException {
    refused(signed(theirs, Probe.NOW.minusSeconds(301)), BODY);
    refused(signed(theirs, Probe.NOW.plusSeconds(301)), BODY);
    assertEquals(200, post(signed(theirs, Probe.NOW.minusSeconds(299)), BODY));
  }

  @Test
  void alteredRequestAndAnotherSecretAreRefused() throws IOException {
    refused(signed(theirs, Probe.NOW), BODY + " ");
    refused(signed(webhooks((byte) 2), Probe.NOW), BODY);
  }

  @Test
  void signatureOfOneMessageIsNoneOfAnother() throws IOException {
    Map<String, String> headers = new HashMap<>(signed(theirs, Probe.NOW));
    headers.put(StandardWebhooks.ID, "msg-2");
    refused(headers, BODY);
  }
}
