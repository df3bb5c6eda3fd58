package dev.weir.local.server;

import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.loader.Limits;
import dev.weir.loader.LoadedPlugin;
import dev.weir.local.plugin.PluginStore;
import dev.weir.local.plugin.PluginView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What only one machine has, {@code /local/v1}: its clock, its plugins' files, and the wish that
 * all that is due be done. All but {@code health} takes the control token.
 */
public final class LocalApi implements Route {

  /** A plugin's jar as base 64, its signature and the braces. */
  private static final int BODY_MAX_BYTES =
      Math.toIntExact(Limits.JAR_MAX_BYTES * 4 / 3) + (64 << 10);

  private final MovableClock clock;
  private final boolean testClock;
  private final Engine engine;
  private final PluginStore plugins;
  private final byte[] token;
  private final Consumer<LoadedPlugin> installed;

  /**
   * Serves a deployment.
   *
   * @param testClock whether the clock may be moved
   * @param installed told of each plugin that was installed
   */
  public LocalApi(
      MovableClock clock,
      boolean testClock,
      Engine engine,
      PluginStore plugins,
      String token,
      Consumer<LoadedPlugin> installed) {
    this.clock = clock;
    this.testClock = testClock;
    this.engine = engine;
    this.plugins = plugins;
    this.token = token.getBytes(StandardCharsets.UTF_8);
    this.installed = installed;
  }

  private record Health(boolean ok, String time) {}

  private record ClockView(String now, long offsetMs, boolean movable) {}

  private record Move(long advanceSeconds) {}

  private record Settled(int ticks) {}

  private record Install(String jar, String signature) {}

  private record Publisher(String name, String publicKey) {}

  private record Items<T>(List<T> items) {}

  @Override
  public Optional<Answer> handle(Request request) throws IOException {
    String route = request.method() + " " + request.path();
    if (route.equals("GET /local/v1/health")) {
      return Optional.of(Answer.json(200, new Health(true, clock.instant().toString())));
    }
    authenticate(request);
    return switch (route) {
      case "GET /local/v1/clock" -> Optional.of(clock());
      case "POST /local/v1/clock" -> Optional.of(move(read(request, Move.class)));
      case "POST /local/v1/settle" -> Optional.of(settle());
      case "GET /local/v1/plugins" ->
          Optional.of(
              Answer.json(200, new Items<>(plugins.list().stream().map(PluginView::of).toList())));
      case "POST /local/v1/plugins" -> Optional.of(install(read(request, Install.class)));
      case "GET /local/v1/publishers" ->
          Optional.of(
              Answer.json(
                  200,
                  new Items<>(plugins.publishers().stream().map(n -> Map.of("name", n)).toList())));
      case "POST /local/v1/publishers" -> Optional.of(trust(read(request, Publisher.class)));
      default -> Optional.empty();
    };
  }

  private void authenticate(Request request) {
    String given = request.header("authorization").orElse("");
    byte[] presented =
        (given.startsWith("Bearer ") ? given.substring("Bearer ".length()) : "")
            .getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(presented, token)) {
      throw new ProblemException(
          Problem.unauthorized(
              "the control token is missing or wrong; it lies in the data folder's file"
                  + " \"token\""));
    }
  }

  private static <T> T read(Request request, Class<T> type) throws IOException {
    byte[] body = HttpFunction.readBody(request, BODY_MAX_BYTES);
    if (body.length > BODY_MAX_BYTES) {
      throw new ProblemException(Problem.tooLarge("body > " + BODY_MAX_BYTES + " B"));
    }
    return Json.parse(new String(body, StandardCharsets.UTF_8), type);
  }

  private Answer clock() {
    return Answer.json(200, new ClockView(clock.instant().toString(), clock.offsetMs(), testClock));
  }

  private Answer move(Move move) {
    if (!testClock) {
      throw new ProblemException(
          Problem.conflict("the clock moves only where weir up was started with --test-clock"));
    }
    try {
      clock.advance(Duration.ofSeconds(move.advanceSeconds()));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ProblemException(
          Problem.invalid(
              "advanceSeconds %d not in 0..%d"
                  .formatted(move.advanceSeconds(), MovableClock.MOVE_MAX.toSeconds())),
          e);
    }
    return clock();
  }

  private Answer settle() {
    try {
      return Answer.json(200, new Settled(engine.settle()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(Problem.unavailable("the server is stopping", 1), e);
    }
  }

  private Answer install(Install install) {
    byte[] jar;
    try {
      jar = Base64.getDecoder().decode(install.jar());
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.badRequest("jar is no base 64"), e);
    }
    LoadedPlugin plugin = plugins.install(jar, install.signature());
    installed.accept(plugin);
    return Answer.json(201, PluginView.of(plugin));
  }

  private Answer trust(Publisher publisher) {
    plugins.trust(publisher.name(), publisher.publicKey());
    return Answer.json(201, Map.of("name", publisher.name()));
  }
}
