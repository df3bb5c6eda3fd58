package dev.weir.local.simulate;

import dev.weir.core.meter.Incidents;
import dev.weir.loader.LoadedChannel;
import dev.weir.loader.Manifest;
import dev.weir.local.simulate.disk.Disk;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
  private static final int[] BURSTS = {1, 1, 2, 4, 10, 40, 1_000_000};
  private static final int MESSAGES_MAX = 200;
  private static final int ALL = Integer.MAX_VALUE;

  /** Something that may happen next. */
  private record Choice(int weight, String name, Runnable happens) {}

  private final World world;
  private final Random random;
  private final Shop shop;
  private final Uplink uplink;
  private final Functions functions;
  private final Invariants invariants;
  private final List<SimHost> hosts = new ArrayList<>();
  private final List<Scheduler> schedulers = new ArrayList<>();
  private final List<ChannelSide> channels = new ArrayList<>();
  private final AwsMarket awsMarket;
  private final Map<String, Turns.Task> busy = new LinkedHashMap<>();
  private final List<Choice> choices = new ArrayList<>();

  Play(World world, AwsPlugin aws) {
    this.world = world;
    this.random = world.scenario().random("choices");
    Map<String, Manifest> manifests = new HashMap<>();
    manifests.put(Shop.AWS, aws.manifest());
    for (SimulatedChannel.Kind kind : SimulatedChannel.Kind.values()) {
      manifests.put(kind.channelId(), kind.manifest());
    }
    this.shop = new Shop(world.base(), world.has(Trouble.UNPRICED), manifests);
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
    addChoices();
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
    Manifest manifest = kind.manifest();
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
    choose(26, "serve", () -> host().ifPresent(h -> begin(h.id() + " serve", h::serve)));
    choose(16, "flush", () -> host().ifPresent(h -> begin(h.id() + " flush", h::flush)));
    choose(7, "boot", () -> host().ifPresent(h -> begin(h.id() + " boot", h::boot)));
    choose(5, "direct", () -> begin("direct", functions::direct));
    choose(3, "measure", () -> begin("measure", functions::measure));
    choose(2, "ask", () -> begin("ask", functions::ask));
    choose(3, "answer", () -> begin("answer-" + random.nextInt(2), functions::answer));
    choose(
        9,
        "schedule",
        () -> {
          Scheduler scheduler = schedulers.get(random.nextInt(schedulers.size()));
          begin(scheduler.name(), scheduler::run);
        });
    choose(2, "expire", () -> begin("expire", schedulers.getFirst()::expire));
    choose(1, "zero", () -> begin("zero", schedulers.getLast()::zero));
    choose(
        10,
        "report",
        () -> {
          ChannelSide channel = channels.get(random.nextInt(channels.size()));
          begin(channel.channelId(), channel::report);
        });
    choose(5, "hear", () -> begin("hear-" + random.nextInt(2), () -> ChannelSide.hear(world)));
    choose(2, "late", () -> begin("late", uplink::deliverLate));
    choose(13, "minutes", () -> world.clock().advance(Duration.ofSeconds(random.nextInt(480))));
    choose(1, "hours", () -> world.clock().advance(Duration.ofMinutes(20 + random.nextInt(80))));
    if (world.has(Trouble.CRASH)) {
      choose(1, "kill", () -> host().ifPresent(SimHost::kill));
    }
    if (world.has(Trouble.POWER)) {
      choose(1, "power cut", () -> host().filter(SimHost::up).ifPresent(SimHost::powerCut));
    }
    if (world.has(Trouble.DESTROYED)) {
      choose(1, "destroy", this::destroy);
    }
    if (world.has(Trouble.CLONE)) {
      choose(1, "clone", this::copyHost);
    }
    if (world.has(Trouble.UNSUBSCRIBED)) {
      choose(1, "unsubscribe", this::unsubscribe);
    }
    if (world.has(Trouble.FOREIGN)) {
      choose(1, "foreign", this::foreign);
    }
    if (world.has(Trouble.UNPRICED)) {
      choose(1, "price", shop::priceLate);
    }
    if (world.has(Trouble.OUTAGE)) {
      choose(1, "outage", this::outage);
    }
  }

  private void choose(int weight, String name, Runnable happens) {
    choices.add(new Choice(weight, name, happens));
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

  /** Begins work unless the same is still under way. */
  private void begin(String name, Runnable work) {
    if (!busy.containsKey(name)) {
      Turns.Task task = world.turns().task(name, () -> guarded(work));
      busy.put(name, task);
      go(task, BURSTS[random.nextInt(BURSTS.length)]);
    }
  }

  /** What nobody expects is a violation, whoever would catch it. */
  private void guarded(Runnable work) {
    dev.weir.core.port.Ids.repeatably(
        world.random(),
        () -> {
          try {
            work.run();
          } catch (Violation e) {
            world.violated(e);
          } catch (RuntimeException e) {
            world.violated(new Violation("unexpected", e));
          }
        });
  }

  private void go(Turns.Task task, int steps) {
    if (world.turns().run(task, steps)) {
      busy.remove(task.name());
    }
    check();
  }

  private void check() {
    Violation violation = world.violation();
    if (violation != null) {
      throw violation;
    }
  }

  /** Runs everything to the end. */
  void run() {
    int weights = choices.stream().mapToInt(Choice::weight).sum();
    for (int step = 0; step < world.scenario().steps(); step++) {
      if (!busy.isEmpty() && random.nextInt(100) < 55) {
        List<Turns.Task> tasks = List.copyOf(busy.values());
        go(tasks.get(random.nextInt(tasks.size())), BURSTS[random.nextInt(BURSTS.length)]);
        continue;
      }
      int left = random.nextInt(weights);
      for (Choice choice : choices) {
        left -= choice.weight();
        if (left < 0) {
          world.stepped().note("", choice.name(), world.now().toString(), "");
          choice.happens().run();
          break;
        }
      }
      check();
    }
    settle();
    new FinalChecks(world, shop, invariants.sealed()).run(channels);
  }

  /** Trouble ends; everything is worked off. */
  private void settle() {
    world.becomeCalm();
    hosts.forEach(SimHost::calm);
    schedulers.forEach(Scheduler::calm);
    channels.forEach(ChannelSide::calm);
    world.stepped().note("", "calm", world.now().toString(), "");
    while (!busy.isEmpty()) {
      go(busy.values().iterator().next(), ALL);
    }
    world.becomeQuiet();
    shop.priceLate();
    finish("late batches", uplink::deliverAllLate);
    for (SimHost host : hosts) {
      finish(host.id() + " boot", host::boot);
      finish(host.id() + " finish", host::finish);
    }
    for (int round = 0; round < 5; round++) {
      round();
    }
    finish("conclude", () -> functions.conclude(world.reference()));
    world.clock().advance(Duration.ofHours(31));
    for (int round = 0; round < 4; round++) {
      round();
    }
  }

  private void finish(String name, Runnable work) {
    begin(name, work);
    while (!busy.isEmpty()) {
      go(busy.values().iterator().next(), ALL);
    }
  }

  private void round() {
    for (int i = 0; i < 3; i++) {
      finish("answer", functions::answer);
      finish("schedule", schedulers.getFirst()::run);
      for (ChannelSide channel : channels) {
        for (int j = 0; j < MESSAGES_MAX && channel.waiting(); j++) {
          finish(channel.channelId(), channel::report);
        }
      }
      for (int j = 0; j < channels.size(); j++) {
        finish("hear", () -> ChannelSide.hear(world));
      }
      world.clock().advance(Duration.ofMinutes(3));
    }
    world.clock().advance(FinalChecks.QUIET);
    finish("expire", schedulers.getFirst()::expire);
  }

  /** How much there was, for those who want to know what a seed covers. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    counts.put("facts", (long) world.reference().noted().size());
    counts.put("sealed", (long) invariants.sealed().size());
    counts.put("hosts", (long) hosts.size());
    new Incidents(world.base())
        .list()
        .forEach(i -> counts.merge("incident " + i.kind(), 1L, Long::sum));
    return counts;
  }
}
