package dev.weir.core.bill;

import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.catalog.Charge;
import dev.weir.core.problem.ProblemException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every price by quantity, against a second reckoning in decimals, split at random. */
class PriceModelsTest {

  private static final int ROUNDS = 4000;

  @Test
  void theHoursOfAMonthAddUpToTheMonthInEveryModelHoweverTheyAreCut() {
    Random random = new Random(20261122);
    for (int round = 0; round < ROUNDS; round++) {
      Charge.Metered charge = anyCharge(random);
      long total = random.nextLong(0, 5000);
      long used = 0;
      long amount = 0;
      long billed = 0;
      while (used < total) {
        long part = Math.min(total - used, random.nextLong(0, 1 + total / 3));
        part = part == 0 && random.nextBoolean() ? 1 : part;
        Rating.Rated rated = Rating.rate(used, part, Optional.of(charge));
        assertEquals(part, rated.included() + rated.billed());
        assertEquals(
            rated.amountMicros(), rated.steps().stream().mapToLong(Rating.Step::micros).sum());
        used += part;
        amount += rated.amountMicros();
        billed += rated.billed();
      }
      assertEquals(Math.max(0, total - charge.includedQuantity()), billed);
      assertEquals(reckoned(charge, billed), amount, () -> charge + " of " + total);
    }
  }

  @Test
  void whatIsTakenBackGivesTheMonthThePriceOfWhatIsLeftInEveryModel() {
    Random random = new Random(20261123);
    for (int round = 0; round < ROUNDS; round++) {
      Charge.Metered charge = anyCharge(random);
      long used = 0;
      long amount = 0;
      long billed = 0;
      for (int hour = 0; hour < 6; hour++) {
        long part = random.nextLong(-2000, 3000);
        Rating.Rated rated = Rating.rate(used, part, Optional.of(charge));
        assertEquals(part, rated.included() + rated.billed());
        assertEquals(
            rated.amountMicros(), rated.steps().stream().mapToLong(Rating.Step::micros).sum());
        used += part;
        amount += rated.amountMicros();
        billed += rated.billed();
        long beyond = Math.max(0, Math.abs(used) - charge.includedQuantity());
        long sign = used < 0 ? -1 : 1;
        long month = used;
        assertEquals(sign * beyond, billed);
        assertEquals(sign * reckoned(charge, beyond), amount, () -> charge + " of " + month);
      }
    }
  }

  private static Charge.Metered anyCharge(Random random) {
    long included = random.nextBoolean() ? 0 : random.nextLong(0, 500);
    long price = random.nextLong(0, 100_000);
    long size = random.nextLong(1, 300);
    return switch (random.nextInt(5)) {
      case 0 -> new Charge.PerUnit("m", included, price, size);
      case 1 -> new Charge.Graduated("m", included, anyTiers(random));
      case 2 -> new Charge.Volume("m", included, anyTiers(random));
      case 3 -> new Charge.Package("m", included, size, price);
      default -> new Charge.Percentage("m", included, random.nextLong(0, 1_000_001), price + 1);
    };
  }

  private static List<Charge.Tier> anyTiers(Random random) {
    List<Charge.Tier> tiers = new ArrayList<>();
    long end = 0;
    int count = random.nextInt(1, 6);
    for (int i = 0; i < count; i++) {
      end += random.nextLong(1, 900);
      boolean open = i == count - 1 && random.nextBoolean();
      tiers.add(
          new Charge.Tier(
              open ? Optional.empty() : Optional.of(end),
              random.nextLong(0, 10_000),
              random.nextLong(1, 50),
              random.nextBoolean() ? 0 : random.nextLong(0, 100_000),
              random.nextBoolean()));
    }
    return tiers;
  }

  /** The month's price from scratch, in decimals, without the code that is tested. */
  private static long reckoned(Charge.Metered charge, long billed) {
    return switch (charge) {
      case Charge.PerUnit c ->
          ratio(billed, c.unitPriceMicros(), c.unitSize(), RoundingMode.HALF_UP);
      case Charge.Package c ->
          ratio(billed, 1, c.packageSize(), RoundingMode.CEILING) * c.packagePriceMicros();
      case Charge.Percentage c ->
          BigDecimal.valueOf(billed)
              .multiply(BigDecimal.valueOf(c.unitMicros()))
              .multiply(BigDecimal.valueOf(c.rateMillionths(), 6))
              .setScale(0, RoundingMode.HALF_UP)
              .longValueExact();
      case Charge.Graduated c -> {
        long sum = 0;
        long floor = 0;
        for (int i = 0; i < c.tiers().size(); i++) {
          long end = ends(c.tiers(), i);
          sum += ofTier(c.tiers().get(i), Math.min(billed, end) - floor);
          floor = end;
        }
        yield sum;
      }
      case Charge.Volume c -> {
        int tier = 0;
        while (billed > ends(c.tiers(), tier)) {
          tier++;
        }
        yield ofTier(c.tiers().get(tier), billed);
      }
    };
  }

  private static long ends(List<Charge.Tier> tiers, int tier) {
    return tier == tiers.size() - 1 ? Long.MAX_VALUE : tiers.get(tier).upTo().orElseThrow();
  }

  private static long ofTier(Charge.Tier tier, long units) {
    if (units <= 0) {
      return 0;
    }
    long price =
        tier.wholeUnits()
            ? ratio(units, 1, tier.unitSize(), RoundingMode.CEILING) * tier.unitPriceMicros()
            : ratio(units, tier.unitPriceMicros(), tier.unitSize(), RoundingMode.HALF_UP);
    return price + tier.flatMicros();
  }

  private static long ratio(long units, long price, long size, RoundingMode rounding) {
    return BigDecimal.valueOf(units)
        .multiply(BigDecimal.valueOf(price))
        .divide(BigDecimal.valueOf(size), 0, rounding)
        .longValueExact();
  }

  @Test
  void anHourThatReachesACheaperVolumeTierGivesBackAndSaysWhy() {
    Charge.Volume volume = new Charge.Volume("m", 0, List.of(tier(9L, 10), tier(null, 5)));
    Rating.Rated rated = Rating.rate(9, 1, Optional.of(volume));
    assertEquals(-40, rated.amountMicros());
    assertEquals(
        List.of(new Rating.Step(1, 9, 0, 10, 1, -90), new Rating.Step(2, 0, 10, 5, 1, 50)),
        rated.steps());
    assertEquals(0, Rating.rate(9, 0, Optional.of(volume)).amountMicros());
  }

  private static Charge.Tier tier(Long upTo, long price) {
    return new Charge.Tier(Optional.ofNullable(upTo), price, 1, 0, false);
  }

  @Test
  void overflowIsAnErrorInEveryModel() {
    long max = Long.MAX_VALUE;
    List<Charge.Metered> charges =
        List.of(
            new Charge.PerUnit("m", 0, 2, 1),
            new Charge.Package("m", 0, 1, 2),
            new Charge.Percentage("m", 0, 1_000_000, 2),
            new Charge.Graduated("m", 0, List.of(tier(5L, 1), tier(null, 2))),
            new Charge.Volume("m", 0, List.of(tier(5L, 1), tier(null, 2))));
    for (Charge.Metered charge : charges) {
      assertThrows(
          ArithmeticException.class,
          () -> Rating.rate(0, max, Optional.of(charge)),
          charge::toString);
      assertThrows(
          ArithmeticException.class,
          () -> Rating.rate(max, 1, Optional.of(charge)),
          charge::toString);
      assertThrows(
          ArithmeticException.class, () -> Rating.rate(Long.MIN_VALUE, -1, Optional.of(charge)));
    }
  }

  @Test
  void pricesThatMakeNoSenseAreRefusedByTheirRule() {
    refused("tier 2 of meter m ends at 5", () -> graduated(tier(5L, 1), tier(5L, 1)));
    refused("tier 1 of meter m ends at ∞", () -> graduated(tier(null, 1), tier(5L, 1)));
    refused("number of tiers of meter m 0", () -> graduated());
    refused("unit size", () -> new Charge.Package("m", 0, 0, 1));
    refused("rate of meter m 1000001", () -> new Charge.Percentage("m", 0, 1_000_001, 1));
    refused("price of pack p 2", () -> new Charge.CreditPack("p", 2, 1, 1));
    refused("billing day 32", () -> new Charge.Flat(1, Charge.Period.MONTH, Optional.of(32)));
    refused("trial days 0", () -> new Charge.Trial(0));
    refused("commitment -1", () -> new Charge.Commitment(-1));
  }

  private static Charge graduated(Charge.Tier... tiers) {
    return new Charge.Graduated("m", 0, List.of(tiers));
  }

  private static void refused(String why, Runnable making) {
    String message = assertThrows(ProblemException.class, making::run).getMessage();
    assertContains(message, why);
    assertTrue(!message.isBlank());
  }
}
