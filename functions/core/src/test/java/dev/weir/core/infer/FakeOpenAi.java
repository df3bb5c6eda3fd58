package dev.weir.core.infer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A service over real HTTP that speaks OpenAI's protocol, or breaks it as the test wants. */
final class FakeOpenAi implements AutoCloseable {

  interface Script {
    void answer(HttpExchange exchange, String body) throws IOException;
  }

  final List<String> bodies = new CopyOnWriteArrayList<>();
  final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  FakeOpenAi(Script script) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/v1/",
        exchange -> {
          try (exchange) {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            bodies.add(body);
            authorizations.add(
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            script.answer(exchange, body);
          }
        });
    server.start();
  }

  String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  String sent() {
    return bodies.getLast();
  }

  static void json(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** A whole answer with this usage; none where it is empty. */
  static String completion(String text, String usage) {
    return """
    {"id":"chatcmpl-x","object":"chat.completion","created":1,"model":"their-model",
     "choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}]%s}\
    """
        .formatted(Json.write(text), usage.isEmpty() ? "" : ",\"usage\":" + usage);
  }

  static String chunk(String text) {
    return """
    {"id":"c","object":"chat.completion.chunk","created":1,"model":"their-model",\
    "choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}\
    """
        .formatted(Json.write(text));
  }

  static final String STOP =
      """
      {"id":"c","object":"chat.completion.chunk","created":1,"model":"their-model",\
      "choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\
      """;

  static String usageChunk(long prompt, long completion) {
    return """
    {"id":"c","object":"chat.completion.chunk","created":1,"model":"their-model","choices":[],\
    "usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}\
    """
        .formatted(prompt, completion, prompt + completion);
  }

  /** Sends text as an event stream; bytes are flushed one by one to cut characters in two. */
  static void events(HttpExchange exchange, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i += 7) {
      out.write(bytes, i, Math.min(7, bytes.length - i));
      out.flush();
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
