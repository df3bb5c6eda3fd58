package dev.weir.core.catalog;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * Something that is counted.
 *
 * @param id {@code [a-z0-9_-]{1,64}}
 * @param unit what one is called, in the singular
 * @param scale the decimal places of a quantity: quantities are integers of 10⁻ˢ units, s 0 to 9; 0
 *     of what is counted one by one
 * @param aggregation how an hour's quantity comes of its facts; the sum where nothing is said
 */
public record Meter(String id, String unit, int scale, Aggregation aggregation) {

  /** One fact per answered call; every product has it. */
  public static final Meter CALLS = new Meter("calls", "call", 0);

  /** Microseconds of one vCPU that answers took: a cost, never billed. */
  public static final Meter COMPUTE = new Meter("compute_us", "vCPU-microsecond", 0);

  public Meter {
    Names.checkMeter(id);
    Names.checkRange("scale of meter " + id, scale, 0, 9);
    if (aggregation.whole() && scale != 0) {
      throw Names.invalid(
          "scale of meter %s %d != 0, but its aggregation is %s"
              .formatted(id, scale, aggregation.wire()));
    }
  }

  /** One whose facts are summed up. */
  public Meter(String id, String unit, int scale) {
    this(id, unit, scale, Aggregation.SUM);
  }

  @JsonCreator
  static Meter of(
      @JsonProperty("id") String id,
      @JsonProperty("unit") String unit,
      @JsonProperty("scale") int scale,
      @JsonProperty("aggregation") Optional<Aggregation> aggregation) {
    return new Meter(id, unit, scale, aggregation.orElse(Aggregation.SUM));
  }
}
