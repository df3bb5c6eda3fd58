package dev.weir.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.weir.core.channel.BindingSecrets;
import dev.weir.core.channel.Bindings;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.RawRequest;
import dev.weir.spi.RawResponse;
import dev.weir.spi.Verdict;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WebhookTest {

  private final Probe probe = new Probe();

  @Test
  void bodyReachesThePluginByteForByte() {
    byte[] bytes = {0, (byte) 0xff, '\r', '\n', (byte) 0xc3, '{'};
    post(bytes);
    assertArrayEquals(bytes, probe.requests.getFirst().body());
    assertEquals("/events", probe.requests.getFirst().path());

    APIGatewayV2HTTPEvent text = Requests.http("POST", "/events", "a=b%20c", Map.of());
    text.setBody("{\"t\": \"你好\\u0041\"}");
    text.setIsBase64Encoded(false);
    handle(text);
    assertArrayEquals(
        "{\"t\": \"你好\\u0041\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        probe.requests.get(1).body());
    assertEquals("a=b%20c", probe.requests.get(1).query());
  }

  @Test
  void trustedEventIsStoredAnnouncedAndAcknowledged() {
    probe.parse = trusted -> List.of(message("e1", "hello"));
    assertEquals(200, post(new byte[0]).getStatusCode());
    ChannelEvent.Message stored =
        assertInstanceOf(ChannelEvent.Message.class, probe.told().getFirst());
    assertEquals("in:e1", stored.dedupeKey());
    assertEquals("hello", stored.text());
    assertEquals(Probe.ID, stored.channelId());
  }

  @Test
  void replayedEventIsAcknowledgedAndHasNoEffect() {
    probe.parse = trusted -> List.of(message("e1", "hello"));
    post(new byte[0]);
    assertEquals(1, probe.told().size());
    assertEquals(200, post(new byte[0]).getStatusCode());
    assertEquals(0, probe.told().size());
  }

  @Test
  void challengeIsAnsweredAndNothingIsParsed() {
    probe.verify = request -> new Verdict.Challenge(RawResponse.json(200, "{\"challenge\":\"c\"}"));
    probe.parse = trusted -> List.of(message("e1", "hello"));
    APIGatewayV2HTTPResponse answer = post(new byte[0]);
    assertEquals("{\"challenge\":\"c\"}", Requests.text(answer));
    assertTrue(probe.told().isEmpty());
  }

  @Test
  void untrustedRequestIsRefusedAndLearnsNoReason() {
    probe.verify = request -> new Verdict.Untrusted("expected abcdef");
    APIGatewayV2HTTPResponse answer = post(new byte[0]);
    assertEquals(401, answer.getStatusCode());
    assertFalse(Requests.text(answer).contains("abcdef"));
    assertTrue(probe.told().isEmpty());
  }

  @Test
  void trustInAnotherRequestIsNoTrust() {
    RawRequest other = new RawRequest("POST", "/events", "", Map.of(), new byte[] {1});
    probe.verify = request -> other.trusted(new byte[0]);
    probe.parse = trusted -> List.of(message("e1", "hello"));
    assertEquals(401, post(new byte[0]).getStatusCode());
    assertTrue(probe.told().isEmpty());
  }

  @Test
  void eventIsNotAcknowledgedWhileItsPointerIsNotDurable() {
    probe.parse = trusted -> List.of(message("e1", "hello"));
    Ports whole = probe.ports;
    boolean[] broken = {true};
    probe.ports =
        new Ports(
            whole.table(),
            whole.blobs(),
            name -> {
              if (broken[0] && name.equals(Queues.CHANNEL_EVENTS)) {
                throw new PortException("the queue is down");
              }
              return whole.queue(name);
            },
            whole.hosts(),
            whole.secrets(),
            probe.clock);
    APIGatewayV2HTTPResponse answer = post(new byte[0]);
    assertEquals(503, answer.getStatusCode());
    assertEquals("5", answer.getHeaders().get("retry-after"));
    broken[0] = false;
    assertEquals(200, post(new byte[0]).getStatusCode());
    assertEquals(1, probe.told().size());
  }

  @Test
  void installationByEventSealsItsSecretsOnce() {
    probe.parse =
        trusted ->
            List.of(
                new InboundEvent.Onboard(
                    "e1", Probe.NOW, Binding.of("T1", "Acme"), Map.of("token", "xoxb-1")));
    post(new byte[0]);
    BindingSecrets secrets = new BindingSecrets(probe.ports);
    assertEquals(Optional.of("xoxb-1"), secrets.open(Probe.ID, "T1", "token"));
    assertEquals("Acme", new Bindings(probe.ports).get(Probe.ID, "T1").orElseThrow().displayName());
    assertFalse(probe.told().getFirst().toString().contains("xoxb"));
    secrets.seal(Probe.ID, "T1", "token", "xoxb-2");
    post(new byte[0]);
    assertEquals(Optional.of("xoxb-2"), secrets.open(Probe.ID, "T1", "token"), "a replay");
  }

  @Test
  void erasureOfABindingErasesItsSecrets() {
    new BindingSecrets(probe.ports).seal(Probe.ID, "T1", "token", "xoxb-1");
    probe.parse = trusted -> List.of(new InboundEvent.Erasure("e1", Probe.NOW, "T1", ""));
    post(new byte[0]);
    assertEquals(Optional.empty(), new BindingSecrets(probe.ports).open(Probe.ID, "T1", "token"));
  }

  @Test
  void textOverTheLimitIsCutAndSaysSo() {
    probe.parse = trusted -> List.of(message("e1", "你".repeat(20_000)));
    assertEquals(200, post(new byte[0]).getStatusCode());
    var stored = assertInstanceOf(ChannelEvent.Message.class, probe.told().getFirst());
    assertEquals(16_000, stored.text().length());
    assertEquals("true", stored.attributes().get("cut"));
  }

  @Test
  void limitsArePlainAnswers() {
    assertEquals(413, post(new byte[RawRequest.BODY_MAX_BYTES + 1]).getStatusCode());
    APIGatewayV2HTTPEvent other = Requests.http("POST", "/events", "", Map.of());
    other.setRawPath("/channels/probe-10/events");
    assertEquals(404, handle(other).getStatusCode());
    APIGatewayV2HTTPEvent bad = Requests.http("POST", "/events", "", Map.of());
    bad.setBody("!!!");
    bad.setIsBase64Encoded(true);
    assertEquals(400, handle(bad).getStatusCode());
    probe.parse = trusted -> Collections.nCopies(101, message("e", "x"));
    assertEquals(500, post(new byte[0]).getStatusCode());
    probe.parse = trusted -> List.of(message("", "x"));
    assertEquals(500, post(new byte[0]).getStatusCode());
    assertTrue(probe.told().isEmpty());
  }

  @Test
  void failuresOfThePluginAreAnsweredByTheirType() {
    probe.parse =
        trusted -> {
          throw new ChannelException(ErrorCode.MALFORMED, "no");
        };
    assertEquals(400, post(new byte[0]).getStatusCode());
    probe.parse =
        trusted -> {
          throw new IllegalStateException("secret detail");
        };
    APIGatewayV2HTTPResponse bug = post(new byte[0]);
    assertEquals(500, bug.getStatusCode());
    assertFalse(Requests.text(bug).contains("secret detail"));
    probe.verify =
        request -> {
          throw new ChannelException(ErrorCode.UNAUTHORIZED, "secret signing is not set");
        };
    assertEquals(503, post(new byte[0]).getStatusCode());
  }

  @Test
  void cancellationWithoutALimitHasNone() {
    probe.parse =
        trusted -> List.of(new InboundEvent.Cancelled("e1", Probe.NOW, "T1", Instant.MIN));
    post(new byte[0]);
    var stored = assertInstanceOf(ChannelEvent.Cancelled.class, probe.told().getFirst());
    assertEquals(Optional.empty(), stored.flushBy());
  }

  private APIGatewayV2HTTPResponse post(byte[] body) {
    return handle(Requests.http("POST", "/events", "", Map.of("X-Sig", "s"), body));
  }

  private APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event) {
    return new Webhook(probe.ports, probe.open()).handleRequest(event, null);
  }

  private static InboundEvent message(String key, String text) {
    return new InboundEvent.Message(key, Probe.NOW, "T1", "C1", "U1", text, Map.of());
  }
}
