package dev.weir.core.meter;

import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Adds up the archived facts of each sealed hour once more, each night for the day that is over,
 * and compares with what was sealed. A difference is an incident that a person resolves. Stateless
 * and thread-safe.
 */
public final class Recount {

  /** How long after a day its hours are recounted: by then they are sealed. */
  public static final Duration AFTER = Duration.ofHours(2);

  /** The most hours of one run; the next run goes on. */
  public static final int HOURS_MAX = 24;

  private static final Comparator<HourSum.Of> ORDER = Comparator.comparing(HourSum.Of::sort);

  private final Ports ports;
  private final Table table;
  private final SealedHours sealed;
  private final FactTrail trail;
  private final Incidents incidents;

  public Recount(Ports ports) {
    this.ports = ports;
    this.table = ports.table();
    this.sealed = new SealedHours(ports);
    this.trail = new FactTrail(ports);
    this.incidents = new Incidents(ports);
  }

  /**
   * A sum that differs.
   *
   * @param facts what the archived facts come to, each counted once
   * @param sealed what was sealed
   */
  public record Difference(
      String agreementId, String channelId, String meter, Instant hour, long facts, long sealed) {}

  /**
   * Recounts the days that are over.
   *
   * @return how many hours were recounted now
   */
  public int run() {
    Optional<Item> before = table.get(Keys.recounted());
    Instant from = before.map(item -> Hours.start(item.counter("until"))).orElseGet(sealed::first);
    Instant day = ports.clock().instant().minus(AFTER).truncatedTo(ChronoUnit.DAYS);
    Instant until = day.isBefore(sealed.sealedUntil()) ? day : sealed.sealedUntil();
    int hours = 0;
    Instant hour = from;
    for (; hour.isBefore(until) && hours < HOURS_MAX; hour = hour.plus(Duration.ofHours(1))) {
      note(hour);
      hours++;
    }
    if (hours > 0) {
      // Refused where another run was faster: it noted the same.
      Write write =
          new Write.Put(
              Keys.recounted(),
              "{}",
              Map.of("until", Hours.number(hour)),
              Optional.empty(),
              before.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT));
      var _ = Tables.commit(table, List.of(write));
    }
    return hours;
  }

  private void note(Instant hour) {
    try {
      for (Difference difference : hour(hour)) {
        String subject =
            String.join(
                ".",
                difference.agreementId(),
                Hours.name(hour),
                difference.channelId(),
                difference.meter());
        incident(
            subject,
            "hour %s of meter %s through %s, agreement %s: facts add up to %d, sealed are %d"
                .formatted(
                    Hours.name(hour),
                    difference.meter(),
                    difference.channelId(),
                    difference.agreementId(),
                    difference.facts(),
                    difference.sealed()));
      }
    } catch (ProblemException e) {
      incident(Hours.name(hour), "hour " + Hours.name(hour) + ": " + e.getMessage());
    }
  }

  private void incident(String subject, String detail) {
    Write write = incidents.write(Incident.Kind.RECOUNT_DIFFERS, subject, detail);
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("incident of " + subject + " may not be stored");
    }
  }

  /**
   * The sums of an hour that differ.
   *
   * @throws ProblemException 409 where archived facts are missing, naming the blob
   */
  public List<Difference> hour(Instant hour) {
    Map<HourSum.Of, Long> facts = new TreeMap<>(ORDER);
    Set<String> keys = new HashSet<>();
    trail.forEachCounted(
        hour,
        keys::add,
        sum ->
            facts.put(
                new HourSum.Of(sum.agreementId(), sum.channelId(), sum.meter(), hour),
                sum.quantity()));
    Map<HourSum.Of, Long> sums = new TreeMap<>(ORDER);
    sealed.forEach(hour, sum -> sums.merge(sum.of(), sum.quantity(), Math::addExact));
    Set<HourSum.Of> all = new TreeSet<>(ORDER);
    all.addAll(facts.keySet());
    all.addAll(sums.keySet());
    return all.stream()
        .map(of ->
            new Difference(
                of.agreementId(),
                of.channelId(),
                of.meter(),
                hour,
                facts.getOrDefault(of, 0L),
                sums.getOrDefault(of, 0L)))
        .filter(difference -> difference.facts() != difference.sealed())
        .toList();
  }
}
