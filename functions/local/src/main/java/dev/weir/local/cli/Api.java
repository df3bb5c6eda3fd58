package dev.weir.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A deployment's HTTP API. Refusals and unreachable deployments become {@link Failure}s.
 * Thread-safe.
 */
public final class Api {

  /** The most items of a list that a command gathers. */
  static final int ITEMS_MAX = 10_000;

  /** Longer than the longest answer of an HTTP API. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final String base;
  private final Optional<String> token;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  public Api(String base, Optional<String> token) {
    this.base = base;
    this.token = token;
  }

  public String base() {
    return base;
  }

  public JsonNode get(String path) {
    return json(send("GET", path, BodyPublishers.noBody()));
  }

  /** All items of a list, page after page; {@code next} stays where there are more than fit. */
  JsonNode all(String path) {
    JsonNode page = get(path);
    if (!page.has("next") || !(page instanceof ObjectNode whole)) {
      return page;
    }
    ArrayNode items = whole.withArray("items");
    while (page.has("next") && items.size() < ITEMS_MAX) {
      String token = encode(page.path("next").asText());
      page = get(path + (path.contains("?") ? "&" : "?") + "page=" + token);
      page.path("items").forEach(items::add);
    }
    if (page.has("next")) {
      whole.set("next", page.path("next"));
    } else {
      whole.remove("next");
    }
    return whole;
  }

  /** What is no JSON: a document on paper. */
  byte[] bytes(String path) {
    return send("GET", path, BodyPublishers.noBody());
  }

  public JsonNode post(String path, Object body) {
    return json(send("POST", path, BodyPublishers.ofString(Json.write(body))));
  }

  public JsonNode put(String path, Object body) {
    return json(send("PUT", path, BodyPublishers.ofString(Json.write(body))));
  }

  /** Puts a file to a presigned URL; no token goes with it. */
  void upload(String url, Path file) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(base + "/").resolve(url))
              .timeout(Duration.ofMinutes(30))
              .PUT(BodyPublishers.ofFile(file))
              .build();
      checked(client.send(request, BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** A path segment or query value, encoded. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Whether something answers at all. */
  public boolean answers() {
    try {
      get("/local/v1/health");
      return true;
    } catch (Failure e) {
      return e.exit() != Exit.UNREACHABLE;
    }
  }

  private byte[] send(String method, String path, BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT).method(method, body);
    if (body.contentLength() != 0) {
      request.header("content-type", "application/json");
    }
    if (method.equals("POST")) {
      request.header("idempotency-key", UUID.randomUUID().toString());
    }
    token.ifPresent(t -> request.header("authorization", "Bearer " + t));
    try {
      return checked(client.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static byte[] checked(HttpResponse<byte[]> response) {
    if (response.statusCode() < 300) {
      return response.body();
    }
    throw Failure.refused(problem(response));
  }

  private static Problem problem(HttpResponse<byte[]> response) {
    String text = new String(response.body(), StandardCharsets.UTF_8);
    String type = response.headers().firstValue("content-type").orElse("");
    if (type.startsWith("application/problem+json")) {
      try {
        return problem(Json.MAPPER.readTree(text), response.statusCode());
      } catch (JsonProcessingException e) {
        // Not even JSON: the status says enough.
      }
    }
    return new Problem(
        "about:blank",
        response.statusCode(),
        "Refused",
        "%s answered %d".formatted(response.request().uri(), response.statusCode()),
        List.of(),
        Optional.empty());
  }

  /** Members may be absent: it need not be Weir's own. */
  private static Problem problem(JsonNode json, int status) {
    List<Problem.Violation> errors = new ArrayList<>();
    for (JsonNode error : json.path("errors")) {
      errors.add(
          new Problem.Violation(error.path("pointer").asText(""), error.path("detail").asText("")));
    }
    return new Problem(
        json.path("type").asText("about:blank"),
        status,
        json.path("title").asText(""),
        json.path("detail").asText(json.path("title").asText("refused")),
        errors,
        Optional.empty());
  }

  private JsonNode json(byte[] body) {
    try {
      return body.length == 0 ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw Failure.unreachable("what answers at " + base + " is not Weir", e);
    }
  }

  private Failure unreachable(IOException e) {
    String why =
        e instanceof ConnectException
            ? "no Weir answers at " + base + " (start one with: weir up)"
            : "the connection to " + base + " broke: " + e;
    return Failure.unreachable(why, e);
  }

  private Failure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return Failure.unreachable("interrupted", e);
  }
}
