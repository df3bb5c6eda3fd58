package dev.weir.local.road;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service that speaks OpenAI's protocol and answers "question 17" with "answer 17", for which it
 * states 17 prompt tokens: so every fact about tokens names the question that it counts.
 */
final class StandIn implements AutoCloseable {

  private static final Pattern QUESTION = Pattern.compile("question (\\d+)");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  StandIn() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = Json.MAPPER.readTree(exchange.getRequestBody());
      String asked = request.path("messages").path(0).path("content").asText();
      Matcher number = QUESTION.matcher(asked);
      if (!number.find()) {
        exchange.sendResponseHeaders(400, -1);
        return;
      }
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("id", "chatcmpl-" + number.group(1)).put("object", "chat.completion");
      ObjectNode choice = body.putArray("choices").addObject();
      choice.put("index", 0).put("finish_reason", "stop");
      choice
          .putObject("message")
          .put("role", "assistant")
          .put("content", "answer " + number.group(1));
      body.putObject("usage")
          .put("prompt_tokens", Integer.parseInt(number.group(1)))
          .put("completion_tokens", 2);
      byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
