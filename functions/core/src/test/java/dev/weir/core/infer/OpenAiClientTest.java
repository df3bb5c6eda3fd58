package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenAI's own Java client in front, over HTTP. */
final class OpenAiClientTest {

  private final InferWorld world = new InferWorld();
  private HttpServer server;
  private OpenAIClient client;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/", this::serve);
    server.start();
    client = client(world.secret);
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void ownModelAnswersAndSaysItsUsage() {
    world.deployed(1).client.thenText("refund", 0.97, true, "Within 14 days.");
    ChatCompletion answer = client.chat().completions().create(ask().build());
    answer.validate();
    assertEquals("Within 14 days.", answer.choices().getFirst().message().content().orElseThrow());
    assertEquals(13, answer.usage().orElseThrow().totalTokens());
  }

  @Test
  void ownModelStreams() {
    world.deployed(1).client.thenText("refund", 0.97, true, "Within 14 days.");
    assertEquals("Within 14 days.", streamed(ask().build()));
  }

  @Test
  void remoteServiceStreamsThroughAndItsUsageIsWhatIsBilled() throws Exception {
    String events =
        "data: "
            + FakeOpenAi.chunk("你好")
            + "\n\ndata: "
            + FakeOpenAi.STOP
            + "\n\ndata: "
            + FakeOpenAi.usageChunk(7, 4)
            + "\n\ndata: [DONE]\n\n";
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, events))) {
      world.connected(service.baseUrl());
      ChatCompletionCreateParams params =
          ask()
              .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
              .build();
      long billed = 0;
      StringBuilder text = new StringBuilder();
      try (StreamResponse<ChatCompletionChunk> stream =
          client.chat().completions().createStreaming(params)) {
        for (ChatCompletionChunk chunk : stream.stream().toList()) {
          chunk.choices().forEach(c -> text.append(c.delta().content().orElse("")));
          billed += chunk.usage().map(usage -> usage.completionTokens()).orElse(0L);
        }
      }
      assertEquals("你好", text.toString());
      assertEquals(4, billed);
      assertEquals(Map.of("calls", 1L, "input_tokens", 7L, "output_tokens", 4L), world.metered());
    }
  }

  @Test
  void modelsAndEmbeddingsAreRead() {
    String answer = "{\"embeddings\":[[0.5,-2.0]],\"usage\":{\"inputTokens\":6,\"computeUs\":5}}";
    world
        .deployed(1)
        .client
        .then((_, _, _) -> new ReplicaClient.Reply(200, answer, Optional.empty()));
    assertEquals(InferWorld.ENDPOINT, client.models().list().data().getFirst().id());
    var embeddings =
        client
            .embeddings()
            .create(EmbeddingCreateParams.builder().model(InferWorld.ENDPOINT).input("a").build());
    assertEquals(List.of(0.5f, -2.0f), embeddings.data().getFirst().embedding());
  }

  @Test
  void errorsAreTheClientsOwnExceptions() {
    world.deployed(1);
    NotFoundException unknown =
        assertThrows(
            NotFoundException.class,
            () -> client.chat().completions().create(ask().model("gpt-4").build()));
    assertTrue(String.valueOf(unknown.getMessage()).contains("gpt-4"));
    ApiKeys keys = new ApiKeys(world.ports);
    keys.revoke(world.caller.key().id());
    UnauthorizedException revoked =
        assertThrows(
            UnauthorizedException.class, () -> client.chat().completions().create(ask().build()));
    assertTrue(String.valueOf(revoked.getMessage()).contains("revoked"));
  }

  private String streamed(ChatCompletionCreateParams params) {
    StringBuilder text = new StringBuilder();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      stream.stream()
          .flatMap(chunk -> chunk.choices().stream())
          .forEach(choice -> text.append(choice.delta().content().orElse("")));
    }
    return text.toString();
  }

  private static ChatCompletionCreateParams.Builder ask() {
    return ChatCompletionCreateParams.builder()
        .model(InferWorld.ENDPOINT)
        .maxCompletionTokens(100)
        .addUserMessage("refund?");
  }

  private OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/v1")
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      try {
        answer(exchange, body);
      } catch (ProblemException e) {
        Problem problem = e.problem();
        send(exchange, problem.status(), Reply.JSON, OpenAiError.body(problem));
      }
    }
  }

  private void answer(HttpExchange exchange, String body) throws IOException {
    String bearer = exchange.getRequestHeaders().getFirst("Authorization");
    ApiKeys.Caller caller =
        new ApiKeys(world.ports).authenticate(bearer.substring("Bearer ".length()));
    switch (exchange.getRequestURI().getPath()) {
      case "/v1/models" -> send(exchange, new ModelList(world.ports, world.endpoints).list(caller));
      case "/v1/embeddings" ->
          send(
              exchange,
              new Embeddings(world.ports, world.endpoints, world.replicas, world.client)
                  .embed(caller, body, Optional.empty()));
      case "/v1/chat/completions" -> {
        if (ChatCompletions.wantsStream(body)) {
          stream(exchange, caller, body);
        } else {
          send(exchange, world.chat().complete(caller, body, Optional.empty()));
        }
      }
      default -> throw new ProblemException(Problem.notFound("path"));
    }
  }

  private void stream(HttpExchange exchange, ApiKeys.Caller caller, String body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", Reply.EVENT_STREAM);
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    world.chat().stream(
        caller,
        body,
        Optional.empty(),
        event -> {
          try {
            out.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    send(exchange, reply.status(), reply.contentType(), reply.body());
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
