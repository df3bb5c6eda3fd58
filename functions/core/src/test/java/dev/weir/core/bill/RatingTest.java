package dev.weir.core.bill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.catalog.Charge;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RatingTest {

  private static Optional<Charge.PerUnit> charge(long included, long price, long size) {
    return Optional.of(new Charge.PerUnit("m", included, price, size));
  }

  private static void assertRated(
      long included, long billed, long amountMicros, Rating.Rated rated) {
    assertEquals(
        List.of(included, billed, amountMicros),
        List.of(rated.included(), rated.billed(), rated.amountMicros()));
  }

  @Test
  void whatTheMonthIncludesIsFreeAndTheRestIsBilled() {
    assertRated(100, 0, 0, Rating.rate(0, 100, charge(100, 7, 1)));
    assertRated(30, 20, 140, Rating.rate(70, 50, charge(100, 7, 1)));
    assertRated(0, 50, 350, Rating.rate(100, 50, charge(100, 7, 1)));
    assertRated(50, 0, 0, Rating.rate(0, 50, Optional.empty()));
  }

  @Test
  void roundsHalfUpOverTheMonth() {
    assertEquals(2, Rating.price(1, 3, 2)); // 1.5
    assertEquals(1, Rating.price(1, 4, 3)); // 1.33
    assertEquals(0, Rating.price(1, 1, 1000));
    assertEquals(1, Rating.price(500, 1, 1000));
  }

  @Test
  void theHoursOfAMonthAddUpToTheMonthHoweverTheyAreCut() {
    Random random = new Random(42);
    for (int round = 0; round < 2000; round++) {
      long included = random.nextLong(0, 5000);
      long price = random.nextLong(0, 100_000);
      long size = random.nextLong(1, 2000);
      long total = random.nextLong(0, 100_000);
      List<Long> cuts = new ArrayList<>();
      for (long left = total; left > 0; ) {
        long part = Math.min(left, random.nextLong(1, total + 1));
        cuts.add(part);
        left -= part;
      }
      long used = 0;
      long amount = 0;
      long billed = 0;
      for (long part : cuts) {
        Rating.Rated rated = Rating.rate(used, part, charge(included, price, size));
        assertEquals(part, rated.included() + rated.billed());
        assertTrue(rated.amountMicros() >= 0);
        used += part;
        amount += rated.amountMicros();
        billed += rated.billed();
      }
      assertEquals(Math.max(0, total - included), billed);
      long exact =
          BigDecimal.valueOf(billed)
              .multiply(BigDecimal.valueOf(price))
              .divide(BigDecimal.valueOf(size), 0, RoundingMode.HALF_UP)
              .longValueExact();
      assertEquals(exact, amount);
    }
  }

  @Test
  void overflowIsAnErrorAndNeverAWrongAmount() {
    assertThrows(
        ArithmeticException.class, () -> Rating.rate(Long.MAX_VALUE - 1, 2, charge(0, 1, 1)));
    assertThrows(
        ArithmeticException.class, () -> Rating.rate(0, Long.MAX_VALUE, charge(0, 1_000_000, 1)));
    assertThrows(ArithmeticException.class, () -> Rating.rate(Long.MIN_VALUE, -1, charge(0, 1, 1)));
  }

  @Test
  void sharesAddUpToTheAmountToTheLastMicroUnit() {
    Random random = new Random(7);
    for (int round = 0; round < 5000; round++) {
      long amount = random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L);
      int fee = random.nextInt(0, 5001);
      int share = random.nextInt(0, 5001);
      List<Long> parts = Shares.split(amount, List.of(fee, share));
      assertEquals(amount, parts.stream().mapToLong(Long::longValue).sum());
      BigDecimal quota =
          BigDecimal.valueOf(amount).multiply(BigDecimal.valueOf(share)).movePointLeft(4);
      assertTrue(
          quota.subtract(BigDecimal.valueOf(parts.get(1))).abs().compareTo(BigDecimal.ONE) < 0);
      List<Long> mirror = Shares.split(-amount, List.of(fee, share));
      assertEquals(parts, mirror.stream().map(part -> -part).toList());
    }
  }

  @Test
  void theLargestRemaindersGetWhatIsLeft() {
    assertEquals(List.of(33L, 33L, 34L), Shares.split(100, List.of(3333, 3333)));
    assertEquals(List.of(1L, 0L, 0L), Shares.split(1, List.of(3334, 3333)));
    assertEquals(List.of(1L, 1L), Shares.split(2, List.of(5000)));
    assertEquals(List.of(2L, 1L), Shares.split(3, List.of(5000))); // equal: the earlier part
    assertThrows(IllegalArgumentException.class, () -> Shares.split(1, List.of(9000, 2000)));
  }
}
