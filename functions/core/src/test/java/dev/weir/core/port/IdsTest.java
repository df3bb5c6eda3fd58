package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class IdsTest {

  private static final InstantSource CLOCK = () -> Instant.EPOCH;

  private final SettableClock clock = new SettableClock(Instant.ofEpochMilli(1_469_918_176_385L));
  private final Ids ids = new Ids(clock);

  @Test
  void theTimePartIsThatOfUlids() {
    // 01ARYZ6S41 is the ULID specification's own example for this millisecond.
    assertEquals("01aryz6s41", ids.next().substring(0, 10));
    assertTrue(ids.next().matches("[0-9a-hjkmnp-tv-z]{26}"));
  }

  @Test
  void idsIncreaseWithinAMillisecondAndWhenTheClockStepsBack() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      made.add(ids.next());
      if (i % 100 == 99) {
        clock.advance(Duration.ofMillis(i % 200 == 99 ? 1 : -1));
      }
    }
    assertEquals(made.stream().sorted().toList(), made);
    assertEquals(1000, new HashSet<>(made).size());
  }

  @Test
  void idsOfManyThreadsDiffer() throws Exception {
    Set<String> made = ConcurrentHashMap.newKeySet();
    TableConcurrencyContract.together(
        4,
        () -> {
          for (int i = 0; i < 1000; i++) {
            made.add(ids.next());
          }
          return 0;
        });
    assertEquals(4000, made.size());
  }

  @Test
  void idsOfASimulationRepeat() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Ids.repeatably(new Random(7), () -> ids.add(new Ids(CLOCK).next()));
    }
    assertEquals(ids.get(0), ids.get(1));
    assertNotEquals(ids.get(0), new Ids(CLOCK).next());
  }
}
