package dev.weir.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.spi.ChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final long SECOND = 1_000_000_000L;

  private long now = Long.MAX_VALUE - 3 * SECOND; // nanoTime may be anything
  private final List<Long> calls = new ArrayList<>();

  private Pace pace(int perSecond) {
    return new Pace(
        new Manifest.Calls(Optional.of(perSecond), Optional.of(1000)),
        () -> now,
        nanos -> now += nanos);
  }

  private void call(Pace pace, int bytes) {
    pace.call(() -> {
      Pace.await(bytes);
      return calls.add(now);
    });
  }

  @Test
  void noSecondHasMoreCallsThanAreDeclaredAlsoAfterARest() {
    Pace pace = pace(10);
    for (int i = 0; i < 40; i++) {
      call(pace, 10);
      if (i == 15) {
        now += SECOND / 3;
      }
    }
    for (int i = 0; i + 10 < calls.size(); i++) {
      assertTrue(calls.get(i + 10) - calls.get(i) >= SECOND, "calls " + i + " and 10 after it");
    }
    assertEquals(0, calls.getFirst() - (Long.MAX_VALUE - 3 * SECOND));
  }

  @Test
  void aBodyOfMoreBytesThanAreDeclaredIsNotSent() {
    Pace pace = pace(1000);
    call(pace, 1000);
    ChannelException e = assertThrows(ChannelException.class, () -> call(pace, 1001));
    assertEquals(Pace.TOO_LARGE, e.code());
    assertTrue(e.getMessage().contains("1001 B > 1000 B"), e.getMessage());
  }

  @Test
  void whatIsNoReportIsNotHeldUp() {
    long before = now;
    for (int i = 0; i < 100; i++) {
      Pace.await(5000);
    }
    assertEquals(before, now);
  }
}
