package dev.weir.core.meter;

import dev.weir.core.port.Outcome;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Applies a cut once, by one commit: the source from one number to the next, if nobody else moved
 * it, and a record per hour. Whoever holds the source's row still holds still its hours.
 */
final class CommitCut {

  private final Table table;
  private final InstantSource clock;
  private final Archive archive;
  private final Incidents incidents;

  CommitCut(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.archive = new Archive(ports.blobs());
    this.incidents = new Incidents(ports);
  }

  /**
   * Archives the cut's facts, then commits.
   *
   * @param source as read; the commit is refused where it is another by now
   * @param change what else becomes of the source, knowing the blobs
   */
  Outcome commit(Source source, Cut cut, UnaryOperator<Source> change) {
    List<String> blobs = new ArrayList<>();
    List<Write> writes = new ArrayList<>();
    String id = source.name().id();
    if (!cut.accepted().isEmpty()) {
      String blob = archive.put(Archive.FACTS, id, source.seq(), cut.accepted());
      blobs.add(blob);
      records(source, cut, blob).forEach(batch -> writes.addAll(batch.writes()));
    }
    if (!cut.refused().isEmpty()) {
      List<UsageFact> facts = cut.refused().stream().map(Cut.Refused::fact).toList();
      String blob = archive.put(Archive.REFUSED, id, source.seq(), facts);
      blobs.add(blob);
      String detail =
          "%d facts refused, kept in %s; the first: %s"
              .formatted(facts.size(), blob, cut.refused().getFirst().reason());
      writes.add(incidents.write(Incident.Kind.REFUSED_FACTS, blob, detail));
    }
    Map<Instant, Long> added =
        cut.sums().stream()
            .collect(
                Collectors.groupingBy(
                    sum -> sum.of().hour(), Collectors.summingLong(HourSum::count)));
    Source next = source.applied(source.seq() + cut.taken(), added).uncleaned(blobs);
    writes.addFirst(change.apply(next).write());
    return Tables.commit(table, writes);
  }

  private List<BatchRecord> records(Source source, Cut cut, String blob) {
    Map<HourSum.Of, Long> late =
        cut.accepted().stream()
            .filter(fact -> Hours.of(fact.at()).isBefore(source.fence()))
            .collect(
                Collectors.groupingBy(
                    fact -> HourSum.Of.of(fact, source.fence()),
                    Collectors.summingLong(UsageFact::quantity)));
    Map<Instant, List<BatchRecord.Sum>> byHour = new TreeMap<>();
    for (HourSum sum : cut.sums()) {
      HourSum.Of of = sum.of();
      byHour
          .computeIfAbsent(of.hour(), _ -> new ArrayList<>())
          .add(
              new BatchRecord.Sum(
                  of.agreementId(),
                  of.channelId(),
                  of.meter(),
                  sum.quantity(),
                  sum.count(),
                  late.getOrDefault(of, 0L)));
    }
    List<BatchRecord> records = new ArrayList<>();
    long last = source.seq() + cut.taken();
    byHour.forEach((hour, sums) ->
        records.add(
            new BatchRecord(
                source.name(),
                source.seq(),
                last,
                blob,
                hour,
                source.fence(),
                clock.instant(),
                sums)));
    return records;
  }
}
