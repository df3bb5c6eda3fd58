package dev.weir.local.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What moves while nobody asks: the queues' pumps and the schedule. Pumps sleep until they are
 * nudged or {@link #POLL} has passed.
 */
public final class Engine implements AutoCloseable {

  static final Duration POLL = Duration.ofMillis(200);
  static final Duration TICK = Duration.ofSeconds(1);

  /** Threads on each queue: messages of one group never run side by side, groups do. */
  static final int PUMPS_PER_QUEUE = 2;

  /** The most rounds of {@link #settle}. */
  static final int SETTLE_ROUNDS_MAX = 50;

  private static final Duration SETTLE_LOOK = Duration.ofMillis(20);
  private static final Duration SETTLE_STALL = Duration.ofSeconds(1);
  private static final System.Logger LOG = System.getLogger(Engine.class.getName());

  private final Ticker ticker;
  private final List<QueuePump> pumps = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition nudged = lock.newCondition();
  private long nudges;
  private volatile boolean closed;

  public Engine(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Starts the schedule. */
  public void start() {
    run("schedule", this::tickLoop);
  }

  /** Starts to pump a queue. */
  public void add(QueuePump pump) {
    pumps.add(pump);
    for (int i = 0; i < PUMPS_PER_QUEUE; i++) {
      run("pump-" + pump.name() + "-" + i, () -> pumpLoop(pump));
    }
  }

  /** Says that a queue may hold something now. */
  public void nudge() {
    lock.lock();
    try {
      nudges++;
      nudged.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ticks until the queues have nothing left to do now; what waits for a retry is left waiting.
   *
   * @return the ticks it took; it gives up after {@link #SETTLE_ROUNDS_MAX}
   */
  public int settle() throws InterruptedException {
    int quiet = 0;
    for (int round = 1; round <= SETTLE_ROUNDS_MAX; round++) {
      ticker.tick();
      nudge();
      // Twice in a row: the first quiet tick may itself have sent what the second one sees.
      quiet = waited() ? quiet + 1 : 0;
      if (quiet == 2) {
        return round;
      }
    }
    return SETTLE_ROUNDS_MAX;
  }

  /** Waits until the queues are idle; whether they were so from the beginning. */
  private boolean waited() throws InterruptedException {
    boolean quiet = true;
    long before = worked();
    long stalledSince = System.nanoTime();
    while (!closed && !pumps.stream().allMatch(QueuePump::idle)) {
      long now = worked();
      if (now != before || pumps.stream().anyMatch(QueuePump::busy)) {
        stalledSince = System.nanoTime();
      } else if (System.nanoTime() - stalledSince > SETTLE_STALL.toNanos()) {
        return quiet; // what is left waits behind a message of its group that is to be retried
      }
      quiet = quiet && now == before;
      before = now;
      nudge();
      Thread.sleep(SETTLE_LOOK);
    }
    return quiet && worked() == before;
  }

  private long worked() {
    return pumps.stream().mapToLong(QueuePump::worked).sum();
  }

  @Override
  public void close() {
    closed = true;
    nudge();
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run(String name, Runnable loop) {
    threads.add(Thread.ofPlatform().daemon().name(name).start(loop));
  }

  private void tickLoop() {
    while (!closed) {
      ticker.tick();
      nudge();
      sleep(nudgesSoFar(), TICK, false);
    }
  }

  private void pumpLoop(QueuePump pump) {
    while (!closed) {
      long seen = nudgesSoFar();
      try {
        if (pump.pump() > 0) {
          nudge();
          continue;
        }
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.log(System.Logger.Level.WARNING, "pumping " + pump.name() + " failed", e);
        }
      }
      sleep(seen, POLL, true);
    }
  }

  private long nudgesSoFar() {
    lock.lock();
    try {
      return nudges;
    } finally {
      lock.unlock();
    }
  }

  private void sleep(long seen, Duration atMost, boolean wakes) {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (left > 0 && !closed && !(wakes && nudges != seen)) {
        left = nudged.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}
