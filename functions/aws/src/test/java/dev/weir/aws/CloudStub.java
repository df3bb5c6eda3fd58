package dev.weir.aws;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * One address for the built functions to find their cloud at ({@code AWS_ENDPOINT_URL}), as a
 * process: DynamoDB Local for the table; parameters and queues that do just enough. What is sent to
 * a queue is printed, one JSON line each. First line: {@code listening on http://127.0.0.1:PORT}.
 */
public final class CloudStub {

  private static final Set<String> NOT_FORWARDED =
      Set.of("connection", "content-length", "expect", "host", "upgrade", "http2-settings");

  private final URI dynamo;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> parameters = new ConcurrentHashMap<>();

  private CloudStub(URI dynamo) {
    this.dynamo = dynamo;
  }

  /** Runs until it is ended. */
  public static void main(String[] args) throws Exception {
    int dynamoPort = freePort();
    DynamoDBProxyServer table =
        ServerRunner.createServerFromCommandLineArgs(
            new String[] {"-inMemory", "-sharedDb", "-port", Integer.toString(dynamoPort)});
    table.start();
    CloudStub stub = new CloudStub(URI.create("http://127.0.0.1:" + dynamoPort + "/"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", stub::handle);
    server.start();
    System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      if (target == null) {
        answer(exchange, 404, "{\"message\":\"no such service\"}");
      } else if (target.startsWith("DynamoDB_")) {
        forward(exchange, body);
      } else {
        service(exchange, target, Json.parseTree(new String(body, StandardCharsets.UTF_8)));
      }
    } catch (RuntimeException e) {
      e.printStackTrace();
      throw e;
    }
  }

  private void service(HttpExchange exchange, String target, JsonNode request) throws IOException {
    switch (target.substring(target.indexOf('.') + 1)) {
      case "GetParameter" -> {
        String value = parameters.get(request.path("Name").asText());
        if (value == null) {
          answer(exchange, 400, "{\"__type\":\"ParameterNotFound\"}");
        } else {
          answer(exchange, 200, Json.write(Map.of("Parameter", Map.of("Value", value))));
        }
      }
      case "PutParameter" -> {
        parameters.put(request.path("Name").asText(), request.path("Value").asText());
        answer(exchange, 200, "{\"Version\":1}");
      }
      case "GetQueueUrl" ->
          answer(
              exchange,
              200,
              Json.write(Map.of("QueueUrl", "http://queue/" + request.path("QueueName").asText())));
      case "SendMessage" -> {
        System.out.println(request);
        String md5 = md5(request.path("MessageBody").asText());
        answer(exchange, 200, Json.write(Map.of("MessageId", "1", "MD5OfMessageBody", md5)));
      }
      default -> answer(exchange, 400, "{\"__type\":\"UnknownOperationException\"}");
    }
  }

  private static String md5(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void forward(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(dynamo).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          if (!NOT_FORWARDED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      exchange.getResponseHeaders().add("content-type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(response.statusCode(), response.body().length);
      exchange.getResponseBody().write(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/x-amz-json-1.0");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
