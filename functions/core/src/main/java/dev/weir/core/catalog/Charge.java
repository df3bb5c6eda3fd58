package dev.weir.core.catalog;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One thing that a plan's price version charges for. Amounts are 10⁻⁶ of the minor unit. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Charge.Flat.class, name = "flat"),
  @JsonSubTypes.Type(value = Charge.PerUnit.class, name = "per-unit")
})
public sealed interface Charge {

  /** A fixed amount for every calendar month (UTC) that the agreement was active in, unprorated. */
  record Flat(long amountMicros, Period period) implements Charge {
    public Flat {
      Names.checkAmount("flat amount", amountMicros);
    }
  }

  /**
   * So much per {@code unitSize} units of a meter beyond what a calendar month (UTC) includes.
   *
   * <p>Over a month that is {@code round(billed × unitPriceMicros / unitSize)}, half up, where
   * billed is what exceeds the included quantity; an hour costs what it adds to that, so that the
   * hours of a month always add up to the month.
   *
   * @param includedQuantity in the meter's smallest units
   * @param unitSize how many of the meter's smallest units the price is for, 1 or more
   */
  record PerUnit(String meter, long includedQuantity, long unitPriceMicros, long unitSize)
      implements Charge {
    public PerUnit {
      Names.checkMeter(meter);
      Names.checkRange("included quantity of meter " + meter, includedQuantity, 0, Long.MAX_VALUE);
      Names.checkAmount("unit price of meter " + meter, unitPriceMicros);
      Names.checkRange("unit size of meter " + meter, unitSize, 1, Names.AMOUNT_MAX_MICROS);
    }
  }

  /** How often a flat charge comes. */
  enum Period {
    MONTH
  }
}
