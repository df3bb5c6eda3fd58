package dev.weir.core.port.memory;

import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/**
 * Puts seeded faults between use cases and their ports: the same seed and the same calls give the
 * same faults. Each call has two steps, before and after it works on the store; a crash can be set
 * at any step. Thread-safe, but only calls from one thread repeat exactly.
 */
public final class Faults {

  private static final int PER_MILLE = 1000;

  private final Random random;
  private final Map<Fault, Integer> perMille;
  private final Map<Fault, Long> seen = new EnumMap<>(Fault.class);
  private long steps;
  private long crashAt = -1;
  private boolean crashed;
  private boolean calm;

  /**
   * @param perMille how often each fault happens, in thousandths of the calls where it can; absent
   *     means never
   */
  public Faults(long seed, Map<Fault, Integer> perMille) {
    this.random = new Random(seed);
    this.perMille = Map.copyOf(perMille);
  }

  /** No faults but a crash, where one is set. */
  public static Faults none() {
    return new Faults(0, Map.of());
  }

  /** Every fault, equally often. */
  public static Faults all(long seed, int perMille) {
    Map<Fault, Integer> rates = new EnumMap<>(Fault.class);
    for (Fault fault : Fault.values()) {
      rates.put(fault, perMille);
    }
    return new Faults(seed, rates);
  }

  /** The same world, seen through faults. The clock stays as it is. */
  public Ports around(Ports ports) {
    return new Ports(
        new FaultyTable(ports.table(), this),
        new FaultyBlobs(ports.blobs(), this),
        name -> new FaultyQueue(ports.queue(name), this),
        new FaultyHosts(ports.hosts(), this),
        new FaultySecrets(ports.secrets(), this),
        ports.clock());
  }

  /** Crashes at a step, counted from 1 since the beginning; see {@link #steps()}. */
  public synchronized void crashAt(long step) {
    crashAt = step;
  }

  /** A new process begins: calls work again. */
  public synchronized void restart() {
    crashed = false;
  }

  /** No more faults from now on, so that what is left can be worked off and counted. */
  public synchronized void calm() {
    calm = true;
  }

  /** How many steps there were. */
  public synchronized long steps() {
    return steps;
  }

  /** How often each fault happened. */
  public synchronized Map<Fault, Long> seen() {
    return Map.copyOf(seen);
  }

  synchronized void step() {
    if (!crashed) {
      steps++;
      crashed = steps == crashAt;
    }
    if (crashed) {
      throw new Crash(steps);
    }
  }

  synchronized boolean happens(Fault fault) {
    int rate = perMille.getOrDefault(fault, 0);
    boolean now = !calm && rate > 0 && random.nextInt(PER_MILLE) < rate;
    if (now) {
      seen.merge(fault, 1L, Long::sum);
    }
    return now;
  }

  synchronized int below(int bound) {
    return random.nextInt(bound);
  }

  /** A read of a port. */
  interface Reading<T, E extends Exception> {
    T read() throws E;
  }

  /** A change through a port. */
  interface Changing<E extends Exception> {
    void change() throws E;
  }

  <T, E extends Exception> T reading(Reading<T, E> call) throws E {
    step();
    if (happens(Fault.READ_FAILED)) {
      throw new PortException("injected: the read failed");
    }
    T answer = call.read();
    step();
    return answer;
  }

  <T, E extends Exception> T changing(Reading<T, E> call) throws E {
    step();
    if (happens(Fault.LOST_BEFORE)) {
      throw new PortException("injected: no answer, nothing was done");
    }
    T answer = call.read();
    step();
    if (happens(Fault.LOST_AFTER)) {
      throw new PortException("injected: no answer, though it was done");
    }
    return answer;
  }

  <E extends Exception> void change(Changing<E> call) throws E {
    var _ =
        changing(() -> {
          call.change();
          return true;
        });
  }
}
