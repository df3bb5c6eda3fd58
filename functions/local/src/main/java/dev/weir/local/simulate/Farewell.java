package dev.weir.local.simulate;

import dev.weir.core.bill.ChannelTerms;
import dev.weir.core.bill.EndAgreement;
import dev.weir.core.bill.ReportLine;
import dev.weir.core.bill.ReportingLimits;
import dev.weir.core.bill.Reports;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.FactCheck;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.Sources;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.port.memory.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A customer leaves in the midst of its use, when nothing else goes wrong than what the seed says
 * here: then all that it used, and that reached us in time, must be accepted in time.
 */
final class Farewell {

  private enum Hardship {
    NONE,
    /** A host is destroyed; nobody waits for it longer than its lease. */
    HOST_LOST,
    /** A host works off a long journal: it is heard of, and has not sent all before time is up. */
    HOST_BEHIND,
    /** The market does not answer for the first half of the time that is left. */
    MARKET_LATE,
    /** The market does not answer until nothing is taken any more. */
    MARKET_GONE
  }

  private static final int MESSAGES_MAX = 200;
  private static final Duration STEP = Duration.ofMinutes(2);

  /** By then nobody can come any more who is not waited for until time is nearly up. */
  private static final Duration SOON =
      FactCheck.AFTER_END_MAX.plus(Sources.LEASE).plus(Duration.ofMinutes(6));

  /** What comes later than this before the end of the final window may be too late. */
  private static final Duration IN_TIME = Duration.ofMinutes(30);

  private final World world;
  private final Shop shop;
  private final Stage stage;
  private final List<SimHost> hosts;
  private final Scheduler scheduler;
  private final List<ChannelSide> channels;
  private final Endings endings;
  private final Random random;
  private final SourceName behind = new SourceName("behind", "1");
  private final Hardship hardship;
  private Instant behindAt = Instant.MAX;
  private int sent;

  Farewell(
      World world,
      Shop shop,
      Stage stage,
      List<SimHost> hosts,
      Scheduler scheduler,
      List<ChannelSide> channels,
      Endings endings) {
    this.world = world;
    this.shop = shop;
    this.stage = stage;
    this.hosts = hosts;
    this.scheduler = scheduler;
    this.channels = channels;
    this.endings = endings;
    this.random = world.scenario().random("farewell");
    this.hardship = Hardship.values()[random.nextInt(Hardship.values().length)];
  }

  void play() {
    List<Endings.Customer> there = endings.there().stream().filter(this::isServed).toList();
    List<SimHost> good = hosts.stream().filter(SimHost::hasGoodClock).toList();
    if (there.isEmpty() || good.isEmpty()) {
      return;
    }
    Endings.Customer customer = there.get(random.nextInt(there.size()));
    Shop.Sold sold = shop.billed(customer.channel().channelId(), customer.binding());
    customer.channel().market().downUntil(world.now());
    begin();
    Instant hour = Hours.of(world.now());
    Set<Reference.Of> before = new HashSet<>(world.reference().noted().keySet());
    for (int i = 0; i < 4; i++) {
      serve(good.get(random.nextInt(good.size())), sold);
    }
    if (hardship == Hardship.HOST_LOST && good.size() > 1) {
      SimHost lost = good.getFirst();
      stage.finish(lost.id() + " flush", lost::flush);
      serve(lost, sold);
      lost.destroy();
    }
    behindAt = world.now();
    if (hardship == Hardship.HOST_BEHIND) {
      replay(sold, 1);
    }
    Endings.Gone gone = endings.leave(customer);
    Instant until = gone.until().orElse(gone.at().plus(Endings.FINAL_WINDOW));
    market(customer.channel().market(), gone.at(), until);
    hearAtSecondTry(gone);
    serve(good.getLast(), sold);
    pass();
    serve(good.getLast(), sold); // what was asked before it knew
    while (world.now().plus(STEP).isBefore(until)) {
      pass();
      if (hardship == Hardship.HOST_BEHIND) {
        replay(sold, world.now().isBefore(until.minus(IN_TIME)) ? 1 : 0);
      }
      Instant due =
          hardship == Hardship.NONE || hardship == Hardship.HOST_LOST
              ? gone.at().plus(SOON)
              : until.minus(STEP.multipliedBy(2));
      boolean checked = gone.until().isPresent() && hardship != Hardship.MARKET_GONE;
      if (checked && !world.now().isBefore(due)) {
        allIsAccepted(gone, hour, before);
      }
    }
    pass();
    pass();
  }

  private boolean isServed(Endings.Customer customer) {
    Market market = customer.channel().market();
    boolean tooLong = world.plays(Scene.NARROW) && customer.binding().equals(Shop.TOO_LONG);
    return !market.isUnsubscribed(customer.binding())
        && !market.isBroken(customer.binding())
        && !tooLong;
  }

  /** A fresh hour, with all before it done. */
  private void begin() {
    for (SimHost host : hosts) {
      stage.finish(host.id() + " boot", host::boot);
    }
    pass();
    Instant next = Hours.of(world.now()).plus(Duration.ofHours(1));
    Instant begin = next.plus(Duration.ofMinutes(6 + random.nextInt(46)));
    world.clock().advance(Duration.between(world.now(), begin));
    pass();
    pass();
  }

  private void serve(SimHost host, Shop.Sold sold) {
    stage.finish(host.id() + " serve", () -> host.serve(sold));
  }

  private void market(Market market, Instant at, Instant until) {
    switch (hardship) {
      case MARKET_LATE -> market.downUntil(at.plus(Duration.between(at, until).dividedBy(2)));
      case MARKET_GONE -> market.downUntil(until.plus(STEP));
      case NONE, HOST_LOST, HOST_BEHIND -> market.downUntil(at);
    }
  }

  /** Who hears it first dies over it. */
  private void hearAtSecondTry(Endings.Gone gone) {
    Faults faults = Faults.none();
    faults.crashAt(1 + random.nextInt(9));
    String channelId = gone.customer().channel().channelId();
    try {
      boolean _ =
          new EndAgreement(faults.around(world.base()), shop)
              .end(
                  channelId,
                  gone.customer().binding(),
                  gone.at(),
                  gone.until().filter(_ -> channelId.equals(Shop.AWS)));
    } catch (Crash e) {
      // its message comes again
    }
    stage.finish("notices", endings::conclude);
  }

  /** The next facts of a journal that takes long to work off. */
  private void replay(Shop.Sold sold, int count) {
    String channelId = sold.agreement().billedThrough();
    List<Usage> usages =
        Stream.generate(() ->
                new Usage(sold.id(), channelId, "calls", 1, behindAt, world.nextCall("behind-")))
            .limit(count)
            .toList();
    UsageBatch batch =
        new UsageBatch(
            behind, sent, usages.stream().map(UsageFact::ofCall).toList(), Optional.empty(), false);
    var _ = new ApplyBatch(world.base()).apply(batch);
    sent += count;
    usages.forEach(usage -> world.reference().sure(usage, "", ""));
  }

  /** Two minutes of everybody's work. */
  private void pass() {
    for (SimHost host : hosts) {
      stage.finish(host.id() + " flush", host::flush);
    }
    stage.finish("schedule", scheduler::run);
    for (ChannelSide channel : channels) {
      for (int i = 0; i < MESSAGES_MAX && channel.waiting(); i++) {
        stage.finish(channel.channelId(), channel::report);
      }
    }
    stage.finish("hear", () -> ChannelSide.hear(world, shop));
    world.clock().advance(STEP);
  }

  private void allIsAccepted(Endings.Gone gone, Instant hour, Set<Reference.Of> before) {
    String channelId = gone.customer().channel().channelId();
    Map<String, Long> accepted = new HashMap<>();
    for (ReportLine line : new Reports(world.base(), shop).done(channelId)) {
      if (line.agreementId().equals(gone.sold().id()) && !line.hour().isBefore(hour)) {
        Violation.unless(line.state().accepted(), "of the last hours, %s", line);
        accepted.merge(line.meter(), line.quantity(), Math::addExact);
      }
    }
    Map<String, ReportingLimits.OfMeter> meters =
        shop.of(channelId).flatMap(ChannelTerms::reporting).orElseThrow().meters();
    Map<String, Long> used = new HashMap<>();
    world
        .reference()
        .noted()
        .forEach((of, note) -> {
          Usage usage = note.usage();
          boolean counts =
              note.sure()
                  && !before.contains(of)
                  && usage.agreementId().equals(gone.sold().id())
                  && meters.containsKey(usage.meter())
                  && !usage.at().isAfter(gone.at().plus(FactCheck.AFTER_END_MAX))
                  && !world.reference().isDestroyed(note.host());
          if (counts) {
            used.merge(usage.meter(), usage.quantity(), Math::addExact);
          }
        });
    used.forEach((meter, quantity) ->
        Violation.unless(
            accepted.getOrDefault(meter, 0L) >= quantity,
            "channel %s: agreement %s ended at %s; of meter %s were used %d, accepted at %s are %s",
            channelId,
            gone.sold().id(),
            gone.at(),
            meter,
            quantity,
            world.now(),
            accepted));
  }
}
