package dev.weir.local.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A function behind an HTTP API (payload format 2.0): the request becomes the event that API
 * Gateway would send, the answer is read as API Gateway would read it.
 */
public final class HttpFunction implements Route {

  /** API Gateway's integration timeout for HTTP APIs. */
  public static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** The largest body that still fits an event after base64, in bytes. */
  public static final int BODY_MAX_BYTES = 4 << 20;

  private static final System.Logger LOG = System.getLogger(HttpFunction.class.getName());
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

  private final LambdaInvoker function;
  private final InstantSource clock;
  private final Duration timeout;

  public HttpFunction(LambdaInvoker function, InstantSource clock) {
    this(function, clock, TIMEOUT);
  }

  HttpFunction(LambdaInvoker function, InstantSource clock, Duration timeout) {
    this.function = function;
    this.clock = clock;
    this.timeout = timeout;
  }

  @Override
  public Optional<Answer> handle(Request request) throws IOException {
    byte[] body = readBody(request, BODY_MAX_BYTES);
    if (body.length > BODY_MAX_BYTES) {
      return Optional.of(
          Answer.problem(Problem.tooLarge("body > " + BODY_MAX_BYTES + " B at " + request.path())));
    }
    byte[] event = Json.write(event(request, body)).getBytes(StandardCharsets.UTF_8);
    FutureTask<byte[]> invocation = new FutureTask<>(() -> function.invoke(event));
    Thread.ofVirtual().name(function.name()).start(invocation);
    try {
      return Optional.of(answer(invocation.get(timeout.toMillis(), TimeUnit.MILLISECONDS)));
    } catch (TimeoutException e) {
      invocation.cancel(true);
      return Optional.of(
          Answer.problem(
              Problem.unavailable(
                  "function %s took more than %d s".formatted(function.name(), timeout.toSeconds()),
                  1)));
    } catch (ExecutionException e) {
      // What a handler lets escape is a defect: API Gateway answers 500 without a word about it.
      LOG.log(System.Logger.Level.ERROR, "function " + function.name() + " failed", e.getCause());
      return Optional.of(internalError());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(Answer.problem(Problem.unavailable("the server is stopping", 1)));
    }
  }

  /** At most one byte more than {@code max}, so that the caller sees an excess. */
  static byte[] readBody(Request request, int max) throws IOException {
    try (InputStream in = request.body()) {
      return in.readNBytes(max + 1);
    }
  }

  static Answer internalError() {
    return Answer.problem(
        Problem.of(500, "internal", "Weir failed", "an unexpected error; the log has it"));
  }

  private ObjectNode event(Request request, byte[] body) {
    ObjectNode event = Json.MAPPER.createObjectNode();
    event.put("version", "2.0").put("routeKey", "$default");
    event.put("rawPath", request.path()).put("rawQueryString", request.query());
    cookies(request).ifPresent(event.putArray("cookies")::addAll);
    ObjectNode headers = event.putObject("headers");
    request.headers().forEach((name, values) -> headers.put(name, String.join(",", values)));
    if (!request.query().isEmpty()) {
      ObjectNode parameters = event.putObject("queryStringParameters");
      parameters(request.query())
          .forEach((name, values) -> parameters.put(name, String.join(",", values)));
    }
    context(event.putObject("requestContext"), request);
    Optional<String> text = text(request, body);
    if (body.length > 0) {
      event.put("body", text.orElseGet(() -> Base64.getEncoder().encodeToString(body)));
    }
    event.put("isBase64Encoded", body.length > 0 && text.isEmpty());
    return event;
  }

  private void context(ObjectNode context, Request request) {
    context.put("accountId", "000000000000").put("apiId", "local").put("stage", "$default");
    context.put("domainName", request.header("host").orElse("localhost"));
    context.put("domainPrefix", "local").put("routeKey", "$default");
    context.put("requestId", UUID.randomUUID().toString());
    context.put("time", TIME.format(clock.instant().atOffset(ZoneOffset.UTC)));
    context.put("timeEpoch", clock.millis());
    ObjectNode http = context.putObject("http");
    http.put("method", request.method()).put("path", request.path());
    http.put("protocol", "HTTP/1.1").put("sourceIp", request.remoteAddress());
    http.put("userAgent", request.header("user-agent").orElse(""));
  }

  private static Optional<List<JsonNode>> cookies(Request request) {
    return request
        .header("cookie")
        .map(line -> {
          List<JsonNode> cookies = new ArrayList<>();
          for (String cookie : line.split("; ", -1)) {
            cookies.add(Json.MAPPER.getNodeFactory().textNode(cookie));
          }
          return cookies;
        });
  }

  private static Map<String, List<String>> parameters(String query) {
    Map<String, List<String>> parameters = new TreeMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      parameters.computeIfAbsent(decode(name), n -> new ArrayList<>()).add(decode(value));
    }
    return parameters;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a stray percent sign stays as it is
    }
  }

  /**
   * The body as text, where its type is textual and its bytes are UTF-8; else it goes as base64.
   */
  private static Optional<String> text(Request request, byte[] body) {
    String type = request.header("content-type").orElse("").toLowerCase(Locale.ROOT);
    String essence = type.split(";", 2)[0].strip();
    boolean textual =
        essence.startsWith("text/")
            || essence.endsWith("json")
            || essence.endsWith("xml")
            || essence.endsWith("javascript");
    if (!textual) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Answer answer(byte[] json) throws IOException {
    JsonNode response = Json.MAPPER.readTree(json);
    Map<String, List<String>> headers = new TreeMap<>();
    response
        .path("headers")
        .properties()
        .forEach(header ->
            headers.put(
                header.getKey().toLowerCase(Locale.ROOT), List.of(header.getValue().asText())));
    List<String> cookies = new ArrayList<>();
    response.path("cookies").forEach(cookie -> cookies.add(cookie.asText()));
    if (!cookies.isEmpty()) {
      headers.put("set-cookie", List.copyOf(cookies));
    }
    String body = response.path("body").asText("");
    byte[] bytes =
        response.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(body)
            : body.getBytes(StandardCharsets.UTF_8);
    int status = response.path("statusCode").asInt();
    return status == 0 ? internalError() : new Answer(status, headers, new Answer.Bytes(bytes));
  }
}
