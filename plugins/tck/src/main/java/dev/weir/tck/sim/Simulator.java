package dev.weir.tck.sim;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The server of one simulator: exact routes, a folder of JSONL files, a clock.
 *
 * <p>A simulator is a main class that calls {@link #open(String[])}, adds routes, and {@link
 * #start()}s. Every simulator has {@code GET /sim/clock} and {@code POST /sim/clock {"offsetMs"}},
 * and {@code POST /sim/outage {"status"}}, after which it answers everything outside {@code /sim/}
 * with that status and does nothing else, until the status is 0.
 */
public final class Simulator implements AutoCloseable {

  /** The simulators' own mapper. */
  public static final ObjectMapper JSON = JsonMapper.builder().build();

  /** The largest request body, in bytes. */
  public static final int BODY_MAX_BYTES = 4 << 20;

  private record Route(String method, String[] segments, Handler handler) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Path data;
  private final SimClock clock = new SimClock();
  private final Map<String, JsonLines> files = new LinkedHashMap<>();
  private final List<Route> routes = new ArrayList<>();
  private volatile int outage;

  /** Answers one request; a {@link SimRefusal} becomes its status with {@code {"error"}}. */
  @FunctionalInterface
  public interface Handler {
    SimResponse handle(SimRequest request) throws IOException, InterruptedException;
  }

  private Simulator(int port, Path data) {
    // Without this an answer waits 40 ms for the delayed acknowledgement of its headers.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      Files.createDirectories(data);
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + port + " with " + data, e);
    }
    this.data = data;
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    route("GET", "/sim/clock", r -> SimResponse.json(clockState()));
    route(
        "POST",
        "/sim/clock",
        r -> {
          clock.setOffsetMs(r.json().path("offsetMs").asLong());
          return SimResponse.json(clockState());
        });
    route(
        "POST",
        "/sim/outage",
        r -> {
          outage = r.json().path("status").asInt();
          return SimResponse.json(Map.of("status", outage));
        });
  }

  /** Opens with {@code --port N} (0 for any) and {@code --data DIR}. */
  public static Simulator open(String... args) {
    return open(
        Integer.parseInt(argument(args, "port").orElse("0")),
        Path.of(
            argument(args, "data")
                .orElseThrow(() -> new IllegalArgumentException("--data DIR is missing"))));
  }

  public static Simulator open(int port, Path data) {
    return new Simulator(port, data);
  }

  /** The value after {@code --name}. */
  public static Optional<String> argument(String[] args, String name) {
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals("--" + name)) {
        return Optional.of(args[i + 1]);
      }
    }
    return Optional.empty();
  }

  /**
   * Adds a route. Segments in braces match anything: {@code /v1/messages/{id}/reply}; a star as the
   * method matches any.
   */
  public Simulator route(String method, String path, Handler handler) {
    routes.add(new Route(method, path.split("/", -1), handler));
    return this;
  }

  /** The file {@code NAME.jsonl} of the data folder, opened once. */
  public synchronized JsonLines file(String name) {
    return files.computeIfAbsent(name, n -> new JsonLines(data.resolve(n + ".jsonl")));
  }

  /** The folder that keeps what was sent. */
  public Path data() {
    return data;
  }

  public SimClock clock() {
    return clock;
  }

  /** Listens, and says so in one line on the standard output. */
  public Simulator start() {
    server.start();
    System.out.println("listening on " + base());
    System.out.flush();
    return this;
  }

  /** {@code http://127.0.0.1:PORT}. */
  public URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    synchronized (this) {
      files.values().forEach(JsonLines::close);
    }
  }

  private Map<String, Object> clockState() {
    return Map.of("now", clock.instant().toString(), "offsetMs", clock.offsetMs());
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      SimResponse response;
      try {
        response = dispatch(exchange);
      } catch (SimRefusal e) {
        response = SimResponse.json(e.status(), Map.of("error", String.valueOf(e.getMessage())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        response = SimResponse.json(503, Map.of("error", "stopping"));
      } catch (RuntimeException e) {
        e.printStackTrace();
        response = SimResponse.json(500, Map.of("error", e.toString()));
      }
      if (response.status() == SimResponse.DROPPED) {
        return;
      }
      response.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      int length = response.body().length;
      exchange.sendResponseHeaders(response.status(), length == 0 ? -1 : length);
      if (length > 0) {
        exchange.getResponseBody().write(response.body());
      }
    }
  }

  private SimResponse dispatch(HttpExchange exchange) throws IOException, InterruptedException {
    byte[] body = exchange.getRequestBody().readNBytes(BODY_MAX_BYTES + 1);
    if (body.length > BODY_MAX_BYTES) {
      throw new SimRefusal(413, "body > " + BODY_MAX_BYTES + " B");
    }
    URI uri = exchange.getRequestURI();
    if (outage != 0 && !uri.getPath().startsWith("/sim/")) {
      return SimResponse.empty(outage);
    }
    String[] segments = uri.getPath().split("/", -1);
    String query = uri.getRawQuery();
    Map<String, List<String>> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    boolean pathKnown = false;
    for (Route route : routes) {
      Map<String, String> variables = new LinkedHashMap<>();
      if (!matches(route.segments(), segments, variables)) {
        continue;
      }
      pathKnown = true;
      if (route.method().equals("*") || route.method().equals(exchange.getRequestMethod())) {
        return route
            .handler()
            .handle(
                new SimRequest(
                    exchange.getRequestMethod(),
                    uri.getPath(),
                    query == null ? "" : query,
                    headers,
                    variables,
                    body));
      }
    }
    throw new SimRefusal(pathKnown ? 405 : 404, exchange.getRequestMethod() + " " + uri.getPath());
  }

  private static boolean matches(String[] route, String[] path, Map<String, String> variables) {
    if (route.length != path.length) {
      return false;
    }
    for (int i = 0; i < route.length; i++) {
      if (route[i].startsWith("{") && route[i].endsWith("}")) {
        variables.put(route[i].substring(1, route[i].length() - 1), path[i]);
      } else if (!route[i].equals(path[i])) {
        return false;
      }
    }
    return true;
  }
}
