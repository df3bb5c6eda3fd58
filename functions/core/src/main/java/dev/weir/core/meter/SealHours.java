package dev.weir.core.meter;

import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Seals the hours that every live source has passed, once and for ever.
 *
 * <p>First the fence moves: on the gate, for sources that will register or come to life again, then
 * on the row of every source that lives. A batch is one commit of its source's row and of the
 * records of its hours, so after that none can add to an hour before the fence; what comes late
 * goes to the oldest open hour. Then the records of the hours before the fence stand still, and
 * need no mark. They are added up, and what an agreement used is sealed by one item that is put if
 * absent.
 *
 * <p>A store may show one item of a commit before another. So each source's row also counts the
 * facts that it added to each open hour, and an hour whose records do not hold exactly as many is
 * not sealed. Every step may be repeated. Stateless and thread-safe.
 */
public final class SealHours {

  /** How long an hour stays open after its end. */
  public static final Duration GRACE = Duration.ofMinutes(5);

  private final Ports ports;
  private final Table table;
  private final InstantSource clock;
  private final Sources sources;
  private final SealedHours sealedHours;
  private final Readings readings;
  private final Incidents incidents;
  private final Duration grace;

  public SealHours(Ports ports) {
    this(ports, GRACE);
  }

  public SealHours(Ports ports, Duration grace) {
    this.ports = ports;
    this.table = ports.table();
    this.clock = ports.clock();
    this.sources = new Sources(ports);
    this.sealedHours = new SealedHours(ports);
    this.readings = new Readings(ports);
    this.incidents = new Incidents(ports);
    this.grace = grace;
  }

  /**
   * Seals what can be sealed.
   *
   * @return how many agreements' hours were sealed now
   * @throws PortException where an hour does not hold yet what its sources added to it
   */
  public int run() {
    Gate gate = raiseFence();
    if (!gate.sealed().isBefore(gate.fence())) {
      return 0;
    }
    for (Source source : sources.list()) {
      if (source.state() == Source.State.LIVE && source.fence().isBefore(gate.fence())) {
        Source _ = sources.change(source.name(), s -> behind(gate, s));
      }
    }
    List<Source> fenced = sources.list();
    int sealed = 0;
    for (Instant hour = gate.sealed();
        hour.isBefore(gate.fence());
        hour = hour.plus(Duration.ofHours(1))) {
      sealed += seal(hour, fenced);
      moveGate(hour.plus(Duration.ofHours(1)));
    }
    return sealed;
  }

  /** One that does not live passes the gate before it lives again. */
  private static Source behind(Gate gate, Source source) {
    return source.state() == Source.State.LIVE && source.fence().isBefore(gate.fence())
        ? source.fenced(gate.fence(), gate.sealed())
        : source;
  }

  /** Moves the fence on the gate to the first hour that some live source has not passed. */
  private Gate raiseFence() {
    for (int i = 0; i < Sources.ATTEMPTS_MAX; i++) {
      Gate gate = Gate.open(ports);
      Instant passed = clock.instant().minus(grace);
      for (Source source : sources.list()) {
        if (source.state() == Source.State.LIVE && source.until().isBefore(passed)) {
          passed = source.until();
        }
      }
      Instant fence = Hours.of(passed);
      if (!fence.isAfter(gate.fence())) {
        return gate;
      }
      Outcome _ = Tables.commit(table, List.of(gate.fencedTo(fence).write()));
    }
    throw new PortException("the fence of the hours cannot be moved");
  }

  private void moveGate(Instant sealed) {
    for (int i = 0; i < Sources.ATTEMPTS_MAX; i++) {
      Gate gate = Gate.open(ports);
      if (!sealed.isAfter(gate.sealed())) {
        return;
      }
      Outcome _ = Tables.commit(table, List.of(gate.sealedTo(sealed).write()));
    }
    throw new PortException("the gate of the hours cannot be moved");
  }

  private int seal(Instant hour, List<Source> fenced) {
    List<BatchRecord> batches = BatchRecord.of(table, hour);
    HourTotals totals = HourTotals.of(hour, batches, readings.aggregations());
    long added = fenced.stream().mapToLong(source -> source.addedTo(hour)).sum();
    if (totals.facts() != added) {
      throw new PortException(
          "hour %s: its batches hold %d facts, its sources added %d"
              .formatted(Hours.name(hour), totals.facts(), added));
    }
    Whole whole = Whole.of(totals, readings, hour, batches, _ -> true);
    Map<String, List<AgreementHour>> parts = new HashMap<>();
    sealedHours.forEachAgreement(
        hour, part -> parts.computeIfAbsent(part.agreementId(), _ -> new ArrayList<>()).add(part));
    int sealed = 0;
    for (String agreementId : totals.agreements()) {
      List<AgreementHour> before = parts.getOrDefault(agreementId, List.of());
      sealed += seal(agreementId, hour, whole, before) ? 1 : 0;
    }
    return sealed;
  }

  /**
   * Seals what is there of an agreement's hour before its time, because somebody takes it no later.
   * What still comes is another part of the hour, sealed when all are.
   */
  public void early(String agreementId, Instant hour) {
    List<BatchRecord> batches = BatchRecord.of(table, hour);
    HourTotals totals = HourTotals.of(hour, batches, readings.aggregations());
    Whole whole = Whole.of(totals, readings, hour, batches, agreementId::equals);
    boolean _ = seal(agreementId, hour, whole, sealedHours.parts(agreementId, hour));
  }

  /** An hour's totals, and the readings that made some of them. */
  private record Whole(HourTotals totals, List<Reading> readings, Aggregations aggregations) {
    static Whole of(
        HourTotals totals,
        Readings readings,
        Instant hour,
        List<BatchRecord> batches,
        Predicate<String> wanted) {
      List<Reading> read = readings.of(hour, batches, wanted);
      return new Whole(totals.with(read), read, readings.aggregations());
    }

    List<HourSum> unsealed(String agreementId, List<AgreementHour> before) {
      return totals.unsealed(agreementId, before, aggregations);
    }
  }

  /** Seals what is not sealed of an agreement's hour; false where all of it is. */
  private boolean seal(String agreementId, Instant hour, Whole whole, List<AgreementHour> before) {
    List<HourSum> rest = whole.unsealed(agreementId, before);
    int part = before.size();
    for (List<HourSum> sums : parts(rest)) {
      AgreementHour sealed = part(agreementId, hour, part++, sums);
      List<Write> writes = new ArrayList<>(List.of(sealed.write()));
      writes.addAll(notes(agreementId, hour, whole.readings()));
      Outcome outcome = Tables.commit(table, writes);
      if (!outcome.applied()) {
        // Another run sealed it, or nobody knows: the next run reads again.
        throw new PortException(
            "hour %s of agreement %s may not be sealed yet"
                .formatted(Hours.name(hour), agreementId));
      }
    }
    return !rest.isEmpty();
  }

  /** What is noted with an agreement's hour; mostly nothing. */
  private List<Write> notes(String agreementId, Instant hour, List<Reading> readings) {
    List<Write> notes = new ArrayList<>();
    Readings.note(agreementId, hour, readings).ifPresent(notes::add);
    readings.stream()
        .filter(r -> r.full() && r.agreementId().equals(agreementId))
        .limit(AgreementHour.SUMS_MAX)
        .forEach(
            r -> notes.add(incidents.write(Incident.Kind.TOO_MANY_ITEMS, r.name(), r.tooMany())));
    return notes;
  }

  /** Divides sums, which are sorted by channel, so that each part keeps to its limits. */
  private static List<List<HourSum>> parts(List<HourSum> sums) {
    List<List<HourSum>> parts = new ArrayList<>();
    Set<String> channels = new HashSet<>();
    for (HourSum sum : sums) {
      channels.add(sum.of().channelId());
      if (parts.isEmpty()
          || parts.getLast().size() == AgreementHour.SUMS_MAX
          || channels.size() > AgreementHour.CHANNELS_MAX) {
        parts.add(new ArrayList<>());
        channels = new HashSet<>(Set.of(sum.of().channelId()));
      }
      parts.getLast().add(sum);
    }
    return parts;
  }

  private AgreementHour part(String agreementId, Instant hour, int part, List<HourSum> sums) {
    Instant now = clock.instant();
    List<SealedHour> sealed =
        sums.stream()
            .map(sum ->
                new SealedHour(
                    agreementId,
                    sum.of().channelId(),
                    sum.of().meter(),
                    hour,
                    part,
                    sum.quantity(),
                    sum.count(),
                    now))
            .toList();
    return new AgreementHour(agreementId, hour, part, now, sealed);
  }
}
