package dev.weir.local.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.core.port.PortException;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One machine's HTTP server: routes by path prefix, one virtual thread per request.
 *
 * <p>Limits: {@value #REQUEST_MAX_S} s to send a request, {@value #HEADERS_MAX_BYTES} bytes of
 * headers, {@value #CONNECTIONS_MAX} connections; bodies are limited by the route that reads them.
 */
public final class LocalServer implements AutoCloseable {

  static final int REQUEST_MAX_S = 60;
  static final int HEADERS_MAX_BYTES = 64 << 10;
  static final int CONNECTIONS_MAX = 2000;

  private static final int BACKLOG = 256;
  private static final int RETRY_AFTER_S = 5;
  private static final int STOP_MAX_S = 2;
  private static final System.Logger LOG = System.getLogger(LocalServer.class.getName());

  static {
    // The JDK's server reads its limits once, from system properties.
    limit("sun.net.httpserver.maxReqTime", REQUEST_MAX_S);
    limit("sun.net.httpserver.maxReqHeaderSize", HEADERS_MAX_BYTES);
    limit("jdk.httpserver.maxConnections", CONNECTIONS_MAX);
    // Without it small answers wait 40 ms for the other side's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final Map<String, Route> routes;

  private LocalServer(HttpServer server, ExecutorService threads, Map<String, Route> routes) {
    this.server = server;
    this.threads = threads;
    this.routes = Map.copyOf(routes);
  }

  /**
   * Takes the port, so that its URL is known before anything else is made; answers from {@link
   * Bound#serve} on.
   *
   * @param port 0 for any free one
   * @throws PortTaken where something listens there already
   */
  public static Bound bind(String host, int port) throws IOException {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
      return new Bound(server, host);
    } catch (BindException e) {
      throw new PortTaken(host, port, e);
    }
  }

  /** A taken port that does not answer yet. */
  public static final class Bound {
    private final HttpServer server;
    private final String host;

    private Bound(HttpServer server, String host) {
      this.server = server;
      this.host = host;
    }

    /** The server's base URL, without a slash at the end. */
    public String url() {
      return "http://" + host + ":" + server.getAddress().getPort();
    }

    /**
     * Starts to answer.
     *
     * @param routes by path prefix ({@code /v1} holds {@code /v1} and all below); the longest wins
     */
    public LocalServer serve(Map<String, Route> routes) {
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      LocalServer local = new LocalServer(server, threads, routes);
      server.setExecutor(threads);
      server.createContext("/", local::exchange);
      server.start();
      return local;
    }

    /** Gives the port back. */
    public void release() {
      // A server that never started keeps its socket when it is stopped.
      server.start();
      server.stop(0);
    }
  }

  /** The port belongs to somebody else. */
  public static final class PortTaken extends IOException {
    private static final long serialVersionUID = 1L;

    PortTaken(String host, int port, BindException cause) {
      super(
          "port %d on %s cannot be taken (%s); choose another with --port"
              .formatted(port, host, cause.getMessage()),
          cause);
    }
  }

  @Override
  public void close() {
    server.stop(STOP_MAX_S);
    threads.shutdownNow();
  }

  private void exchange(HttpExchange exchange) {
    try (exchange) {
      send(exchange, answer(Request.of(exchange)));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the other side went away", e);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "an answer could not be sent", e);
    }
  }

  private Answer answer(Request request) throws IOException {
    try {
      Optional<Route> route = route(request.path());
      return (route.isPresent() ? route.get().handle(request) : Optional.<Answer>empty())
          .orElseGet(() -> Answer.problem(Problem.notFound("nothing is at " + request.path())));
    } catch (ProblemException e) {
      return Answer.problem(e.problem());
    } catch (PortException e) {
      // Such as a full disk: its sentence helps, and the request may succeed later.
      LOG.log(System.Logger.Level.ERROR, request.method() + " " + request.path() + " failed", e);
      return Answer.problem(Problem.unavailable(String.valueOf(e.getMessage()), RETRY_AFTER_S));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, request.method() + " " + request.path() + " failed", e);
      return HttpFunction.internalError();
    }
  }

  private Optional<Route> route(String path) {
    String prefix = path;
    while (!prefix.isEmpty()) {
      Route route = routes.get(prefix);
      if (route != null) {
        return Optional.of(route);
      }
      prefix = prefix.substring(0, Math.max(0, prefix.lastIndexOf('/')));
    }
    return Optional.ofNullable(routes.get("/"));
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    switch (answer.body()) {
      case Answer.Bytes(byte[] bytes) -> {
        answer.headers().forEach(exchange.getResponseHeaders()::put);
        sendBytes(exchange, answer.status(), bytes);
      }
      case Answer.Stream(InputStream stream, long length) -> {
        answer.headers().forEach(exchange.getResponseHeaders()::put);
        try (stream) {
          exchange.sendResponseHeaders(answer.status(), length < 0 ? 0 : nothingIs(length));
          stream.transferTo(exchange.getResponseBody());
        }
      }
      case Answer.Live(Answer.Writer writer) -> {
        try (OutputStream out = new LateBody(exchange, answer)) {
          writer.write(out);
        } catch (Answer.Instead e) {
          send(exchange, e.answer());
        }
      }
    }
  }

  private static void sendBytes(HttpExchange exchange, int status, byte[] bytes)
      throws IOException {
    boolean none = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, none ? -1 : bytes.length);
    if (!none) {
      exchange.getResponseBody().write(bytes);
    }
  }

  /** The JDK's server takes −1 for "no body" and 0 for "chunks follow". */
  private static long nothingIs(long length) {
    return length == 0 ? -1 : length;
  }

  private static void limit(String property, int value) {
    System.setProperty(property, Integer.toString(value));
  }
}
