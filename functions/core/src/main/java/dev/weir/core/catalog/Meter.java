package dev.weir.core.catalog;

/**
 * Something that is counted; an hour's quantity is the sum of its facts.
 *
 * @param id {@code [a-z0-9_-]{1,64}}
 * @param unit what one is called, in the singular
 * @param scale the decimal places of a quantity: quantities are integers of 10⁻ˢ units, s 0 to 9
 */
public record Meter(String id, String unit, int scale) {

  /** One fact per answered call; every product has it. */
  public static final Meter CALLS = new Meter("calls", "call", 0);

  /** Microseconds of one vCPU that answers took: a cost, never billed. */
  public static final Meter COMPUTE = new Meter("compute_us", "vCPU-microsecond", 0);

  public Meter {
    Names.checkMeter(id);
    Names.checkRange("scale of meter " + id, scale, 0, 9);
  }
}
