package dev.weir.core.bill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdjustmentTest {

  private static final long PLENTY = Long.MAX_VALUE;

  /** Charges amounts one after the other; answers what was charged in all. */
  private static long charge(
      List<Long> amounts, List<Adjustment> adjustments, Map<String, Long> byCode) {
    Map<String, Long> sums = new HashMap<>();
    long charged = 0;
    for (long amount : amounts) {
      Adjustment.Adjusted adjusted = Adjustment.adjust(amount, adjustments, sums);
      sums.putAll(adjusted.sums());
      long parts = adjusted.parts().stream().mapToLong(Part::micros).sum();
      assertEquals(adjusted.micros(), amount + parts);
      charged += adjusted.micros();
      for (Part part : adjusted.parts()) {
        byCode.merge(name(part), part.micros(), Long::sum);
      }
    }
    return charged;
  }

  private static String name(Part part) {
    return switch (part) {
      case Part.Factor factor -> factor.name();
      case Part.Discount discount -> discount.code();
      case Part.Sponsored sponsored -> sponsored.sponsorship();
      default -> part.getClass().getSimpleName();
    };
  }

  @Test
  void theyAddUpToTheirEffectOnTheSumInWhateverOrderAndPartsItComes() {
    Random random = new Random(5);
    for (int round = 0; round < 3000; round++) {
      long group = random.nextLong(0, 3_000_000);
      long percent = random.nextLong(0, 1_000_001);
      long amount = random.nextLong(0, 400_000);
      long cap = random.nextLong(0, 400_000);
      List<Adjustment> adjustments =
          List.of(
              new Adjustment.Factor("slack/1", "group", group, "plan/1/calls/slack"),
              new Adjustment.Percent("TENOFF", percent),
              new Adjustment.Amount("GIFT", amount),
              new Adjustment.Sponsor("free", "vendor", cap, PLENTY));
      List<Long> parts = new ArrayList<>();
      int count = random.nextInt(1, 12);
      for (int i = 0; i < count; i++) {
        parts.add(random.nextLong(0, 200_000));
      }
      long sum = parts.stream().mapToLong(Long::longValue).sum();
      long factored = share(sum, group);
      long discounted = factored - share(factored, percent);
      long reduced = discounted - Math.min(amount, discounted);
      long owed = reduced - Math.min(cap, reduced);

      Map<String, Long> one = new HashMap<>();
      assertEquals(owed, charge(parts, adjustments, one));
      Collections.shuffle(parts, random);
      Map<String, Long> other = new HashMap<>();
      assertEquals(owed, charge(parts, adjustments, other));
      assertEquals(nonZero(one), nonZero(other));
    }
  }

  private static Map<String, Long> nonZero(Map<String, Long> sums) {
    Map<String, Long> kept = new HashMap<>(sums);
    kept.values().removeIf(micros -> micros == 0);
    return kept;
  }

  private static long share(long micros, long millionths) {
    return BigDecimal.valueOf(micros)
        .multiply(BigDecimal.valueOf(millionths, 6))
        .setScale(0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  @Test
  void whatIsGivenBackTakesItsDiscountBackToo() {
    List<Adjustment> adjustments =
        List.of(
            new Adjustment.Percent("HALF", 500_000),
            new Adjustment.Sponsor("s", "acme", 30, PLENTY));
    Map<String, Long> byCode = new HashMap<>();
    assertEquals(0, charge(List.of(101L, -101L), adjustments, byCode));
    assertEquals(Map.of(), nonZero(byCode));
  }

  @Test
  void aSponsorPaysNoMoreThanItsCapItsBudgetAndTheLine() {
    Map<String, Long> sums = new HashMap<>();
    Adjustment.Adjusted first =
        Adjustment.adjust(100, List.of(new Adjustment.Sponsor("s", "acme", 150, 70)), sums);
    assertEquals(List.of(new Part.Sponsored("s", "acme", -70)), first.parts());
    sums.putAll(first.sums());
    // The budget was refilled: what the customer paid meanwhile is not paid again.
    Adjustment.Adjusted second =
        Adjustment.adjust(20, List.of(new Adjustment.Sponsor("s", "acme", 150, 1000)), sums);
    assertEquals(0, second.micros());
    sums.putAll(second.sums());
    assertEquals(90, sums.get("sponsored/s"));
  }

  @Test
  void aSumThatLeavesTheRangeIsAnError() {
    assertThrows(
        ArithmeticException.class,
        () ->
            Adjustment.adjust(
                2, List.of(new Adjustment.Percent("c", 1)), Map.of("code/c", Long.MAX_VALUE - 1)));
    assertTrue(Adjustment.adjust(7, List.of(), Map.of()).parts().isEmpty());
  }
}
