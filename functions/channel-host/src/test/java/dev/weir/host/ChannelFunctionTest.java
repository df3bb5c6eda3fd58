package dev.weir.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.channel.Bindings;
import dev.weir.core.channel.ChannelBinding;
import dev.weir.core.channel.Channels;
import dev.weir.core.json.Json;
import dev.weir.loader.PluginRefused;
import dev.weir.loader.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One function for requests and for two queues, through the JSON that Lambda hands over. */
final class ChannelFunctionTest {

  private final Probe probe = new Probe();

  @Test
  void requestOfTheHttpApiIsAnswered() throws IOException {
    JsonNode answer = invoke(request("/channels/probe-1/events", "aGk="));
    assertEquals(200, answer.path("statusCode").asInt());
    assertEquals("hi", new String(probe.requests.getFirst().body(), StandardCharsets.UTF_8));
    JsonNode page = invoke(request("/channels/probe-1/onboard", ""));
    assertEquals(403, page.path("statusCode").asInt());
    assertTrue(page.path("isBase64Encoded").asBoolean());
    String html = new String(Base64.getDecoder().decode(page.path("body").asText()));
    assertTrue(html.startsWith("<!doctype html>"), html);
  }

  @Test
  void messagesGoToTheHandlerOfTheirQueue() throws IOException {
    new Bindings(probe.ports)
        .put(new ChannelBinding(Probe.ID, "T1", "Acme", List.of(), Map.of(), Probe.NOW));
    String task =
        Json.write(
            new dev.weir.core.channel.Deliver(
                "call", "T1", "C1", "answer", Map.of(), true, true, 1, 1, false, "k"));
    JsonNode none = invoke(messages("acme-deliver-probe-1.fifo", task));
    assertEquals(0, none.path("batchItemFailures").size());
    assertEquals(List.of("k"), probe.deliveries);
    JsonNode failed = invoke(messages("acme-report-probe-1.fifo", "{}"));
    assertEquals("m1", failed.path("batchItemFailures").get(0).path("itemIdentifier").asText());
    assertThrows(
        IllegalArgumentException.class, () -> invoke(messages("acme-report-other.fifo", "{}")));
    assertThrows(IllegalArgumentException.class, () -> invoke("{}"));
  }

  @Test
  void startFailsByNameWhereSomethingIsMissing(@TempDir Path folder) {
    Map<String, String> environment =
        Map.of("WEIR_CHANNEL", Probe.ID, "WEIR_PLUGIN_SHA512", "00", "WEIR_PLUGIN_KEY", "key");
    var none = assertThrows(IllegalStateException.class, () -> wire(Map.of(), folder));
    assertTrue(none.getMessage().contains("WEIR_CHANNEL"));
    assertThrows(IllegalStateException.class, () -> wire(environment, folder));
    new Channels(probe.ports).put(Probe.config());
    var empty = assertThrows(PluginRefused.class, () -> wire(environment, folder));
    assertEquals(Refusal.UNREADABLE, empty.refusal());
  }

  private void wire(Map<String, String> environment, Path folder) {
    Wiring.channel(probe.ports, environment, folder);
  }

  private JsonNode invoke(String event) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    new ChannelFunction(probe.ports, probe.open())
        .handleRequest(
            new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), output, null);
    return Json.MAPPER.readTree(output.toByteArray());
  }

  private static String request(String path, String body) {
    return """
    {"version":"2.0","routeKey":"$default","rawPath":"%s","rawQueryString":"",
     "headers":{"host":"weir.example"},"isBase64Encoded":true,"body":"%s",
     "requestContext":{"domainName":"weir.example","timeEpoch":1761998400000,
       "http":{"method":"POST","path":"%s","sourceIp":"203.0.113.7"}}}
    """
        .formatted(path, body, path);
  }

  private static String messages(String queue, String body) {
    return """
    {"Records":[{"messageId":"m1","receiptHandle":"r","body":%s,
      "attributes":{"ApproximateReceiveCount":"1","MessageGroupId":"g"},
      "eventSource":"aws:sqs","awsRegion":"eu-west-1",
      "eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:%s"}]}
    """
        .formatted(Json.write(body), queue);
  }
}
