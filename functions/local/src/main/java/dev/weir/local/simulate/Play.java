package dev.weir.local.simulate;

import dev.weir.core.bill.Reports;
import dev.weir.core.meter.Incidents;
import dev.weir.loader.LoadedChannel;
import dev.weir.loader.Manifest;
import dev.weir.local.simulate.disk.Disk;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * One scenario: all parts, and the choice of what happens next. Work runs in tasks that change at
 * every step, so that schedules, flushes, reports and crashes lie across each other.
 */
final class Play {

  private static final int HOSTS_MAX = 6;
  private static final int MESSAGES_MAX = 200;
  private static final int LAST_MAX = 200;

  /** After so many steps of each chapter some weeks pass, and the rest is for the books. */
  private static final int USAGE_STEPS = 60;

  private static final int CHAPTER_STEPS = Scenario.STEPS / 3;

  /** So long after that money is paid out that came in before. */
  private static final Duration HELD = Duration.ofDays(31);

  private final World world;
  private final Stage stage;
  private final Stage office;
  private final Random random;
  private final Shop shop;
  private final Uplink uplink;
  private final Functions functions;
  private final Invariants invariants;
  private final List<SimHost> hosts = new ArrayList<>();
  private final List<Scheduler> schedulers = new ArrayList<>();
  private final List<ChannelSide> channels = new ArrayList<>();
  private final AwsMarket awsMarket;
  private final Optional<Paper> books;
  private final Optional<Endings> endings;
  private final Optional<Callers> callers;

  Play(World world, AwsPlugin aws) {
    this.world = world;
    this.stage = new Stage(world, "choices", Stage.SHORT);
    this.office = new Stage(world, "office", Stage.LONG);
    this.random = stage.random();
    Map<String, Manifest> manifests = new HashMap<>();
    manifests.put(Shop.AWS, aws.manifest());
    for (SimulatedChannel.Kind kind : SimulatedChannel.Kind.values()) {
      manifests.put(kind.channelId(), kind.manifest(SimulatedChannel.Kind.batchMax(world)));
    }
    this.shop = new Shop(world, manifests);
    this.uplink = new Uplink(world);
    this.functions = new Functions(world, shop);
    this.awsMarket = addAws(aws);
    for (SimulatedChannel.Kind kind : SimulatedChannel.Kind.values()) {
      add(kind);
    }
    this.invariants = new Invariants(world);
    world.judgedBy(invariants);
    schedulers.add(new Scheduler(world, shop, "schedule-a", skew(2)));
    schedulers.add(new Scheduler(world, shop, "schedule-b", skew(2)));
    for (String name : List.of("eu", "eu-1", "us")) {
      addHost(name, new Disk());
    }
    this.endings =
        world.plays(Scene.ENDINGS)
            ? Optional.of(new Endings(world, shop, channels))
            : Optional.empty();
    this.callers =
        world.plays(Scene.LIMITS)
            ? Optional.of(new Callers(world, shop, functions))
            : Optional.empty();
    this.books = world.plays(Scene.BOOKS) ? Optional.of(new Paper()) : Optional.empty();
    addChoices();
    endings.ifPresent(e -> e.addTo(stage));
    callers.ifPresent(c -> c.addTo(stage));
    books.ifPresent(paper -> {
      new Bookkeeping(world, shop, paper).addTo(office);
      new Till(world, shop, paper).addTo(office);
      if (world.plays(Scene.PLANS)) {
        new Customers(world, shop).addTo(office);
      }
      new BookWatch(shop, new Earned(world.base(), shop, paper)).addTo(invariants.watches());
    });
  }

  /** In the evening before a month ends, or at any other time. */
  static Instant start(Scenario scenario) {
    Random random = scenario.random("start");
    Instant monthEnd = Instant.parse("2026-12-01T00:00:00Z");
    return random.nextBoolean()
        ? monthEnd.minus(Duration.ofMinutes(20 + random.nextInt(600)))
        : Instant.parse("2026-11-10T08:20:00Z").plus(Duration.ofMinutes(random.nextInt(90)));
  }

  private Duration skew(int secondsMax) {
    return world.has(Trouble.SKEW)
        ? Duration.ofMillis(random.nextInt(secondsMax * 2000 + 1) - secondsMax * 1000L)
        : Duration.ZERO;
  }

  private AwsMarket addAws(AwsPlugin aws) {
    Market.Window window =
        new Market.Window(Optional.of(Duration.ofHours(24)), aws.manifest().monthEndHours());
    Market market = new Market(world, shop, Shop.AWS, window);
    AwsMarket http = new AwsMarket(market, Set.of("l-1", "l-2", "l-3"));
    LoadedChannel channel = aws.open(Shop.AWS, http, world.clock());
    channels.add(new ChannelSide(world, market, channel));
    return http;
  }

  private void add(SimulatedChannel.Kind kind) {
    Manifest manifest = kind.manifest(SimulatedChannel.Kind.batchMax(world));
    Optional<Duration> after =
        manifest.meters().values().stream()
            .map(Manifest.Meter::windowHours)
            .filter(hours -> hours > 0)
            .map(Duration::ofHours)
            .findFirst();
    Market market =
        new Market(
            world, shop, kind.channelId(), new Market.Window(after, manifest.monthEndHours()));
    LoadedChannel channel =
        LoadedChannel.ofClassPath(
            manifest,
            _ -> new SimulatedChannel(kind, market),
            AwsPlugin.bare(kind.channelId(), world.clock()));
    channels.add(new ChannelSide(world, market, channel));
  }

  private void addHost(String name, Disk disk) {
    Duration wrong = Duration.ZERO;
    if (world.happens(Trouble.WRONG_CLOCK, 30)) {
      wrong = Duration.ofMinutes(6 + random.nextInt(4));
    }
    String id = name + "-h" + hosts.size();
    hosts.add(new SimHost(world, shop, uplink, name, id, disk, skew(200).plus(wrong)));
  }

  private void addChoices() {
    stage.choose(
        26, "serve", () -> host().ifPresent(h -> stage.begin(h.id() + " serve", h::serve)));
    stage.choose(
        16, "flush", () -> host().ifPresent(h -> stage.begin(h.id() + " flush", h::flush)));
    stage.choose(7, "boot", () -> host().ifPresent(h -> stage.begin(h.id() + " boot", h::boot)));
    stage.choose(5, "direct", () -> stage.begin("direct", functions::direct));
    stage.choose(3, "measure", () -> stage.begin("measure", functions::measure));
    stage.choose(2, "ask", () -> stage.begin("ask", functions::ask));
    stage.choose(3, "answer", () -> stage.begin("answer-" + random.nextInt(2), functions::answer));
    stage.choose(
        9,
        "schedule",
        () -> {
          Scheduler scheduler = schedulers.get(random.nextInt(schedulers.size()));
          stage.begin(scheduler.name(), scheduler::run);
        });
    stage.choose(2, "expire", () -> stage.begin("expire", schedulers.getFirst()::expire));
    stage.choose(
        10,
        "report",
        () -> {
          ChannelSide channel = channels.get(random.nextInt(channels.size()));
          stage.begin(channel.channelId(), channel::report);
        });
    stage.choose(
        5,
        "hear",
        () -> stage.begin("hear-" + random.nextInt(2), () -> ChannelSide.hear(world, shop)));
    stage.choose(2, "late", () -> stage.begin("late", uplink::deliverLate));
    stage.choose(
        13, "minutes", () -> world.clock().advance(Duration.ofSeconds(random.nextInt(480))));
    stage.choose(
        1, "hours", () -> world.clock().advance(Duration.ofMinutes(20 + random.nextInt(80))));
    if (world.has(Trouble.CRASH)) {
      stage.choose(1, "kill", () -> host().ifPresent(SimHost::kill));
    }
    if (world.has(Trouble.POWER)) {
      stage.choose(1, "power cut", () -> host().filter(SimHost::up).ifPresent(SimHost::powerCut));
    }
    if (world.has(Trouble.DESTROYED)) {
      stage.choose(1, "destroy", this::destroy);
    }
    if (world.has(Trouble.CLONE)) {
      stage.choose(1, "clone", this::copyHost);
    }
    if (world.has(Trouble.UNSUBSCRIBED)) {
      stage.choose(1, "unsubscribe", this::unsubscribe);
    }
    if (world.has(Trouble.FOREIGN)) {
      stage.choose(1, "foreign", this::foreign);
    }
    if (world.has(Trouble.UNPRICED)) {
      stage.choose(1, "price", shop::priceLate);
    }
    if (world.has(Trouble.OUTAGE)) {
      stage.choose(1, "outage", this::outage);
    }
  }

  private Optional<SimHost> host() {
    List<SimHost> left = hosts.stream().filter(h -> !h.destroyed()).toList();
    return left.isEmpty() ? Optional.empty() : Optional.of(left.get(random.nextInt(left.size())));
  }

  private void destroy() {
    if (random.nextInt(3) == 0) {
      host().ifPresent(SimHost::destroy);
      if (hosts.size() < HOSTS_MAX) {
        addHost("new-" + hosts.size(), new Disk());
      }
    }
  }

  private void copyHost() {
    if (hosts.size() < HOSTS_MAX) {
      Optional<SimHost> original = host();
      original.ifPresent(h -> addHost(h.name(), h.copiedDisk()));
    }
  }

  private void unsubscribe() {
    switch (random.nextInt(4)) {
      case 0 -> channels.get(1).market().unsubscribe("sub-2");
      case 1 -> channels.getFirst().market().breakFor("l-2");
      default -> channels.getFirst().market().unsubscribe("l-2");
    }
  }

  private void foreign() {
    Instant hour = dev.weir.core.meter.Hours.of(world.now());
    awsMarket.foreign("l-1", "calls", hour, 1000 + random.nextInt(1000));
  }

  private void outage() {
    ChannelSide channel = channels.get(random.nextInt(channels.size()));
    if (channel.market().window().after().isPresent()) {
      channel.market().downUntil(world.now().plus(Duration.ofHours(3 + random.nextInt(28))));
    }
  }

  /** Runs everything to the end. */
  void run() {
    int steps = world.scenario().steps();
    for (int step = 0; step < steps; step++) {
      int ofChapter = step % CHAPTER_STEPS;
      if (books.isPresent() && ofChapter == USAGE_STEPS) {
        monthPasses();
      }
      boolean atOffice = books.isPresent() && ofChapter >= USAGE_STEPS;
      (atOffice && random.nextInt(4) > 0 ? office : stage).step();
    }
    settle();
    new FinalChecks(world, shop, invariants.sealed()).run(channels, books);
  }

  /** In the evening all work is done as far as trouble lets it; then some weeks pass. */
  private void monthPasses() {
    for (int i = 0; i < 2; i++) {
      for (SimHost host : hosts) {
        stage.finish(host.id() + " flush", host::flush);
      }
      stage.finish("schedule", schedulers.getFirst()::run);
      for (ChannelSide channel : channels) {
        stage.finish(channel.channelId(), channel::report);
      }
      stage.finish("hear", () -> ChannelSide.hear(world, shop));
      world.clock().advance(Duration.ofMinutes(20 + random.nextInt(30)));
    }
    stage.finish("answer", functions::answer);
    stage.finish("learn", () -> functions.conclude(world.reference()));
    // Once in a while nobody is there for more than a month, nor is any schedule.
    boolean away = random.nextInt(5) == 0;
    world.clock().advance(Duration.ofDays((away ? 35 : 6) + random.nextInt(30)));
    stage.finish("schedule", schedulers.getFirst()::run);
  }

  /** Trouble ends; everything is worked off. */
  private void settle() {
    world.becomeCalm();
    hosts.forEach(SimHost::calm);
    schedulers.forEach(Scheduler::calm);
    channels.forEach(ChannelSide::calm);
    world.stepped().note("", "calm", world.now().toString(), "");
    stage.finishAll();
    office.finishAll();
    world.becomeQuiet();
    shop.priceLate();
    stage.finish("late batches", uplink::deliverAllLate);
    endings.ifPresent(e -> {
      stage.finish("notices", e::conclude);
      new Farewell(world, shop, stage, hosts, schedulers.getFirst(), channels, e).play();
    });
    for (SimHost host : hosts) {
      stage.finish(host.id() + " boot", host::boot);
      stage.finish(host.id() + " finish", host::finish);
    }
    callers.ifPresent(Callers::conclude);
    for (int round = 0; round < 5; round++) {
      round();
    }
    callers.ifPresent(c -> stage.finish("last calls", c::last));
    stage.finish("conclude", () -> functions.conclude(world.reference()));
    world.clock().advance(Duration.ofHours(31));
    for (int round = 0; round < 4; round++) {
      round();
    }
    books.ifPresent(this::closeTheBooks);
    reportTheLastHours();
  }

  /** A market that asks for a record every hour has some to take whenever time has passed. */
  private void reportTheLastHours() {
    Reports reports = new Reports(world.base(), shop);
    for (int i = 0; i < LAST_MAX; i++) {
      if (channels.stream().allMatch(side -> reports.due(side.channelId()).isEmpty())) {
        return;
      }
      report();
    }
  }

  private void closeTheBooks(Paper paper) {
    stage.finish("till", new Till(world, shop, paper)::conclude);
    stage.finish("books", new Bookkeeping(world, shop, paper)::conclude);
    world.clock().advance(HELD);
    round();
    stage.finish("books", new Bookkeeping(world, shop, paper)::conclude);
  }

  private void round() {
    for (int i = 0; i < 3; i++) {
      report();
    }
    world.clock().advance(FinalChecks.QUIET);
    stage.finish("expire", schedulers.getFirst()::expire);
  }

  private void report() {
    stage.finish("answer", functions::answer);
    stage.finish("schedule", schedulers.getFirst()::run);
    for (ChannelSide channel : channels) {
      for (int j = 0; j < MESSAGES_MAX && channel.waiting(); j++) {
        stage.finish(channel.channelId(), channel::report);
      }
    }
    for (int j = 0; j < channels.size(); j++) {
      stage.finish("hear", () -> ChannelSide.hear(world, shop));
    }
    world.clock().advance(Duration.ofMinutes(3));
  }

  /** How much there was, for those who want to know what a seed covers. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    counts.put("facts", (long) world.reference().noted().size());
    counts.put("sealed", (long) invariants.sealed().size());
    counts.put("hosts", (long) hosts.size());
    books.ifPresent(paper -> paper.count(counts));
    new Incidents(world.base())
        .list()
        .forEach(i -> counts.merge("incident " + i.kind(), 1L, Long::sum));
    return counts;
  }
}
