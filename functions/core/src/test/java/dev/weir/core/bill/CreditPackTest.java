package dev.weir.core.bill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CreditPackTest {

  private static final Instant T = Instant.parse("2026-11-01T00:00:00Z");

  private static CreditPack pack(String id, long micros, int fromDay, int untilDay) {
    return new CreditPack(
        id,
        "offer",
        micros,
        micros,
        T.plus(Duration.ofDays(fromDay)),
        T.plus(Duration.ofDays(untilDay)));
  }

  @Test
  void whatExpiresSoonestIsDrawnFirstAndWhatHasExpiredOrNotBegunNever() {
    List<CreditPack> packs =
        List.of(
            pack("late", 100, 0, 90),
            pack("soon", 30, 0, 10),
            pack("gone", 500, -9, 1),
            pack("tomorrow", 500, 3, 9));
    CreditPack.Drawn drawn = CreditPack.draw(packs, 50, T.plus(Duration.ofDays(2)));
    assertEquals(
        List.of(new Part.Credit("soon", -30), new Part.Credit("late", -20)), drawn.parts());
    assertEquals(
        List.of(80L, 0L, 500L, 500L), drawn.packs().stream().map(CreditPack::leftMicros).toList());
  }

  @Test
  void creditIsNeverMadeOrLostWhateverIsDrawnAndPutBack() {
    Random random = new Random(11);
    for (int round = 0; round < 3000; round++) {
      List<CreditPack> packs = new ArrayList<>();
      for (int i = 0; i < random.nextInt(1, 6); i++) {
        int from = random.nextInt(0, 20);
        packs.add(pack("p" + i, random.nextLong(1, 1000), from, from + random.nextInt(1, 40)));
      }
      long whole = left(packs);
      long paid = 0;
      List<CreditPack> now = packs;
      for (int i = 0; i < 20; i++) {
        Instant at = T.plus(Duration.ofDays(random.nextInt(0, 60)));
        long amount = random.nextLong(0, 300);
        boolean back = random.nextInt(4) == 0;
        long usable =
            now.stream().filter(p -> p.usable(at)).mapToLong(CreditPack::leftMicros).sum();
        CreditPack.Drawn drawn =
            back ? CreditPack.putBack(now, amount, at) : CreditPack.draw(now, amount, at);
        paid -= drawn.micros();
        now = drawn.packs();
        assertEquals(whole, left(now) + paid);
        if (!back) {
          assertEquals(Math.min(amount, usable), -drawn.micros());
        }
        assertSoonestFirst(drawn, at, back);
      }
    }
  }

  /** Where something was drawn from a pack, every usable pack before it is empty. */
  private static void assertSoonestFirst(CreditPack.Drawn drawn, Instant at, boolean back) {
    if (back || drawn.parts().isEmpty()) {
      return;
    }
    String last = drawn.parts().getLast().pack();
    CreditPack touched =
        drawn.packs().stream().filter(p -> p.id().equals(last)).findFirst().orElseThrow();
    for (CreditPack pack : drawn.packs()) {
      if (pack.usable(at) && pack.expires().isBefore(touched.expires())) {
        assertEquals(0, pack.leftMicros(), () -> pack + " before " + touched);
      }
    }
    assertTrue(touched.usable(at));
  }

  private static long left(List<CreditPack> packs) {
    return packs.stream().mapToLong(CreditPack::leftMicros).sum();
  }

  @Test
  void aPackCannotHoldMoreThanItsCreditOrLessThanNothing() {
    assertThrows(IllegalArgumentException.class, () -> pack("p", 10, 0, 1).left(11));
    assertThrows(IllegalArgumentException.class, () -> pack("p", 10, 0, 1).left(-1));
  }
}
