package dev.weir.local.simulate;

import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.Fault;
import dev.weir.core.port.memory.Faults;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/** A process: its ports, its clock, and the faults between. After a crash it is a new one. */
final class Machine {

  private static final int CRASH_PERCENT = 8;
  private static final int CRASH_WITHIN_STEPS = 90;

  private final String name;
  private final World world;
  private final Random random;
  private final InstantSource clock;
  private final int times;
  private Faults faults;
  private Ports ports;

  Machine(World world, String name, Duration skew) {
    this(world, name, skew, 1);
  }

  /**
   * A process for work that is seldom done.
   *
   * @param times how much more often than others it meets trouble
   */
  Machine(World world, String name, Duration skew, int times) {
    this.times = times;
    this.world = world;
    this.name = name;
    this.random = world.random();
    this.clock = new Skewed(world.clock(), skew);
    this.faults = fresh();
    this.ports = faults.around(world.stepped().ports(name, world.base(), clock));
  }

  /** A clock that is wrong by the same amount at all times. */
  private record Skewed(InstantSource right, Duration by) implements InstantSource {
    @Override
    public Instant instant() {
      return right.instant().plus(by);
    }
  }

  private Faults fresh() {
    Map<Fault, Integer> perMille = new EnumMap<>(Fault.class);
    if (world.has(Trouble.TABLE)) {
      perMille.putAll(
          Map.of(
              Fault.CONFLICT, 8, Fault.LOST_BEFORE, 8, Fault.LOST_AFTER, 12, Fault.READ_FAILED, 3));
    }
    if (world.has(Trouble.QUEUE)) {
      perMille.putAll(Map.of(Fault.DUPLICATE, 60, Fault.REORDER, 60, Fault.DELAY, 60));
    }
    perMille.replaceAll((_, rate) -> rate * times);
    Faults made = new Faults(random.nextLong(), perMille);
    if (world.calm()) {
      made.calm();
    }
    return made;
  }

  String name() {
    return name;
  }

  InstantSource clock() {
    return clock;
  }

  /** What its code sees of the world in this life. */
  Ports ports() {
    return ports;
  }

  /** A new process with the same name; threads of the one before die at their next step. */
  void restart() {
    kill();
    faults = fresh();
    ports = faults.around(world.stepped().ports(name, world.base(), clock));
  }

  /** The process dies, now. */
  void kill() {
    faults.crashAt(faults.steps() + 1);
  }

  /** Before some work: perhaps the process will die in it. */
  void mayCrash() {
    if (world.happens(Trouble.CRASH, CRASH_PERCENT * times)) {
      faults.crashAt(faults.steps() + 1 + random.nextInt(CRASH_WITHIN_STEPS));
    }
  }

  void calm() {
    faults.calm();
    faults.crashAt(-1);
  }
}
