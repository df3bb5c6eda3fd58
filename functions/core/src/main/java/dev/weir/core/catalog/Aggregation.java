package dev.weir.core.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How the facts of an hour become the hour's quantity. Whatever it is, the result does not depend
 * on the order of the facts, nor on who sent them in which batches; a fact that comes twice counts
 * once.
 *
 * <p>The period is the hour, because an hour is what is sealed, priced and reported; what a price
 * calls the use of a month is the sum of its hours' quantities. So a peak of 5 seats in each of 3
 * hours is 15 (seat-hours), and a state that is metered by {@link #LATEST} is said at least once an
 * hour by who measures it: an hour without a fact has no quantity. Where a market takes usage by
 * the hour, as AWS Marketplace does, this is its own rule; systems that aggregate over a billing
 * period (Stripe, Lago) price a month's one maximum instead.
 *
 * <p>A fact that comes after its hour was sealed changes nothing there. What the hour would be with
 * it, less what was sealed of it so far, is added to the oldest open hour; the fact keeps its own
 * time. Of {@link #MAX} that is how much it is above what was sealed, or 0; of {@link #UNIQUE}, 1
 * for each value that was not seen in its hour; of {@link #LATEST} the difference of the values,
 * where it is later than the one that counted: below 0 where the value fell, and then a credit.
 */
public enum Aggregation {
  /** The sum of the facts' quantities. */
  @JsonProperty("sum")
  SUM,
  /** How many facts there are, whatever their quantities. */
  @JsonProperty("count")
  COUNT,
  /** The greatest quantity. */
  @JsonProperty("max")
  MAX,
  /**
   * How many different quantities there are, each standing for a thing: a seat, a conversation. The
   * quantity is a hash of its name made by who measures, so that no fact holds personal data; see
   * {@code Usage.item}. At most {@code 100,000} are told apart in one hour of one agreement,
   * channel and meter; what is above that is not counted, and raises an incident.
   */
  @JsonProperty("unique")
  UNIQUE,
  /** The quantity of the fact with the latest time; of two of one time, the greater quantity. */
  @JsonProperty("latest")
  LATEST;

  /** Whether batches of an hour add up to it: it needs no look at single facts. */
  public boolean adds() {
    return switch (this) {
      case SUM, COUNT -> true;
      case MAX, UNIQUE, LATEST -> false;
    };
  }

  /** Whether a fact of quantity 0 may change an hour's quantity. */
  public boolean countsZero() {
    return switch (this) {
      case SUM, MAX, UNIQUE -> false;
      case COUNT, LATEST -> true;
    };
  }

  /** Whether its quantities are numbers of things, which have no decimal places. */
  boolean whole() {
    return this == COUNT || this == UNIQUE;
  }

  /** As it is written: {@code sum}, {@code max}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The aggregation of such a name; a 422 problem that lists them where there is none. */
  public static Aggregation parse(String name) {
    return Arrays.stream(values())
        .filter(one -> one.wire().equals(name))
        .findFirst()
        .orElseThrow(() ->
            Names.invalid(
                "aggregation \"%s\" is not one of %s"
                    .formatted(
                        name,
                        Arrays.stream(values())
                            .map(Aggregation::wire)
                            .collect(Collectors.joining(", ")))));
  }
}
