package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one applied batch added to one hour. The records of an hour are the hour: sealing adds them
 * up, and each leads to its facts.
 *
 * @param after the number of the fact before the batch's first
 * @param last the number of the batch's last fact
 * @param blob where the batch's facts are archived
 * @param fence facts from before this hour were added to it instead: they came late
 */
public record BatchRecord(
    SourceName source,
    long after,
    long last,
    String blob,
    Instant hour,
    Instant fence,
    Instant appliedAt,
    List<Sum> sums) {

  public BatchRecord {
    sums = List.copyOf(sums);
  }

  /**
   * One sum.
   *
   * @param late the part of the quantity whose own hour was closed before it came
   */
  public record Sum(
      String agreementId, String channelId, String meter, long quantity, long count, long late) {}

  /**
   * As stored: what many sums share is said once, since every byte of it is paid for.
   *
   * @param sums agreement → channel → meter → quantity, count, late
   */
  private record Stored(
      SourceName source,
      long after,
      long last,
      String blob,
      Instant hour,
      Instant fence,
      Instant at,
      Map<String, Map<String, Map<String, List<Long>>>> sums) {}

  /** The write that adds it to its hour. */
  Write write() {
    Map<String, Map<String, Map<String, List<Long>>>> tree = new TreeMap<>();
    for (Sum sum : sums) {
      tree.computeIfAbsent(sum.agreementId(), _ -> new TreeMap<>())
          .computeIfAbsent(sum.channelId(), _ -> new TreeMap<>())
          .put(sum.meter(), List.of(sum.quantity(), sum.count(), sum.late()));
    }
    Stored stored = new Stored(source, after, last, blob, hour, fence, appliedAt, tree);
    return Write.put(Keys.batch(hour, source.id(), after), Json.write(stored), Condition.ABSENT);
  }

  /** The most bytes that a sum can take in a record. */
  static int bytesMax(HourSum.Of of) {
    int numbers = 3 * 20;
    int quotes = 24;
    return of.agreementId().length()
        + of.channelId().length()
        + of.meter().length()
        + numbers
        + quotes;
  }

  /** All that was added to an hour. */
  static List<BatchRecord> of(Table table, Instant hour) {
    List<BatchRecord> records = new ArrayList<>();
    Tables.forEach(table, Table.Query.all(Keys.batches(hour)), item -> records.add(of(item)));
    return records;
  }

  private static BatchRecord of(Item item) {
    Stored stored = Json.read(item.body(), Stored.class);
    List<Sum> sums = new ArrayList<>();
    stored
        .sums()
        .forEach((agreement, channels) ->
            channels.forEach((channel, meters) ->
                meters.forEach((meter, n) ->
                    sums.add(new Sum(agreement, channel, meter, n.get(0), n.get(1), n.get(2))))));
    return new BatchRecord(
        stored.source(),
        stored.after(),
        stored.last(),
        stored.blob(),
        stored.hour(),
        stored.fence(),
        stored.at(),
        sums);
  }

  /** The hour to which a fact of this batch was added. */
  Instant hourOf(UsageFact fact) {
    return Cut.target(fact, fence);
  }
}
