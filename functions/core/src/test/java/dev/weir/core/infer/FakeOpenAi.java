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
import java.util.concurrent.TimeUnit;

/** A service over real HTTP that speaks OpenAI's protocol, or breaks it as the test wants. */
public final class FakeOpenAi implements AutoCloseable {

  public interface Script {
    void answer(HttpExchange exchange, String body) throws IOException;
  }

  public final List<String> bodies = new CopyOnWriteArrayList<>();
  public final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  public FakeOpenAi(Script script) throws IOException {
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

  public String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  public String sent() {
    return bodies.getLast();
  }

  public static void json(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** A whole answer with this usage; none where it is empty. */
  public static String completion(String text, String usage) {
    return """
    {"id":"chatcmpl-x","object":"chat.completion","created":1,"model":"their-model",
     "choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}]%s}\
    """
        .formatted(Json.write(text), usage.isEmpty() ? "" : ",\"usage\":" + usage);
  }

  public static String chunk(String text) {
    return """
    {"id":"c","object":"chat.completion.chunk","created":1,"model":"their-model",\
    "choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}\
    """
        .formatted(Json.write(text));
  }

  public static final String STOP =
      """
      {"id":"c","object":"chat.completion.chunk","created":1,"model":"their-model",\
      "choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\
      """;

  public static String usageChunk(long prompt, long completion) {
    return """
    {"id":"c","object":"chat.completion.chunk","created":1,"model":"their-model","choices":[],\
    "usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}\
    """
        .formatted(prompt, completion, prompt + completion);
  }

  /** Sends text as an event stream; bytes are flushed one by one to cut characters in two. */
  public static void events(HttpExchange exchange, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i += 7) {
      out.write(bytes, i, Math.min(7, bytes.length - i));
      out.flush();
    }
  }

  /** Sends comments until the other side has closed the connection, at most for 10 s. */
  public static void untilClosed(HttpExchange exchange) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    try {
      while (System.nanoTime() < end) {
        exchange.getResponseBody().write(": more\n\n".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        Thread.sleep(20);
      }
    } catch (IOException e) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IllegalStateException("nobody closed the connection");
  }

  @Override
  public void close() {
    server.stop(0);
  }

  static void sleep(long ms) throws IOException {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
