package dev.weir.local.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.InternalServerException;
import com.openai.errors.OpenAIException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.sun.net.httpserver.HttpExchange;
import dev.weir.core.infer.FakeOpenAi;
import dev.weir.core.json.Json;
import dev.weir.core.port.Waiting;
import dev.weir.local.cli.Api;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running deployment between OpenAI's own client and a service that speaks the protocol. */
class ChatStreamsTest {

  private static final String ASK =
      "{\"model\":\"chat\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  @TempDir Path folder;

  private volatile FakeOpenAi.Script script = (exchange, body) -> {};
  private FakeOpenAi service;
  private Deployment weir;
  private Api api;
  private String key;
  private OpenAIClient client;

  @BeforeEach
  void sell() throws IOException {
    service = new FakeOpenAi((exchange, body) -> script.answer(exchange, body));
    weir =
        Deployment.start(
            new Deployment.Options(folder, "127.0.0.1", 0, Optional.empty(), true, Map.of()));
    api = new Api(weir.url(), Optional.of(weir.controlToken()));
    api.put(
        "/control/v1/endpoints/chat",
        Json.parseTree(
            "{\"remote\":{\"baseUrl\":\"%s\",\"model\":\"theirs\",\"inputPriceMicros\":1}}"
                .formatted(service.baseUrl())));
    Map<String, String> sale = Map.of("customer", "ACME", "planId", "chat");
    String agreement = api.post("/control/v1/agreements", sale).path("id").asText();
    key = api.post("/control/v1/keys", Map.of("agreementId", agreement)).path("key").asText();
    client =
        OpenAIOkHttpClient.builder().baseUrl(weir.url() + "/v1").apiKey(key).maxRetries(0).build();
  }

  @AfterEach
  void stop() {
    client.close();
    weir.close();
    service.close();
  }

  @Test
  void eachChunkReachesTheCustomerWhenTheServiceSendsIt() {
    CountDownLatch firstWasRead = new CountDownLatch(1);
    script =
        (exchange, body) -> {
          FakeOpenAi.events(exchange, data(FakeOpenAi.chunk("你好")));
          await(firstWasRead);
          send(exchange, FakeOpenAi.chunk("世界"), FakeOpenAi.STOP, FakeOpenAi.usageChunk(7, 4));
          send(exchange, "[DONE]");
        };
    try (StreamResponse<ChatCompletionChunk> stream = ask()) {
      Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
      assertEquals("你好", text(chunks.next()));
      firstWasRead.countDown();
      assertEquals("世界", text(chunks.next()));
      chunks.forEachRemaining(chunk -> assertEquals("", text(chunk)));
    }
    assertEquals(Map.of("calls", 1L, "input_tokens", 7L, "output_tokens", 4L), used());
    assertTrue(
        Json.parseTree(service.sent()).at("/stream_options/include_usage").asBoolean(),
        service.sent());
  }

  @Test
  void customerWhoLeavesEndsTheServicesAnswerAndPaysForWhatWasDelivered() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    script =
        (exchange, body) -> {
          FakeOpenAi.events(exchange, data(FakeOpenAi.chunk("你好")));
          FakeOpenAi.untilClosed(exchange);
          closed.countDown();
        };
    try (Socket socket = post(ASK)) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      while (!String.valueOf(in.readLine()).contains("你好")) {
        // headers and chunk sizes
      }
    }
    assertTrue(closed.await(9, TimeUnit.SECONDS), "the service was never told to stop");
    Map<String, Long> used = used();
    assertEquals(1L, used.get("calls"));
    assertEquals(2L, used.get("output_tokens"), "你好 was delivered, and nothing else came");
  }

  @Test
  void serviceThatBreaksOffIsAnErrorEventAndItsPartIsBilled() {
    script =
        (exchange, body) -> {
          FakeOpenAi.events(exchange, data(FakeOpenAi.chunk("你好")) + "data: {\"cho");
          exchange.close();
        };
    List<String> got = new ArrayList<>();
    OpenAIException broken =
        assertThrows(
            OpenAIException.class,
            () -> {
              try (StreamResponse<ChatCompletionChunk> stream = ask()) {
                stream.stream().forEach(chunk -> got.add(text(chunk)));
              }
            });
    assertTrue(String.valueOf(broken.getMessage()).contains("\"chat\""), broken.getMessage());
    assertEquals(List.of("你好"), got);
    assertEquals(2L, used().get("output_tokens"));
  }

  @Test
  void failureBeforeTheFirstEventIsAStatus() {
    script = (exchange, body) -> FakeOpenAi.json(exchange, 500, "{\"error\":{\"message\":\"x\"}}");
    InternalServerException failed =
        assertThrows(InternalServerException.class, () -> ask().close());
    assertEquals(502, failed.statusCode());
    String agreement = api.get("/control/v1/agreements").at("/items/0/id").asText();
    JsonNode keys = api.get("/control/v1/keys?agreement=" + agreement);
    api.post("/control/v1/keys/" + keys.at("/items/0/id").asText() + "/revoke", Map.of());
    UnauthorizedException revoked = assertThrows(UnauthorizedException.class, () -> ask().close());
    assertTrue(String.valueOf(revoked.getMessage()).contains("revoked"), revoked.getMessage());
    assertEquals(Map.of(), used());
  }

  @Test
  void requestThatPrefersNotToWaitIsLookedUpLaterAndCountedOnce() throws Exception {
    script =
        (exchange, body) -> {
          String usage = "{\"prompt_tokens\":7,\"completion_tokens\":4,\"total_tokens\":11}";
          FakeOpenAi.json(exchange, 200, FakeOpenAi.completion("世界", usage));
        };
    String body = ASK.replace("\"stream\":true,", "");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> accepted =
          http.send(
              request("/v1/chat/completions")
                  .header("prefer", "respond-async")
                  .header("idempotency-key", "k")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(202, accepted.statusCode(), accepted.body());
      assertEquals(
          Optional.of("respond-async"), accepted.headers().firstValue("preference-applied"));
      String location = accepted.headers().firstValue("location").orElseThrow();
      JsonNode operation = Waiting.until(() -> look(http, location), o -> o.has("answer"));
      assertEquals("SUCCEEDED", operation.path("state").asText(), operation.toString());
      assertEquals("世界", operation.at("/answer/choices/0/message/content").asText());
    }
    assertEquals(Map.of("calls", 1L, "input_tokens", 7L, "output_tokens", 4L), used());
  }

  private JsonNode look(HttpClient http, String location) {
    try {
      HttpResponse<String> found =
          http.send(request(location).build(), HttpResponse.BodyHandlers.ofString());
      assertEquals(200, found.statusCode(), found.body());
      return Json.parseTree(found.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(weir.url() + path))
        .header("authorization", "Bearer " + key)
        .header("content-type", "application/json");
  }

  private StreamResponse<ChatCompletionChunk> ask() {
    return client
        .chat()
        .completions()
        .createStreaming(
            ChatCompletionCreateParams.builder().model("chat").addUserMessage("hi").build());
  }

  private Socket post(String body) throws IOException {
    URI at = URI.create(weir.url());
    Socket socket = new Socket(at.getHost(), at.getPort());
    String request =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s";
    socket
        .getOutputStream()
        .write(request.formatted(key, body.length(), body).getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  /** Σ quantity by meter, as the vendor sees it. */
  private Map<String, Long> used() {
    api.post("/local/v1/settle", Map.of());
    Map<String, Long> sums = new TreeMap<>();
    for (JsonNode row : api.get("/control/v1/usage").path("items")) {
      sums.merge(row.path("meter").asText(), row.path("quantity").asLong(), Long::sum);
    }
    return sums;
  }

  private static String text(ChatCompletionChunk chunk) {
    StringBuilder text = new StringBuilder();
    chunk.choices().forEach(c -> text.append(c.delta().content().orElse("")));
    return text.toString();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(9, TimeUnit.SECONDS), "the first chunk never arrived");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String data(String event) {
    return "data: " + event + "\n\n";
  }

  private static void send(HttpExchange exchange, String... events) throws IOException {
    for (String event : events) {
      exchange.getResponseBody().write(data(event).getBytes(StandardCharsets.UTF_8));
    }
    exchange.getResponseBody().flush();
  }
}
