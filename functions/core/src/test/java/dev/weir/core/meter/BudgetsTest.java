package dev.weir.core.meter;

import static dev.weir.core.meter.MeterWorld.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.memory.Fault;
import dev.weir.core.port.memory.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BudgetsTest {

  private static final Budgets.Of OF = Budgets.Of.at("a1", "calls", START);
  private static final Duration LIFE = Duration.ofMinutes(1);

  private final MeterWorld world = new MeterWorld();
  private final Budgets budgets = new Budgets(world.ports);

  private boolean reserve(String id, long amount) {
    return budgets.reserve(OF, id, amount, 100, LIFE);
  }

  @Test
  void noMoreIsGivenOutThanTheLimitAndWhatIsNotSpentComesBack() {
    assertTrue(reserve("t1", 60));
    assertTrue(reserve("t1", 60)); // the same tranche
    assertFalse(reserve("t2", 41));
    assertTrue(reserve("t3", 40));
    assertEquals(new Budgets.State(0, 100, 0), budgets.state(OF));

    budgets.settle(OF, "t1", 10);
    budgets.settle(OF, "t1", 10);
    assertEquals(new Budgets.State(10, 40, 0), budgets.state(OF));
    assertTrue(reserve("t4", 50));
    assertFalse(reserve("t5", 1));
  }

  @Test
  void aTrancheAlwaysEndsAndALateSettlementIsWithinTheShownBound() {
    assertTrue(reserve("t1", 60));
    assertEquals(0, budgets.expire(OF));
    world.clock.advance(LIFE);
    assertEquals(1, budgets.expire(OF));
    assertEquals(0, budgets.expire(OF));
    assertEquals(new Budgets.State(0, 0, 60), budgets.state(OF));
    assertTrue(reserve("t2", 100));

    budgets.settle(OF, "t2", 100);
    budgets.settle(OF, "t1", 25); // its host was only slow: it did deliver
    assertEquals(new Budgets.State(125, 0, 0), budgets.state(OF));
    assertFalse(reserve("t3", 1));
  }

  @Test
  void moreThanReservedCannotBeSettled() {
    assertTrue(reserve("t1", 60));
    assertThrows(IllegalArgumentException.class, () -> budgets.settle(OF, "t1", 61));
    assertThrows(IllegalArgumentException.class, () -> budgets.settle(OF, "t1", -1));
    assertThrows(IllegalArgumentException.class, () -> reserve("t3", 0));
  }

  @Test
  void whatIsSettledIsNotLookedAtByAnySweep() {
    for (int i = 0; i < 50; i++) {
      assertTrue(reserve("t" + i, 2));
      budgets.settle(OF, "t" + i, 1);
    }
    assertTrue(reserve("lost", 3));
    assertTrue(reserve("out", 4));
    Table.Query swept = Table.Query.all(Keys.tranches(OF));
    assertEquals(2, Tables.list(world.ports.table(), swept).size());
    world.clock.advance(LIFE);
    assertEquals(2, budgets.expire());
    assertEquals(List.of(), Tables.list(world.ports.table(), swept));

    budgets.settle(OF, "lost", 2);
    budgets.settle(OF, "lost", 2);
    assertEquals(new Budgets.State(52, 0, 4), budgets.state(OF));
  }

  @Test
  void whatExpiredLongAgoIsForgottenAndItsHolderIsToldNothing() {
    assertTrue(reserve("t1", 60));
    world.clock.advance(LIFE);
    assertEquals(1, budgets.expire());
    world.clock.advance(Budgets.EXPIRED_KEPT);
    budgets.settle(OF, "t1", 10);
    assertEquals(new Budgets.State(0, 0, 60), budgets.state(OF));
  }

  @Test
  void lostAnswersNeitherLeakNorOverspend() {
    Random random = new Random(3);
    Faults faults =
        new Faults(3, Map.of(Fault.CONFLICT, 100, Fault.LOST_BEFORE, 100, Fault.LOST_AFTER, 100));
    Budgets faulty = new Budgets(faults.around(world.ports));
    long spent = 0;
    List<String> open = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String id = "t" + i;
      if (faulty.reserve(OF, id, 5, 500, Duration.ofDays(1))) {
        open.add(id);
      }
      if (!open.isEmpty() && random.nextBoolean()) {
        long used = random.nextInt(6);
        faulty.settle(OF, open.removeFirst(), used);
        spent += used;
      }
      Budgets.State state = budgets.state(OF);
      assertEquals(new Budgets.State(spent, open.size() * 5L, 0), state);
      assertTrue(state.spent() + state.reserved() <= 500);
    }
    assertTrue(spent > 200);
  }
}
