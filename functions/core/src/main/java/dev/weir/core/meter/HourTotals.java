package dev.weir.core.meter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What the batches of an hour add up to, by agreement. */
final class HourTotals {

  private static final Comparator<HourSum.Of> ORDER = Comparator.comparing(HourSum.Of::sort);

  private final Map<String, Map<HourSum.Of, HourSum>> byAgreement = new TreeMap<>();
  private long facts;

  /** Of meters whose batches do not add up, the quantities are 0 until {@link #with}. */
  static HourTotals of(Instant hour, Collection<BatchRecord> batches, Aggregations aggregations) {
    HourTotals totals = new HourTotals();
    for (BatchRecord batch : batches) {
      for (BatchRecord.Sum sum : batch.sums()) {
        HourSum.Of of = new HourSum.Of(sum.agreementId(), sum.channelId(), sum.meter(), hour);
        long quantity =
            switch (aggregations.of(sum.meter())) {
              case SUM -> sum.quantity();
              case COUNT -> sum.count();
              case MAX, UNIQUE, LATEST -> 0;
            };
        totals.facts = Math.addExact(totals.facts, sum.count());
        totals
            .byAgreement
            .computeIfAbsent(sum.agreementId(), _ -> new TreeMap<>(ORDER))
            .merge(
                of,
                new HourSum(of, quantity, sum.count()),
                (all, one) -> all.plus(one.quantity(), one.count()));
      }
    }
    return totals;
  }

  /** Adds the quantities of meters whose batches do not add up. */
  HourTotals with(Collection<Reading> readings) {
    for (Reading reading : readings) {
      Map<HourSum.Of, HourSum> sums =
          byAgreement.getOrDefault(reading.agreementId(), new TreeMap<>(ORDER));
      var _ = sums.computeIfPresent(reading.of(), (_, sum) -> sum.plus(reading.delta(), 0));
    }
    return this;
  }

  /** Visits the sums, by agreement. */
  void forEach(Consumer<HourSum> visitor) {
    byAgreement.values().forEach(sums -> sums.values().forEach(visitor));
  }

  /** How many facts were added to the hour. */
  long facts() {
    return facts;
  }

  Set<String> agreements() {
    return byAgreement.keySet();
  }

  /**
   * An agreement's sums less what is sealed of them. What facts add up to never gets less; another
   * quantity may, and is sealed too where nothing but it changed.
   */
  List<HourSum> unsealed(
      String agreementId, Collection<AgreementHour> parts, Aggregations aggregations) {
    Map<HourSum.Of, HourSum> rest = new TreeMap<>(ORDER);
    rest.putAll(byAgreement.getOrDefault(agreementId, Map.of()));
    for (AgreementHour part : parts) {
      for (SealedHour sealed : part.sums()) {
        rest.compute(
            sealed.of(),
            (of, sum) ->
                (sum == null ? new HourSum(of, 0, 0) : sum)
                    .plus(-sealed.quantity(), -sealed.count()));
      }
    }
    List<HourSum> left = new ArrayList<>();
    for (HourSum sum : rest.values()) {
      boolean less = sum.quantity() < 0 && aggregations.of(sum.of().meter()).adds();
      if (less || sum.count() < 0) {
        throw new IllegalStateException(
            "hour %s of meter %s, agreement %s: sealed are %d more, in %d facts, than was added"
                .formatted(
                    Hours.name(sum.of().hour()),
                    sum.of().meter(),
                    agreementId,
                    -sum.quantity(),
                    -sum.count()));
      }
      if (sum.count() > 0 || sum.quantity() != 0) {
        left.add(sum);
      }
    }
    return left;
  }
}
