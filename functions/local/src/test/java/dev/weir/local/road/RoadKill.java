package dev.weir.local.road;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.local.cli.Api;
import dev.weir.local.cli.Failure;
import dev.weir.local.demo.Stage;
import dev.weir.worker.samples.Sample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Kills a whole deployment at random moments while customers go on, moves the time over hours and
 * the month, and lets everything drain. What it left is compared by {@link RoadCheck}.
 */
final class RoadKill {

  /** One of these rounds is killed before it is up, as likely as not. */
  private static final int EARLY_EVERY = 3;

  private static final int EARLY_MAX_MS = 1200;
  private static final int LIFE_MAX_MS = 1500;

  /** In one of so many rounds the clock moves; a replica needs seconds to be known again. */
  private static final int MOVE_EVERY = 6;

  private static final Duration MOVE = Duration.ofMinutes(20);

  /** In one of so many rounds the replicas die with the server. */
  private static final int REPLICAS_EVERY = 16;

  /**
   * One of so many rounds lasts until so many calls were answered that only a replica's journal
   * counts; a replica needs seconds to be known to a server that began. Then the replica is killed,
   * the server, or first one and then the other.
   */
  private static final int JOURNAL_EVERY = 8;

  static final int JOURNAL_CALLS = 6;
  private static final Duration JOURNAL_MAX = Duration.ofSeconds(60);

  /** Beyond every lease and every time that a received message is hidden. */
  private static final Duration BEYOND_LEASES = Duration.ofSeconds(150);

  private static final int DRAIN_MOVES_MAX = 60;
  private static final int ANSWER_WAITS_MAX = 50;

  private static final int QUIET_MOVES = 4;
  private static final int HOURS_MAX = 4;

  private final Path work;
  private final Random random;
  private final int kills;
  private final KilledServer server;
  private final Stage stage;
  private long offsetMs;

  private RoadKill(Path home, Path work, long seed, int kills) throws IOException {
    this.work = work;
    this.random = new Random(seed);
    this.kills = kills;
    Files.createDirectories(work);
    this.server = new KilledServer(home, work);
    this.stage = Stage.open(home, work);
  }

  /** Runs; the folder {@code work} then holds the data, the clients' log, the simulators' files. */
  static void run(Path home, Path work, long seed, int kills) throws Exception {
    RoadKill road = new RoadKill(home, work, seed, kills);
    try {
      road.run();
    } finally {
      road.server.destroyAll();
      road.stage.close();
    }
  }

  private void run() throws Exception {
    long begin = System.nanoTime();
    try (StandIn standIn = new StandIn();
        ClientLog log = new ClientLog(work.resolve("client.log"))) {
      server.start();
      server.awaitUp();
      Api api = server.api();
      stage.setUp(api, standIn.url());
      startInsideAMonth(api);
      server.stop();
      say(begin, "set up");
      try (RoadClients clients = new RoadClients(server.url(), stage, log, instance())) {
        clients.start();
        for (int round = 1; round <= kills; round++) {
          if (round % JOURNAL_EVERY == 0) {
            liveOnJournal(clients, log, round / JOURNAL_EVERY);
          } else {
            live(api, round);
          }
        }
        say(begin, kills + " kills");
        server.start();
        server.awaitUp();
        clients.finish();
        drain(api, clients);
        say(begin, "drained; " + log.counts());
      }
      close(api);
      server.stop();
      say(begin, "closed");
    }
  }

  private static void say(long begin, String what) {
    System.out.printf(
        "[%3d s] %s%n", Duration.ofNanos(System.nanoTime() - begin).toSeconds(), what);
  }

  /** One life, from its start to a moment that only the seed knows. */
  private void live(Api api, int round) throws Exception {
    boolean early = random.nextInt(EARLY_EVERY) == 0;
    int lifeMs = random.nextInt(early ? EARLY_MAX_MS : LIFE_MAX_MS);
    boolean replicas = random.nextInt(REPLICAS_EVERY) == 0;
    server.start();
    if (!early) {
      if (!server.awaitUp()) {
        throw new AssertionError(
            "round %d: the server did not come up (exit code %d); see %s"
                .formatted(round, server.exitCode(), work.resolve("server.log")));
      }
      if (round % MOVE_EVERY == 0) {
        move(api, MOVE);
      }
    }
    Thread.sleep(lifeMs);
    if (!server.alive()) {
      throw new AssertionError("round " + round + ": it ended by itself: " + server.exitCode());
    }
    server.kill(replicas);
  }

  /** One life in which the replica answers, and who dies in turn. */
  private void liveOnJournal(RoadClients clients, ClientLog log, int turn) throws Exception {
    server.start();
    if (!server.awaitUp()) {
      throw new AssertionError("it did not come up; see " + work.resolve("server.log"));
    }
    answered(clients, log, turn);
    Thread.sleep(random.nextInt(LIFE_MAX_MS));
    switch (turn % 3) {
      case 0 -> server.kill(false);
      case 1 -> server.kill(true);
      default -> {
        int killed = server.killReplicas();
        log.write("replica-killed", turn, killed);
        answered(clients, log, turn); // by the one that follows, which has sent on what was left
        server.kill(false);
      }
    }
  }

  private static void answered(RoadClients clients, ClientLog log, int turn) throws Exception {
    int before = clients.journaled();
    long end = System.nanoTime() + JOURNAL_MAX.toNanos();
    while (clients.journaled() < before + JOURNAL_CALLS && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    log.write("journal", turn, clients.journaled() - before);
  }

  /** The other sides are first: none of them may be behind, as none is in reality. */
  private void move(Api api, Duration by) {
    long target = offsetMs + by.toMillis();
    stage.setOffset(target);
    long now = api.get("/local/v1/clock").path("offsetMs").asLong();
    long seconds = Math.max(0, (target - now) / 1000);
    offsetMs =
        api.post("/local/v1/clock", Map.of("advanceSeconds", seconds)).path("offsetMs").asLong();
  }

  private Instant now(Api api) {
    return Instant.parse(api.get("/local/v1/clock").path("now").asText());
  }

  private static YearMonth month(Instant at) {
    return YearMonth.from(at.atOffset(ZoneOffset.UTC));
  }

  /** The hours of the kills are in one month, so that one invoice holds them. */
  private void startInsideAMonth(Api api) {
    Instant next = month(now(api)).plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    Duration left = Duration.between(now(api), next);
    if (left.toHours() < 24) {
      move(api, left.plusMinutes(1));
    }
  }

  /** Until every keyed call is answered and Slack has been quiet for a while. */
  private void drain(Api api, RoadClients clients) throws Exception {
    long before = -1;
    int quiet = 0;
    for (int i = 0; i < DRAIN_MOVES_MAX && quiet < QUIET_MOVES; i++) {
      move(api, BEYOND_LEASES);
      api.post("/local/v1/settle", Map.of());
      Thread.sleep(400);
      // The move ended the replica's lease too: it is asked again when it has the next one.
      for (int n = 0; n < ANSWER_WAITS_MAX && clients.unanswered() > 0; n++) {
        Thread.sleep(400);
      }
      long lines = lines(Stage.SLACK, "messages.jsonl") + lines(Stage.SLACK, "deliveries.jsonl");
      quiet = lines == before && clients.unanswered() == 0 ? quiet + 1 : 0;
      before = lines;
    }
    if (clients.unanswered() > 0) {
      throw new AssertionError(clients.unanswered() + " keyed calls were never answered");
    }
  }

  private long lines(String channel, String file) throws IOException {
    try (var lines = Files.lines(Stage.kept(work, channel, file))) {
      return lines.count();
    }
  }

  /** The replica goes, the last hours end, and the month. */
  private void close(Api api) throws Exception {
    YearMonth month = month(now(api));
    api.put(
        "/control/v1/endpoints/" + Stage.OWN,
        Map.of("model", Sample.BREAST_CANCER.dataset(), "replicas", 0));
    for (int i = 0; i < HOURS_MAX; i++) {
      Instant end = now(api).truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
      move(api, Duration.between(now(api), end.plus(6, ChronoUnit.MINUTES)));
      api.post("/local/v1/settle", Map.of());
      Thread.sleep(500);
      api.post("/local/v1/settle", Map.of());
    }
    try {
      stage.endMonth(api, month);
    } catch (Failure e) {
      throw new AssertionError("the month does not end: " + e.getMessage(), e);
    }
    api.post("/local/v1/settle", Map.of());
  }

  /** The first row of the table that the own model was trained on. */
  private static ObjectNode instance() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Sample.BREAST_CANCER.open(), StandardCharsets.UTF_8))) {
      List<String> names = List.of(lines.readLine().split(",", -1));
      List<String> values = List.of(lines.readLine().split(",", -1));
      ObjectNode instance = Json.MAPPER.createObjectNode();
      for (int i = 0; i + 1 < names.size(); i++) {
        JsonNode number = Json.MAPPER.readTree(values.get(i));
        instance.set(names.get(i), number);
      }
      return instance;
    }
  }

  /** By hand: the packaged folder, a folder to work in, a seed, how many kills. */
  public static void main(String[] args) throws Exception {
    Path work = Path.of(args[1]);
    run(Path.of(args[0]), work, Long.parseLong(args[2]), Integer.parseInt(args[3]));
    RoadCheck.main(work.toString());
  }
}
