package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns sealed hours into lines, ledger transactions and report lines, each once: the three are one
 * commit under an id that follows from the hour. An hour that has no price raises an incident and
 * is tried again in every run. Stateless and thread-safe.
 */
public final class RateHours {

  private static final int ATTEMPTS_MAX = 32;

  private final Table table;
  private final SealedHours sealed;
  private final RateLine rateLine;
  private final Lines lines;
  private final Ledger ledger;
  private final ReportQueue reports;
  private final FlatCharges flats;
  private final Incidents incidents;

  public RateHours(Ports ports, Terms terms) {
    this.table = ports.table();
    this.sealed = new SealedHours(ports);
    this.rateLine = new RateLine(ports, terms);
    this.lines = new Lines(ports);
    this.ledger = new Ledger(ports);
    this.reports = new ReportQueue(ports);
    this.flats = new FlatCharges(ports, rateLine);
    this.incidents = new Incidents(ports);
  }

  /** Every sealed hour before this one was rated, or raised an incident. */
  public static Instant ratedUntil(Ports ports) {
    return ports
        .table()
        .get(Keys.progress())
        .map(item -> Instant.ofEpochSecond(item.counter("until")))
        .orElseGet(() -> new SealedHours(ports).first());
  }

  /**
   * Rates what was sealed.
   *
   * @return how many lines were made now
   */
  public int run() {
    int made = retryUnrated();
    Instant until = sealed.sealedUntil();
    Instant from =
        table
            .get(Keys.progress())
            .map(item -> Instant.ofEpochSecond(item.counter("until")))
            .orElseGet(sealed::first);
    if (!from.isBefore(until)) {
      return made;
    }
    int[] count = {made};
    for (Instant hour = from; hour.isBefore(until); hour = hour.plus(Duration.ofHours(1))) {
      sealed.forEach(hour, sum -> count[0] += rateOrReport(sum) ? 1 : 0);
    }
    count[0] += flats.run(from, until);
    moveTo(until);
    return count[0];
  }

  /** Progress only moves forward; another run's is as good. */
  private void moveTo(Instant until) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Item> before = table.get(Keys.progress());
      if (before.isPresent() && before.get().counter("until") >= until.getEpochSecond()) {
        return;
      }
      Write write =
          new Write.Put(
              Keys.progress(),
              "{}",
              Map.of("until", until.getEpochSecond()),
              Optional.empty(),
              before.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT));
      Outcome _ = Tables.commit(table, List.of(write));
    }
    throw new PortException("progress of rating cannot be stored");
  }

  private int retryUnrated() {
    int made = 0;
    for (Item item : Tables.list(table, Table.Query.all(Keys.UNRATED))) {
      made += rateOrReport(Json.read(item.body(), SealedHour.class)) ? 1 : 0;
    }
    return made;
  }

  private boolean rateOrReport(SealedHour hour) {
    try {
      return rate(hour);
    } catch (ProblemException | ArithmeticException | IllegalStateException e) {
      String lineId = RateLine.usageLineId(hour);
      String detail =
          "hour %s of meter %s, agreement %s: %s"
              .formatted(Hours.name(hour.hour()), hour.meter(), hour.agreementId(), e.getMessage());
      List<Write> writes =
          List.of(
              Write.put(Keys.unrated(lineId), Json.write(hour)),
              incidents.write(Incident.Kind.UNRATED_HOUR, lineId, detail));
      if (!Tables.commit(table, writes).applied()) {
        throw new PortException("unrated hour " + lineId + " may not be stored");
      }
      return false;
    }
  }

  /** Rates one hour; false where it was rated before. */
  private boolean rate(SealedHour hour) {
    Key key = Keys.usageLine(hour.agreementId(), hour.hour(), hour.meter(), hour.channelId());
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      if (lines.has(key)) {
        return false;
      }
      if (Tables.commit(table, writes(key, hour)).applied()) {
        return true;
      }
      // Somebody moved the month's sum or the report line, or nobody knows: read again.
    }
    throw new PortException("line " + RateLine.usageLineId(hour) + " cannot be stored");
  }

  private List<Write> writes(Key key, SealedHour hour) {
    RateLine.Basis basis = rateLine.basis(hour.agreementId(), hour.meter());
    Key usedKey =
        Keys.used(
            hour.agreementId(),
            Line.month(hour.hour()),
            basis.price().planId(),
            basis.price().version(),
            hour.meter());
    Optional<Item> used = table.get(usedKey);
    long usedBefore = used.map(item -> item.counter("used")).orElse(0L);
    Line line = rateLine.usage(hour, basis, usedBefore);
    List<Write> writes = new ArrayList<>(lines.writes(key, line));
    writes.add(
        new Write.Put(
            usedKey,
            "{}",
            Map.of("used", Math.addExact(usedBefore, line.quantity())),
            Optional.empty(),
            used.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT)));
    Postings.of(line).ifPresent(transaction -> writes.addAll(ledger.writes(transaction)));
    basis
        .terms()
        .reporting()
        .map(limits -> limits.meters().get(line.meter()))
        .ifPresent(limits -> writes.addAll(reports.add(line, basis.agreement(), limits)));
    writes.add(Write.delete(Keys.unrated(line.id())));
    return writes;
  }
}
