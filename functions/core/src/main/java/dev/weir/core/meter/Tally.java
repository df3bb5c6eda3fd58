package dev.weir.core.meter;

import dev.weir.core.catalog.Aggregation;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What facts of one hour come to by a meter's aggregation, in whatever order they are added. The
 * caller adds each fact once; {@link Aggregation} says what the results mean. Not thread-safe.
 */
final class Tally {

  /** The most different quantities that are told apart; some 8 MB of memory. */
  static final int ITEMS_MAX = 100_000;

  private static final Comparator<UsageFact> GREATER =
      Comparator.comparingLong(UsageFact::quantity)
          .thenComparing(Comparator.comparing(UsageFact::at).reversed())
          .thenComparing(Comparator.comparing(UsageFact::key).reversed());

  private static final Comparator<UsageFact> LATER =
      Comparator.comparing(UsageFact::at)
          .thenComparingLong(UsageFact::quantity)
          .thenComparing(Comparator.comparing(UsageFact::key).reversed());

  private final Aggregation aggregation;
  private final Set<Long> items = new HashSet<>();
  private Optional<UsageFact> decisive = Optional.empty();
  private long sum;
  private long count;

  Tally(Aggregation aggregation) {
    this.aggregation = aggregation;
  }

  void add(UsageFact fact) {
    count++;
    switch (aggregation) {
      case SUM -> sum = Math.addExact(sum, fact.quantity());
      case COUNT -> {}
      case MAX -> decide(fact, GREATER);
      case LATEST -> decide(fact, LATER);
      case UNIQUE -> add(fact.quantity());
    }
  }

  private void decide(UsageFact fact, Comparator<UsageFact> order) {
    if (decisive.isEmpty() || order.compare(fact, decisive.get()) > 0) {
      decisive = Optional.of(fact);
    }
  }

  private void add(long item) {
    if (items.size() < ITEMS_MAX) {
      items.add(item);
    }
  }

  /** Adds what another of the same aggregation holds. */
  void addAll(Tally other) {
    sum = Math.addExact(sum, other.sum);
    count += other.count;
    other.items.forEach(this::add);
    other.decisive.ifPresent(
        fact -> decide(fact, aggregation == Aggregation.MAX ? GREATER : LATER));
  }

  /** The quantity of the hour; 0 of no facts. */
  long value() {
    return switch (aggregation) {
      case SUM -> sum;
      case COUNT -> count;
      case MAX, LATEST -> decisive.map(UsageFact::quantity).orElse(0L);
      case UNIQUE -> items.size();
    };
  }

  long count() {
    return count;
  }

  /** The fact whose quantity is the value, where it is one fact's. */
  Optional<UsageFact> decisive() {
    return decisive;
  }

  /** Whether there may be more different quantities than are told apart. */
  boolean full() {
    return items.size() == ITEMS_MAX;
  }
}
