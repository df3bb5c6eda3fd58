package dev.weir.worker.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.core.catalog.Meter;
import dev.weir.core.infer.Grant;
import dev.weir.core.infer.InferLimits;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Journal;
import dev.weir.core.meter.Usage;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.worker.OffsetClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /ping}: 200 once a version was warmed up, else 503. {@code POST /invocations}: an
 * answer for whoever holds a grant; where the grant says so, its usage is in the journal before it
 * is given; where it cannot be, all are refused. Bodies of errors are RFC 9457 problems.
 */
final class ReplicaServer implements AutoCloseable {

  /** How long a call may take. */
  static final Duration DEADLINE = InferLimits.DEADLINE;

  private static final System.Logger LOG = System.getLogger(ReplicaServer.class.getName());
  private static final int BACKLOG = 1024;

  private final String endpoint;
  private final LoadedModels models;
  private final Batcher batcher;
  private final Journal journal;
  private final OffsetClock clock;
  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger active = new AtomicInteger();
  private final CountDownLatch broken = new CountDownLatch(1);
  private volatile boolean draining;
  private volatile byte @Nullable [] grantKey;

  static {
    // Read once by the JDK's server: small answers must not wait for the peer's acknowledgement,
    // and a caller's kept connection should be closed by the caller first.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.idleInterval", "90");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "1024");
  }

  /**
   * Listens.
   *
   * @param address a loopback name keeps it on this host; others bind to all addresses
   * @throws IOException where the port is taken
   */
  ReplicaServer(
      String endpoint,
      InetSocketAddress address,
      LoadedModels models,
      Batcher batcher,
      Journal journal,
      OffsetClock clock)
      throws IOException {
    this.endpoint = endpoint;
    this.models = models;
    this.batcher = batcher;
    this.journal = journal;
    this.clock = clock;
    this.http = HttpServer.create(address, BACKLOG);
    http.setExecutor(threads);
    http.createContext("/ping", exchange -> answering(exchange, this::ping));
    http.createContext("/invocations", exchange -> answering(exchange, this::invoke));
    http.createContext(
        "/",
        exchange ->
            answering(
                exchange,
                _ -> {
                  throw new ProblemException(
                      Problem.notFound("path " + exchange.getRequestURI().getPath()));
                }));
    http.start();
  }

  static InetSocketAddress address(String host, int port) throws IOException {
    boolean local = InetAddress.getByName(host).isLoopbackAddress();
    return local
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
        : new InetSocketAddress(port);
  }

  int port() {
    return http.getAddress().getPort();
  }

  /** Waits until it can record no usage. */
  void awaitBroken() throws InterruptedException {
    broken.await();
  }

  void grantKey(byte[] key) {
    grantKey = key;
  }

  private interface Handler {
    String answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private void answering(HttpExchange exchange, Handler handler) throws IOException {
    active.incrementAndGet();
    try (exchange) {
      String answer;
      try {
        answer = handler.answer(exchange);
      } catch (ProblemException e) {
        refuse(exchange, e.problem());
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        refuse(exchange, Problem.unavailable("it is being stopped", 1));
        return;
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "a call failed", e);
        refuse(exchange, Problem.of(500, "bug", "A bug in Weir", "the call failed"));
        return;
      }
      send(exchange, 200, "application/json", answer);
    } finally {
      active.decrementAndGet();
    }
  }

  private String ping(HttpExchange exchange) {
    mayCount();
    if (draining || models.versions().isEmpty()) {
      throw new ProblemException(
          Problem.unavailable(draining ? "it is draining" : "no version is warmed up", 1));
    }
    return "{}";
  }

  private String invoke(HttpExchange exchange) throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + DEADLINE.toNanos();
    if (!exchange.getRequestMethod().equals("POST")) {
      throw new ProblemException(
          Problem.of(
              405, "method", "Another method is needed", exchange.getRequestMethod() + " ≠ POST"));
    }
    mayCount();
    byte[] key = grantKey;
    if (draining || key == null) {
      throw new ProblemException(
          Problem.unavailable(draining ? "it is draining" : "it is starting", 1));
    }
    String token = exchange.getRequestHeaders().getFirst(Grant.HEADER);
    if (token == null) {
      throw new ProblemException(Problem.unauthorized("header " + Grant.HEADER + " is missing"));
    }
    Grant grant = Grant.verify(token, key, endpoint, clock);
    Optional<Model> model = models.get(grant.version());
    if (model.isEmpty()) {
      throw new ProblemException(
          Problem.unavailable("version " + grant.version() + " is not loaded", 1));
    }
    Invocation.Answer answer =
        Invocation.parse(model.get(), body(exchange)).run(batcher, deadlineNanos);
    switch (grant.billing()) {
      case JOURNAL -> count(grant, answer.computeUs());
      case ROW -> {} // whoever called makes the facts, in the commit of the call's row
    }
    return answer.body();
  }

  /**
   * Once the journal takes no facts, this process answers nothing any more; the one that follows it
   * begins a new journal.
   */
  private void mayCount() {
    if (journal.failure().isPresent()) {
      broken.countDown();
      throw uncounted(journal.failure().get());
    }
  }

  private static ProblemException uncounted(IOException e) {
    return new ProblemException(
        Problem.unavailable(
            "usage cannot be recorded, so no answer is given: " + e.getMessage(), 5),
        e);
  }

  /** Makes the usage durable; an answer that cannot be counted is not given. */
  private void count(Grant grant, long computeUs) {
    Instant now = clock.instant();
    try {
      journal.append(
          List.of(
              new Usage(
                  grant.agreementId(), grant.channelId(), Meter.CALLS.id(), 1, now, grant.callId()),
              new Usage(
                  grant.agreementId(),
                  grant.channelId(),
                  Meter.COMPUTE.id(),
                  computeUs,
                  now,
                  grant.callId())));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "usage cannot be recorded", e);
      broken.countDown();
      throw uncounted(e);
    }
  }

  private static String body(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(InferLimits.BODY_MAX_BYTES + 1);
    if (body.length > InferLimits.BODY_MAX_BYTES) {
      throw new ProblemException(Problem.tooLarge("body > " + InferLimits.BODY_MAX_BYTES + " B"));
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private static void refuse(HttpExchange exchange, Problem problem) throws IOException {
    problem
        .retryAfterSeconds()
        .ifPresent(
            seconds -> exchange.getResponseHeaders().set("Retry-After", Long.toString(seconds)));
    send(exchange, problem.status(), "application/problem+json", Json.write(problem));
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /**
   * Takes no more calls and waits for those that are in.
   *
   * @return whether all were answered in that time
   */
  boolean drain(Duration max) throws InterruptedException {
    draining = true;
    long end = System.nanoTime() + max.toNanos();
    while (active.get() > 0 && System.nanoTime() - end < 0) {
      Thread.sleep(10);
    }
    return active.get() == 0;
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
