package dev.weir.spi;

import java.util.List;

/**
 * What this channel counts, in the meters that the manifest declares. Pure: the same input always
 * gives the same quantities, so that the host can run it again for a recount.
 */
public interface Measuring {

  /** Quantities of a finished call; meters not named count zero. */
  List<Quantity> measure(Completion completion);

  /** Quantities of an event that is not a call; most channels count none. */
  default List<Quantity> measure(InboundEvent event) {
    return List.of();
  }

  /**
   * A finished call.
   *
   * @param answered whether the model answered with confidence, rather than saying that it does not
   *     know
   * @param firstAnswer whether this is the first confident answer of its conversation
   */
  record Completion(
      String callId,
      String bindingId,
      String conversation,
      boolean answered,
      boolean firstAnswer,
      long inputTokens,
      long outputTokens) {}

  /**
   * A quantity of a declared meter, in units of 10⁻ˢ where s is the meter's declared scale; of one
   * whose aggregation is {@code unique}, the number that stands for the thing: a hash of its name
   * and of something that only the channel knows, from 1 to 10¹², so that it tells nobody who it
   * is. A call counts a meter once, unless the meter is a sum.
   */
  record Quantity(String meter, long value) {
    public Quantity {
      if (value < 0) {
        throw new IllegalArgumentException("quantity " + value + " < 0 (meter " + meter + ")");
      }
    }
  }
}
