package dev.weir.local.simulate;

import dev.weir.core.meter.Applied;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.BatchSink;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.port.PortException;
import dev.weir.core.port.memory.Crash;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The way of batches from hosts to the gateway: they are lost, repeated, late, and so on. */
final class Uplink {

  private static final int LOST_PERCENT = 6;
  private static final int REPEATED_PERCENT = 10;
  private static final int LATE_PERCENT = 8;
  private static final int LATE_MAX = 50;

  private final World world;
  private final List<UsageBatch> late = new ArrayList<>();

  Uplink(World world) {
    this.world = world;
  }

  /** The caller's process ended while it waited. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  /**
   * A host's way to the gateway.
   *
   * @param alive whether the process that began the call still lives when the answer comes
   */
  BatchSink of(String host, BooleanSupplier alive) {
    return batch -> {
      try {
        Applied applied = send(host, batch);
        live(alive);
        return applied;
      } catch (IOException e) {
        live(alive);
        throw e;
      }
    };
  }

  private static void live(BooleanSupplier alive) {
    if (!alive.getAsBoolean()) {
      throw new Killed();
    }
  }

  private Applied send(String host, UsageBatch batch) throws IOException {
    world.stepped().step(host, "batch", batch.after() + "+" + batch.facts().size());
    if (world.happens(Trouble.NETWORK, LOST_PERCENT)) {
      throw new IOException("injected: the batch is lost");
    }
    if (late.size() < LATE_MAX && world.happens(Trouble.NETWORK, LATE_PERCENT)) {
      late.add(batch);
      throw new IOException("injected: no answer, the batch is on its way");
    }
    Applied applied = apply(batch);
    if (world.happens(Trouble.NETWORK, REPEATED_PERCENT)) {
      applied = apply(batch);
    }
    if (world.happens(Trouble.NETWORK, LOST_PERCENT)) {
      throw new IOException("injected: the answer is lost");
    }
    return applied;
  }

  /** A batch that was late arrives, perhaps long after others. */
  void deliverLate() {
    if (late.isEmpty()) {
      return;
    }
    int index = world.random().nextInt(late.size());
    UsageBatch batch =
        world.random().nextInt(3) == 0 ? late.get(index) : late.remove(index); // or once more
    try {
      Applied _ = apply(batch);
    } catch (IOException e) {
      // its sender sends it again
    }
  }

  void deliverAllLate() {
    while (!late.isEmpty()) {
      try {
        Applied _ = apply(late.removeLast());
      } catch (IOException e) {
        throw new Violation("a late batch is refused", e);
      }
    }
  }

  private Applied apply(UsageBatch batch) throws IOException {
    long skewMs = world.has(Trouble.SKEW) ? world.random().nextInt(4000) - 2000 : 0;
    Machine gateway = new Machine(world, "gateway", Duration.ofMillis(skewMs));
    gateway.mayCrash();
    try {
      return new ApplyBatch(gateway.ports()).apply(batch);
    } catch (PortException | Crash e) {
      throw new IOException("the gateway failed: " + e.getMessage(), e);
    }
  }
}
