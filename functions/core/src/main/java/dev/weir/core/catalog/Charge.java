package dev.weir.core.catalog;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;

/**
 * One thing that a plan's price version charges for. Amounts are 10⁻⁶ of the minor unit.
 *
 * <p>Charges by quantity are functions of what a calendar month (UTC) used: an hour costs what it
 * adds to the month, {@code price(after) − price(before)}, so that the hours of a month add up to
 * the month exactly, in whatever order and parts they come. Fractions are rounded half up, each
 * tier on its own.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Charge.Flat.class, name = "flat"),
  @JsonSubTypes.Type(value = Charge.OneTime.class, name = "one-time"),
  @JsonSubTypes.Type(value = Charge.PerUnit.class, name = "per-unit"),
  @JsonSubTypes.Type(value = Charge.Graduated.class, name = "graduated"),
  @JsonSubTypes.Type(value = Charge.Volume.class, name = "volume"),
  @JsonSubTypes.Type(value = Charge.Package.class, name = "package"),
  @JsonSubTypes.Type(value = Charge.Percentage.class, name = "percentage"),
  @JsonSubTypes.Type(value = Charge.Commitment.class, name = "commitment"),
  @JsonSubTypes.Type(value = Charge.CreditPack.class, name = "credit-pack"),
  @JsonSubTypes.Type(value = Charge.Trial.class, name = "trial")
})
public sealed interface Charge {

  /** The most tiers of one meter. */
  int TIERS_MAX = 32;

  /** The longest trial, and the longest life of a credit pack, in days. */
  int DAYS_MAX = 3660;

  /** What is charged by the quantity of a meter; a price version has at most one per meter. */
  sealed interface Metered extends Charge permits PerUnit, Graduated, Volume, Package, Percentage {

    String meter();

    /** What a month includes, in the meter's smallest units; tiers count what is beyond it. */
    long includedQuantity();
  }

  /**
   * A subscription, paid in advance for each period, of which a part costs its seconds' share.
   *
   * @param billingDay the day of the month, 1 to 31, on which periods begin at 00:00 UTC, in a
   *     shorter month its last; absent: they begin with the agreement, by day and time
   */
  record Flat(long amountMicros, Period period, Optional<Integer> billingDay) implements Charge {
    public Flat {
      Names.checkAmount("flat amount", amountMicros);
      billingDay.ifPresent(day -> Names.checkRange("billing day", day, 1, 31));
    }

    public Flat(long amountMicros, Period period) {
      this(amountMicros, period, Optional.empty());
    }
  }

  /**
   * A licence or set-up fee: charged once per agreement and plan, under whatever version.
   *
   * @param name {@code [a-z0-9-]{1,64}}; what is charged once
   */
  record OneTime(String name, long amountMicros) implements Charge {
    public OneTime {
      Names.checkId("one-time charge", name);
      Names.checkAmount("one-time amount", amountMicros);
    }
  }

  /**
   * So much per {@code unitSize} units of a meter beyond what a month includes: over a month {@code
   * round(billed × unitPriceMicros / unitSize)}, half up.
   *
   * @param unitSize how many of the meter's smallest units the price is for, 1 or more
   */
  record PerUnit(String meter, long includedQuantity, long unitPriceMicros, long unitSize)
      implements Metered {
    public PerUnit {
      checkMetered(meter, includedQuantity);
      checkUnit(meter, unitPriceMicros, unitSize);
    }
  }

  /**
   * Each tier's units at that tier's price.
   *
   * @param tiers by rising {@code upTo}; only the last may have none, and goes on for ever if so
   */
  record Graduated(String meter, long includedQuantity, List<Tier> tiers) implements Metered {
    public Graduated {
      checkMetered(meter, includedQuantity);
      tiers = checkedTiers(meter, tiers);
    }
  }

  /**
   * All units of the month at the price of the tier that their sum lies in. Where a later tier is
   * cheaper, the hour that reaches it can cost less than nothing.
   *
   * @param tiers as of {@link Graduated}
   */
  record Volume(String meter, long includedQuantity, List<Tier> tiers) implements Metered {
    public Volume {
      checkMetered(meter, includedQuantity);
      tiers = checkedTiers(meter, tiers);
    }
  }

  /** So much for each package that was begun: the month's {@code ⌈billed / packageSize⌉}. */
  @SuppressWarnings("AvoidCommonTypeNames") // the field's word for it
  record Package(String meter, long includedQuantity, long packageSize, long packagePriceMicros)
      implements Metered {
    public Package {
      checkMetered(meter, includedQuantity);
      checkUnit(meter, packagePriceMicros, packageSize);
    }
  }

  /**
   * A share of a value that a meter counts, such as a turnover: over a month {@code round(billed ×
   * unitMicros × rateMillionths / 10⁶)}, half up.
   *
   * @param rateMillionths of 1 000 000
   * @param unitMicros what one of the meter's smallest units is worth in the plan's currency
   */
  record Percentage(String meter, long includedQuantity, long rateMillionths, long unitMicros)
      implements Metered {
    public Percentage {
      checkMetered(meter, includedQuantity);
      Names.checkRange("rate of meter " + meter, rateMillionths, 0, MILLIONTHS);
      Names.checkRange("worth of meter " + meter, unitMicros, 1, Names.AMOUNT_MAX_MICROS);
    }
  }

  /**
   * What a calendar month (UTC) costs at least by use, after discounts; what is missing is charged
   * when the month is over. Of a part of a month, its seconds' share is owed.
   */
  record Commitment(long amountMicros) implements Charge {
    public Commitment {
      Names.checkAmount("commitment", amountMicros);
    }
  }

  /**
   * Credit that can be bought in advance, and pays for what is charged until it expires.
   *
   * @param id {@code [a-z0-9-]{1,64}}
   * @param priceMicros what it costs; less than {@code creditMicros} where some is a gift
   * @param validDays whole days of 24 hours from the purchase
   */
  record CreditPack(String id, long priceMicros, long creditMicros, int validDays)
      implements Charge {
    public CreditPack {
      Names.checkId("credit pack", id);
      Names.checkRange("credit of pack " + id, creditMicros, 1, Names.AMOUNT_MAX_MICROS);
      Names.checkRange("price of pack " + id, priceMicros, 0, creditMicros);
      Names.checkRange("days of pack " + id, validDays, 1, DAYS_MAX);
    }
  }

  /**
   * Nothing is charged for the first days of an agreement: hours that begin in them are included,
   * and subscriptions begin after them.
   *
   * @param days of 24 hours
   */
  record Trial(int days) implements Charge {
    public Trial {
      Names.checkRange("trial days", days, 1, DAYS_MAX);
    }
  }

  /** How often a subscription is paid. */
  enum Period {
    MONTH,
    YEAR
  }

  /** The whole of a rate or factor. */
  long MILLIONTHS = 1_000_000;

  /**
   * A part of a meter's quantities.
   *
   * @param upTo the last quantity in it; absent for all that is above the tier before
   * @param unitPriceMicros for each {@code unitSize} units
   * @param flatMicros once, when the tier's first unit is used; of a volume price, of the one tier
   * @param wholeUnits whether a unit that was begun costs a whole one
   */
  record Tier(
      Optional<Long> upTo,
      long unitPriceMicros,
      long unitSize,
      long flatMicros,
      boolean wholeUnits) {
    public Tier {
      upTo.ifPresent(last -> Names.checkRange("end of tier", last, 1, Long.MAX_VALUE));
      Names.checkAmount("tier price", unitPriceMicros);
      Names.checkRange("tier unit size", unitSize, 1, Names.AMOUNT_MAX_MICROS);
      Names.checkAmount("tier flat amount", flatMicros);
    }
  }

  private static void checkMetered(String meter, long includedQuantity) {
    Names.checkMeter(meter);
    Names.checkRange("included quantity of meter " + meter, includedQuantity, 0, Long.MAX_VALUE);
  }

  private static void checkUnit(String meter, long priceMicros, long size) {
    Names.checkAmount("unit price of meter " + meter, priceMicros);
    Names.checkRange("unit size of meter " + meter, size, 1, Names.AMOUNT_MAX_MICROS);
  }

  private static List<Tier> checkedTiers(String meter, List<Tier> tiers) {
    Names.checkRange("number of tiers of meter " + meter, tiers.size(), 1, TIERS_MAX);
    long before = 0;
    for (int i = 0; i < tiers.size(); i++) {
      long end = tiers.get(i).upTo().orElse(Long.MAX_VALUE);
      if (end <= before || (end == Long.MAX_VALUE && i < tiers.size() - 1)) {
        throw Names.invalid(
            "tier %d of meter %s ends at %s, not after %d and before the next"
                .formatted(
                    i + 1, meter, tiers.get(i).upTo().map(String::valueOf).orElse("∞"), before));
      }
      before = end;
    }
    return List.copyOf(tiers);
  }
}
