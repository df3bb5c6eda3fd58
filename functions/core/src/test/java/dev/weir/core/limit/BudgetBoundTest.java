package dev.weir.core.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.meter.Budgets;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.Fault;
import dev.weir.core.port.memory.Faults;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Hosts that crash, see lost answers and have wrong clocks, against one hard budget. */
class BudgetBoundTest {

  private static final int SEEDS = 120;
  private static final int STEPS = 120;
  private static final long LIMIT = 80;

  /** A call that is being answered. */
  private record Flying(int host, Pass pass, long most) {}

  private static final class Story {
    final LimitWorld world = new LimitWorld();
    final Random random;
    final Faults faults;
    final List<Admission> hosts = new ArrayList<>();
    final List<Flying> flying = new ArrayList<>();
    long delivered;
    long expired;
    int refused;

    Story(long seed) {
      random = new Random(seed);
      faults =
          new Faults(seed, Map.of(Fault.CONFLICT, 20, Fault.LOST_BEFORE, 40, Fault.LOST_AFTER, 40));
      world.limits.put(new Limit.Budget("hard", "vendor", "calls", LIMIT, true));
      for (int i = 0; i < 3; i++) {
        hosts.add(host());
      }
    }

    /** With a clock of its own, up to two minutes wrong. */
    Admission host() {
      long skewMs = random.nextLong(-120_000, 120_000);
      InstantSource skewed = InstantSource.offset(world.clock, Duration.ofMillis(skewMs));
      Ports seen = faults.around(world.ports);
      return new Admission(
          new Ports(
              seen.table(), seen.blobs(), seen.queues(), seen.hosts(), seen.secrets(), skewed));
    }

    void step() {
      int host = random.nextInt(hosts.size());
      switch (random.nextInt(10)) {
        case 0 -> { // it crashes: what it knew is gone, what it had delivered stays delivered
          flying.removeIf(call -> call.host() == host);
          hosts.set(host, host());
        }
        case 1 -> {
          world.clock.advance(Duration.ofSeconds(random.nextInt(200)));
          sweep();
        }
        case 2, 3, 4, 5, 6 -> begin(host, 1 + random.nextInt(6));
        default -> end();
      }
    }

    void begin(int host, long most) {
      try {
        Pass pass = hosts.get(host).admit(LimitWorld.ACME, () -> Map.of("calls", most));
        flying.add(new Flying(host, pass, most));
      } catch (ProblemException e) {
        refused++;
      }
    }

    void end() {
      if (!flying.isEmpty()) {
        Flying call = flying.remove(random.nextInt(flying.size()));
        long used = random.nextLong(call.most() + 1);
        delivered += used; // the customer has it before the budget is told
        call.pass().used(Map.of("calls", used));
      }
    }

    void sweep() {
      Budgets.State before = world.state("hard", "calls");
      world.budgets.expire();
      expired += world.state("hard", "calls").expired() - before.expired();
    }

    void check() {
      Budgets.State state = world.state("hard", "calls");
      assertTrue(delivered <= state.bound(), () -> delivered + " delivered, shown " + state);
      assertTrue(delivered <= LIMIT + expired, () -> delivered + " delivered of " + LIMIT);
      assertTrue(state.bound() <= LIMIT + expired, state::toString);
    }
  }

  @Test
  void noMoreIsDeliveredThanTheLimitAndTheTranchesThatExpired() {
    long delivered = 0;
    long refused = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Story story = new Story(seed);
      for (int i = 0; i < STEPS; i++) {
        story.step();
        story.check();
      }
      story.faults.calm();
      while (!story.flying.isEmpty()) {
        story.end();
      }
      story.world.clock.advance(Duration.ofHours(1));
      story.sweep();
      story.check();
      assertEquals(0, story.world.state("hard", "calls").reserved(), "seed " + seed);
      delivered += story.delivered;
      refused += story.refused;
    }
    assertTrue(delivered > SEEDS * LIMIT / 2, "delivered " + delivered);
    assertTrue(refused > SEEDS, "refused " + refused);
  }
}
