package dev.weir.local.deploy;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.weir.core.channel.BindingSecrets;
import dev.weir.core.infer.Endpoints;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Secrets;
import dev.weir.gateway.AgentApi;
import dev.weir.gateway.CallsQueue;
import dev.weir.gateway.ChannelEventsQueue;
import dev.weir.gateway.ControlApi;
import dev.weir.gateway.House;
import dev.weir.gateway.InferApi;
import dev.weir.gateway.JobsQueue;
import dev.weir.gateway.NoticesQueue;
import dev.weir.gateway.Schedule;
import dev.weir.gateway.control.InstallPlugin;
import dev.weir.loader.LoadedPlugin;
import dev.weir.local.plugin.PluginRecords;
import dev.weir.local.plugin.PluginStore;
import dev.weir.local.port.BlobSignatures;
import dev.weir.local.port.LocalPorts;
import dev.weir.local.server.BlobRoute;
import dev.weir.local.server.Engine;
import dev.weir.local.server.HandedQueue;
import dev.weir.local.server.HttpFunction;
import dev.weir.local.server.LambdaInvoker;
import dev.weir.local.server.LocalApi;
import dev.weir.local.server.LocalServer;
import dev.weir.local.server.MovableClock;
import dev.weir.local.server.Page;
import dev.weir.local.server.QueuePump;
import dev.weir.local.server.Request;
import dev.weir.local.server.Route;
import dev.weir.local.server.Ticker;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Weir on this machine: the same handlers that run in the cloud, behind one server, on ports in one
 * data folder.
 */
public final class Deployment implements AutoCloseable {

  private static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration SCHEDULE_TIMEOUT = Duration.ofSeconds(60);
  private static final int TOKEN_BYTES = 24;

  private final LocalServer server;
  private final Engine engine;
  private final Endpoints endpoints;
  private final ChannelFunctions channels;
  private final PluginStore plugins;
  private final LocalPorts localPorts;
  private final String url;
  private final String controlToken;
  private final String readToken;

  /**
   * What to start.
   *
   * @param jdbcUrl of a PostgreSQL database; empty for SQLite in the data folder
   * @param testClock whether the clock may be moved over HTTP
   * @param environment cloud credentials for channels that sign their requests
   */
  public record Options(
      Path dataFolder,
      String host,
      int port,
      Optional<String> jdbcUrl,
      boolean testClock,
      Map<String, String> environment) {}

  /**
   * Starts a deployment.
   *
   * @throws LocalServer.PortTaken where the port belongs to somebody else
   * @throws IOException where the data folder cannot be written
   * @throws dev.weir.core.port.PortException where the folder is in use or the store is unreachable
   */
  public static Deployment start(Options options) throws IOException {
    Files.createDirectories(options.dataFolder());
    LocalServer.Bound bound = LocalServer.bind(options.host(), options.port());
    try {
      return new Deployment(options, bound);
    } catch (IOException | RuntimeException e) {
      bound.release();
      throw e;
    }
  }

  private Deployment(Options options, LocalServer.Bound bound) throws IOException {
    Path data = options.dataFolder();
    MovableClock clock = MovableClock.open(InstantSource.system(), data.resolve("clock"));
    this.url = bound.url();
    this.localPorts =
        LocalPorts.open(data, options.jdbcUrl(), URI.create(url), clock, WorkerCommand.here());
    Ports ports = HandedQueue.in(localPorts.ports());
    Secrets secrets = ports.secrets();
    secrets.put(House.PUBLIC_URL, url);
    BindingSecrets.createKeyIfAbsent(secrets);
    this.controlToken = token(secrets, ControlApi.TOKEN, "weir_admin_");
    this.readToken = token(secrets, ControlApi.READ_TOKEN, "weir_read_");
    writeToken(data.resolve("token"));
    this.plugins = PluginStore.open(data);
    House house = House.on(ports);
    this.endpoints = house.endpoints();
    this.engine =
        new Engine(
            new Ticker(
                LambdaInvoker.of(new Schedule(ports), SCHEDULE_TIMEOUT),
                ports.clock(),
                () -> endpoints.settleBudgets(false),
                localPorts::sweep));
    this.channels = new ChannelFunctions(ports, plugins, engine, options.environment());
    InstallPlugin install = new InstallPlugin(ports);
    plugins.list().forEach(plugin -> install.run(PluginRecords.of(plugin)));
    addPump(ports, Queues.JOBS, new JobsQueue(ports));
    addPump(ports, Queues.CHANNEL_EVENTS, new ChannelEventsQueue(ports));
    addPump(ports, Queues.CALLS, new CallsQueue(ports));
    addPump(ports, Queues.NOTICES, new NoticesQueue(ports));
    channels.refresh();
    LocalApi local =
        new LocalApi(
            clock,
            options.testClock(),
            engine,
            plugins,
            controlToken,
            plugin -> installed(install, plugin));
    Route infer = function(ports, new InferApi(house));
    this.server =
        bound.serve(
            Map.ofEntries(
                Map.entry("/control", refreshing(function(ports, new ControlApi(ports)))),
                Map.entry("/v1", infer),
                Map.entry("/v2", infer),
                Map.entry("/openapi.json", infer),
                Map.entry(ChatStreams.PATH, new ChatStreams(house).before(infer)),
                Map.entry("/agent", function(ports, new AgentApi(ports))),
                Map.entry("/channels", channels),
                Map.entry("/blobs", new BlobRoute(ports.blobs(), this::refuseBlob)),
                Map.entry("/local", local),
                Map.entry("/", new Page())));
    engine.start();
  }

  private void installed(InstallPlugin install, LoadedPlugin plugin) {
    install.run(PluginRecords.of(plugin));
    channels.refresh();
  }

  private void addPump(Ports ports, String queue, RequestHandler<?, ?> handler) {
    LambdaInvoker function = LambdaInvoker.of(handler, QUEUE_TIMEOUT);
    engine.add(new QueuePump(queue, ports.queue(queue), function, ports.clock()));
  }

  private Route function(Ports ports, RequestHandler<?, ?> handler) {
    Route function =
        new HttpFunction(LambdaInvoker.of(handler, HttpFunction.TIMEOUT), ports.clock());
    return request -> {
      var answer = function.handle(request);
      if (!request.method().equals("GET")) {
        engine.nudge();
      }
      return answer;
    };
  }

  /** A channel that was just configured is opened before the answer goes out. */
  private Route refreshing(Route control) {
    return request -> {
      var answer = control.handle(request);
      if (changesChannels(request)) {
        channels.refresh();
      }
      return answer;
    };
  }

  private static boolean changesChannels(Request request) {
    return request.method().equals("PUT") && request.path().startsWith("/control/v1/channels/");
  }

  private Optional<String> refuseBlob(
      String method, String name, String expires, String signature) {
    return switch (localPorts.blobSignatures().check(method, name, expires, signature)) {
      case BlobSignatures.Verdict.VALID -> Optional.empty();
      case BlobSignatures.Verdict.EXPIRED -> Optional.of("the URL has expired");
      case BlobSignatures.Verdict.FORGED -> Optional.of("the URL was not signed for " + method);
    };
  }

  private static String token(Secrets secrets, String name, String prefix) {
    Optional<String> known = secrets.get(name);
    if (known.isPresent()) {
      return known.get();
    }
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    String fresh = prefix + HexFormat.of().formatHex(random);
    secrets.put(name, fresh);
    return fresh;
  }

  private void writeToken(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.write(file, (controlToken + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Where it answers, without a slash at the end. */
  public String url() {
    return url;
  }

  /** The page's address, with the token that reads. */
  public String page() {
    return url + "/#t=" + readToken;
  }

  public String controlToken() {
    return controlToken;
  }

  /** Stops answering and working; replicas and jobs go on and are found again. */
  @Override
  public void close() {
    server.close();
    engine.close();
    endpoints.settleBudgets(true);
    channels.close();
    plugins.close();
    localPorts.close();
  }
}
