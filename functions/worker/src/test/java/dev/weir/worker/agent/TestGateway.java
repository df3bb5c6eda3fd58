package dev.weir.worker.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.core.dataset.Datasets;
import dev.weir.core.job.AgentProtocol;
import dev.weir.core.job.AgentWire;
import dev.weir.core.job.ComputeRate;
import dev.weir.core.job.DispatchJobs;
import dev.weir.core.job.JobLimits;
import dev.weir.core.job.Jobs;
import dev.weir.core.job.ReapJobs;
import dev.weir.core.job.Recipe;
import dev.weir.core.job.StopJob;
import dev.weir.core.job.SubmitJob;
import dev.weir.core.json.Json;
import dev.weir.core.model.Models;
import dev.weir.core.port.Blobs;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.memory.MemoryBlobs;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.worker.samples.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The agents' routes and presigned URLs over HTTP, with core's own use cases behind them. */
final class TestGateway implements AutoCloseable {

  final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T00:00:00Z"));
  final MemoryPorts memory = new MemoryPorts(clock);
  final Ports ports;
  final Jobs jobs;
  final Models models;
  final ReapJobs reap;
  final StopJob stop;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AgentProtocol protocol;
  private final DispatchJobs dispatch;

  /** Where blobs are put for which there is no space, as a regular expression. */
  volatile String full = "nowhere";

  final AtomicInteger refused = new AtomicInteger();
  private volatile Moment held = Moment.NONE;
  private volatile CountDownLatch reached = new CountDownLatch(1);
  private volatile CountDownLatch release = new CountDownLatch(0);

  /**
   * Where a request (a regular expression of its path) waits: before it is worked on, or when only
   * its answer is missing.
   */
  record Moment(boolean before, String request) {
    static final Moment NONE = new Moment(true, "nothing");
  }

  TestGateway() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Ports plain = memory.ports();
    ports =
        new Ports(
            plain.table(),
            new HttpBlobs(memory.blobs(), uri()),
            plain.queues(),
            plain.hosts(),
            plain.secrets(),
            clock);
    jobs = new Jobs(ports);
    models = new Models(ports);
    reap = new ReapJobs(ports);
    stop = new StopJob(ports);
    JobLimits limits =
        new JobLimits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMillis(100));
    protocol = new AgentProtocol(ports, limits, _ -> List.of());
    dispatch = new DispatchJobs(ports, limits, uri());
    server.createContext("/agent/v1/", this::agent);
    server.createContext("/blob", this::blob);
    server.setExecutor(threads);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  String submit(Sample sample, Recipe recipe) throws IOException {
    try (InputStream in = sample.open()) {
      new Datasets(ports).add(sample.command(), in);
    }
    return new SubmitJob(ports, () -> new ComputeRate("USD", 1, 0))
        .submit("tumours", recipe)
        .spec()
        .id();
  }

  /** Launches the next attempt; the host only remembers, the test runs it. */
  String dispatch() {
    Queue.Received message = ports.queue(Queues.JOBS).receive(1, Duration.ofMinutes(1)).getFirst();
    dispatch.handle(message.body());
    ports.queue(Queues.JOBS).acknowledge(message.receipt());
    return memory.hosts().launches().getLast().environment().get("WEIR_TOKEN");
  }

  /** From now on the first such request waits, until it is let go. */
  void hold(Moment moment) {
    reached = new CountDownLatch(1);
    release = new CountDownLatch(1);
    held = moment;
  }

  void awaitHeld() throws InterruptedException {
    if (!reached.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("no request came to " + held);
    }
  }

  void letGo() {
    release.countDown();
  }

  private void at(boolean before, String request) {
    Moment moment = held;
    if (moment.before() != before || !request.matches(moment.request())) {
      return;
    }
    held = Moment.NONE;
    reached.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void agent(HttpExchange exchange) throws IOException {
    String token = exchange.getRequestHeaders().getFirst("Authorization").substring(7);
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().getPath();
    at(true, path);
    try {
      Object answer =
          switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "claim" -> protocol.claim(token, Json.parse(body, AgentWire.Claim.class));
            case "heartbeat" ->
                protocol.heartbeat(token, Json.parse(body, AgentWire.Heartbeat.class));
            case "checkpoint" ->
                protocol.checkpoint(token, Json.parse(body, AgentWire.CheckpointSaved.class));
            case "complete" ->
                protocol.complete(token, Json.parse(body, AgentWire.Completion.class));
            case "fail" -> protocol.fail(token, Json.parse(body, AgentWire.Failure.class));
            default -> throw new IllegalArgumentException(path);
          };
      at(false, path);
      answer(exchange, 200, Json.write(answer).getBytes(StandardCharsets.UTF_8));
    } catch (ProblemException e) {
      answer(
          exchange, e.problem().status(), Json.write(e.problem()).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void blob(HttpExchange exchange) throws IOException {
    URI url =
        URI.create(
            URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8));
    at(true, exchange.getRequestMethod() + " " + url.getPath());
    if (exchange.getRequestMethod().equals("PUT") && url.getPath().matches(full)) {
      exchange.getRequestBody().readAllBytes();
      refused.incrementAndGet();
      String problem = Json.write(Problem.unavailable("disk full: cannot store an object", 1));
      answer(exchange, 503, problem.getBytes(StandardCharsets.UTF_8));
      return;
    }
    Optional<byte[]> content =
        exchange.getRequestMethod().equals("PUT")
            ? Optional.of(exchange.getRequestBody().readAllBytes())
            : Optional.empty();
    answer(exchange, 200, memory.blobs().follow(url, content).orElse(new byte[0]));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() {
    letGo();
    server.stop(0);
    threads.shutdownNow();
  }

  /** In memory, with URLs that the server above follows. */
  private record HttpBlobs(MemoryBlobs blobs, URI base) implements Blobs {
    @Override
    public Stat put(String name, InputStream content, long length) throws IOException {
      return blobs.put(name, content, length);
    }

    @Override
    public boolean putIfAbsent(String name, InputStream content, long length) throws IOException {
      return blobs.putIfAbsent(name, content, length);
    }

    @Override
    public String putContent(InputStream content) throws IOException {
      return blobs.putContent(content);
    }

    @Override
    public Optional<InputStream> open(String name) {
      return blobs.open(name);
    }

    @Override
    public Optional<InputStream> open(String name, long offset, long length) {
      return blobs.open(name, offset, length);
    }

    @Override
    public Optional<Stat> stat(String name) {
      return blobs.stat(name);
    }

    @Override
    public List<String> list(String prefix, String after, int limit) {
      return blobs.list(prefix, after, limit);
    }

    @Override
    public void delete(String name) {
      blobs.delete(name);
    }

    @Override
    public URI presignGet(String name, Duration lifetime) {
      return over(blobs.presignGet(name, lifetime));
    }

    @Override
    public URI presignPut(String name, Duration lifetime) {
      return over(blobs.presignPut(name, lifetime));
    }

    private URI over(URI url) {
      String query = URLEncoder.encode(url.toString(), StandardCharsets.UTF_8);
      return URI.create(base + "/blob?" + query);
    }
  }
}
