package dev.weir.local.simulate;

import dev.weir.core.catalog.Meter;
import dev.weir.core.meter.FactCheck;
import dev.weir.core.meter.Flusher;
import dev.weir.core.meter.Journal;
import dev.weir.core.meter.JournalException;
import dev.weir.core.meter.JournalReplay;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.Usage;
import dev.weir.core.port.PortException;
import dev.weir.core.port.memory.Crash;
import dev.weir.local.simulate.disk.Disk;
import dev.weir.local.simulate.disk.PowerLoss;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A host that answers calls under tranches of budgets and journals their usage. A tranche is
 * settled only when the facts spent under it were applied, so that what a destroyed host takes with
 * it stays under the tranches that are left.
 */
final class SimHost {

  private static final int SEGMENT_MAX_BYTES = 1200;
  private static final long WHALE = 3_000_000_000L;

  private enum State {
    OFF,
    UP,
    DESTROYED
  }

  private final World world;
  private final Shop shop;
  private final Uplink uplink;
  private final String name;
  private final String id;
  private final String bootPrefix;
  private final Disk disk;
  private final Machine machine;
  private final Random random;
  private final Tranches tranches;
  private State state = State.OFF;
  private int life;
  private @Nullable Journal journal;
  private @Nullable Flusher flusher;
  private long appended;
  private boolean registered;

  SimHost(World world, Shop shop, Uplink uplink, String name, String id, Disk disk, Duration skew) {
    this.world = world;
    this.shop = shop;
    this.uplink = uplink;
    this.name = name;
    this.id = id;
    // "eu" and "1-3", "eu-1" and "3": joined by a dash they would be one.
    this.bootPrefix = name.endsWith("-1") ? "" : "1-";
    this.disk = disk;
    this.machine = new Machine(world, id, skew);
    this.random = world.random();
    this.tranches = new Tranches(world, machine, id);
  }

  String id() {
    return id;
  }

  String name() {
    return name;
  }

  boolean up() {
    return state == State.UP;
  }

  boolean destroyed() {
    return state == State.DESTROYED;
  }

  /** Whether its facts are taken as they come: it is there, and its clock right enough. */
  boolean hasGoodClock() {
    Duration ahead = Duration.between(world.now(), machine.clock().instant()).abs();
    return !destroyed() && ahead.compareTo(FactCheck.AHEAD_MAX) < 0;
  }

  /** Starts: what earlier boots left is sent first. */
  void boot() {
    if (state != State.OFF) {
      return;
    }
    machine.restart();
    machine.mayCrash();
    life++;
    int mine = life;
    try {
      long _ = new JournalReplay(disk.folder(), name, uplink.of(id, () -> life == mine)).run();
      String boot = bootPrefix + world.nextBoot(name);
      Journal opened = Journal.open(disk.folder(), new SourceName(name, boot), SEGMENT_MAX_BYTES);
      Flusher first = new Flusher(opened, uplink.of(id, () -> life == mine), machine.clock());
      registered = random.nextInt(3) > 0;
      if (registered) {
        long _ = first.flush(); // from now on sealing waits for it
      }
      journal = opened;
      flusher = first;
      appended = 0;
      state = State.UP;
    } catch (JournalException e) {
      throw new Violation("a journal that this host wrote is refused: " + e.getMessage(), e);
    } catch (IOException | Crash | Uplink.Killed e) {
      off();
    } catch (PowerLoss e) {
      powerCut();
    }
  }

  /** The process is gone; its disk stays. */
  private void off() {
    machine.kill();
    life++;
    state = state == State.DESTROYED ? state : State.OFF;
    journal = null;
    flusher = null;
    tranches.forget();
  }

  /** Killed from outside. */
  void kill() {
    if (state == State.UP) {
      off();
    }
  }

  void powerCut() {
    off();
    disk.powerCut(random);
  }

  /** Gone for ever. */
  void destroy() {
    off();
    state = State.DESTROYED;
    world.reference().destroyed(id);
  }

  /** A copy of its disk as it is now. */
  Disk copiedDisk() {
    return disk.copied();
  }

  /** Answers one call of somebody. */
  void serve() {
    serve(() -> {
      Shop.Sold sold = shop.pick(random);
      // Who left is not answered any more, but by those who do not know it yet.
      boolean known = world.reference().ended().containsKey(sold.id());
      return known && random.nextInt(3) > 0 ? Optional.empty() : Optional.of(sold);
    });
  }

  /** Answers one call of a customer. */
  void serve(Shop.Sold sold) {
    serve(() -> Optional.of(sold));
  }

  private void serve(Supplier<Optional<Shop.Sold>> customer) {
    Journal mine = journal;
    int thisLife = life;
    if (state != State.UP || mine == null) {
      return;
    }
    if (world.happens(Trouble.POWER, 3)) {
      disk.losePowerAfter(1 + random.nextInt(6));
    }
    if (world.happens(Trouble.DISK, 2)) {
      disk.failForces(1);
    }
    machine.mayCrash();
    try {
      List<Usage> usages = customer.get().map(this::usages).orElse(List.of());
      boolean covered = true;
      for (Usage usage : usages) {
        covered = covered && tranches.hold(shop, usage);
      }
      if (!covered) {
        usages.forEach(tranches::release);
      } else if (life == thisLife && !usages.isEmpty()) {
        append(mine, usages);
      }
    } catch (PortException e) {
      // the call is refused
    } catch (Crash | Uplink.Killed e) {
      if (life == thisLife) {
        off();
      }
    }
  }

  /** Nothing else happens between the time that facts bear and their durability. */
  private void append(Journal mine, List<Usage> held) {
    Instant at = machine.clock().instant();
    List<Usage> usages =
        held.stream()
            .map(u ->
                new Usage(u.agreementId(), u.channelId(), u.meter(), u.quantity(), at, u.callId()))
            .toList();
    String source = registered ? mine.source().id() : "";
    usages.forEach(usage -> world.reference().maybe(usage, id, source));
    try {
      mine.append(usages);
    } catch (IOException e) {
      off(); // it takes no more; a new boot will
      return;
    } catch (PowerLoss e) {
      powerCut();
      return;
    }
    for (int i = 0; i < usages.size(); i++) {
      appended++;
      world.reference().sure(usages.get(i), id, source);
      tranches.spend(held.get(i), appended);
    }
  }

  private List<Usage> usages(Shop.Sold sold) {
    String channel = sold.channels().get(random.nextInt(sold.channels().size()));
    String call = world.nextCall("h");
    List<Usage> usages = new ArrayList<>();
    usages.add(usage(sold, channel, Meter.CALLS.id(), 1, call));
    if (random.nextInt(3) > 0) {
      long tokens =
          world.happens(Trouble.WHALE, 4) ? WHALE + random.nextInt(1000) : 1 + random.nextInt(4000);
      usages.add(usage(sold, channel, Shop.TOKENS, tokens, call));
    }
    return usages;
  }

  private Usage usage(Shop.Sold sold, String channel, String meter, long quantity, String call) {
    return new Usage(sold.id(), channel, meter, quantity, machine.clock().instant(), call);
  }

  /** Sends what is durable, then settles what is done with. */
  void flush() {
    Flusher mine = flusher;
    int thisLife = life;
    if (state != State.UP || mine == null) {
      return;
    }
    machine.mayCrash();
    try {
      long applied = mine.flush();
      tranches.settle(applied, false);
    } catch (IOException | PortException e) {
      // called again
    } catch (Crash | Uplink.Killed e) {
      if (life == thisLife) {
        off();
      }
    } catch (PowerLoss e) {
      if (life == thisLife) {
        powerCut();
      }
    }
  }

  /** Ends in order: the rest is sent, the source closed, the journal deleted. */
  void finish() {
    Flusher mine = flusher;
    int thisLife = life;
    if (state != State.UP || mine == null) {
      return;
    }
    try {
      mine.finish();
      tranches.settle(Long.MAX_VALUE, true);
      off();
    } catch (IOException | PortException | Crash | Uplink.Killed e) {
      if (life == thisLife) {
        off();
      }
    } catch (PowerLoss e) {
      if (life == thisLife) {
        powerCut();
      }
    }
  }

  void calm() {
    disk.calm();
    machine.calm();
  }
}
