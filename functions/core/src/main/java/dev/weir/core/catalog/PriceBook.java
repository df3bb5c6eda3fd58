package dev.weir.core.catalog;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a channel's usage costs of the plan's prices: base × factor × factor …, from a moment on.
 * Never changed once stored.
 *
 * @param version 1, 2, 3 … without gaps
 * @param effectiveFrom hours that begin then or later are rated by it
 * @param factors at most {@link #FACTORS_MAX}, applied one after the other; none: the plan's prices
 */
public record PriceBook(
    String channelId, int version, Instant effectiveFrom, List<Factor> factors) {

  public static final int FACTORS_MAX = 8;

  /** The largest factor, in millionths: a thousand. */
  public static final long FACTOR_MAX_MILLIONTHS = 1_000_000_000;

  public PriceBook {
    factors = List.copyOf(factors);
    Names.checkId("channel", channelId);
    Names.checkRange("version of price book " + channelId, version, 1, 1_000_000);
    Names.checkRange("number of factors of channel " + channelId, factors.size(), 0, FACTORS_MAX);
    Set<String> names = new HashSet<>();
    for (Factor factor : factors) {
      if (!names.add(factor.name())) {
        throw Names.invalid("price book " + channelId + " has factor " + factor.name() + " twice");
      }
    }
  }

  /**
   * One factor, with a name that statements show.
   *
   * @param millionths 1 000 000 leaves a price as it is
   * @param meter the only meter that it is for; absent: for all
   */
  public record Factor(String name, long millionths, Optional<String> meter) {
    public Factor {
      Names.checkId("factor", name);
      Names.checkRange("factor " + name, millionths, 0, FACTOR_MAX_MILLIONTHS);
      meter.ifPresent(Names::checkMeter);
    }
  }

  /** The factors for a meter, in order. */
  public List<Factor> factors(String meter) {
    return factors.stream().filter(f -> f.meter().map(meter::equals).orElse(true)).toList();
  }
}
