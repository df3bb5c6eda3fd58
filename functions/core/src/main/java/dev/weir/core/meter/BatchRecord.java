package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
   * @param of channel and meter, with a slash between them
   * @param sums by agreement: place in {@code of}, quantity, count, and so on
   * @param late by agreement, of sums that have some: place in {@code of}, late
   */
  private record Stored(
      SourceName source,
      long after,
      long last,
      String blob,
      Instant hour,
      Instant fence,
      Instant at,
      List<String> of,
      Map<String, List<Long>> sums,
      Map<String, List<Long>> late) {}

  /** The most bytes of the sums of one item. */
  private static final int PART_MAX_BYTES = Table.BODY_MAX_BYTES - 4096;

  /** With the longest ids. */
  private static final int SUM_MAX_BYTES = 4 * 64 + 5 * 20 + 24;

  /** The writes that add it to its hour: one, or more where an item cannot hold all sums. */
  List<Write> writes() {
    List<Write> writes = new ArrayList<>();
    Set<String> said = new HashSet<>();
    int from = 0;
    int bytes = 0;
    for (int i = 0; i < sums.size(); i++) {
      int more = bytes(sums.get(i), said);
      if (bytes + more > PART_MAX_BYTES) {
        writes.add(write(sums.subList(from, i), writes.size()));
        said.clear();
        from = i;
        bytes = 0;
        more = bytes(sums.get(i), said);
      }
      bytes += more;
    }
    writes.add(write(sums.subList(from, sums.size()), writes.size()));
    return writes;
  }

  /** What a sum takes in a part that says its agreement, channel and meter once; not less. */
  private static int bytes(Sum sum, Set<String> said) {
    String of = sum.channelId() + "/" + sum.meter();
    int agreement = sum.agreementId().length() + 6;
    int late = sum.late() == 0 ? 0 : agreement + 8 + Long.toString(sum.late()).length();
    return (said.add(sum.agreementId()) ? agreement : 0)
        + (said.add(of) ? of.length() + 3 : 0)
        + 10
        + Long.toString(sum.quantity()).length()
        + Long.toString(sum.count()).length()
        + late;
  }

  private Write write(List<Sum> some, int part) {
    Map<String, Long> places = new LinkedHashMap<>();
    Map<String, List<Long>> all = new TreeMap<>();
    Map<String, List<Long>> late = new TreeMap<>();
    for (Sum sum : some) {
      String of = sum.channelId() + "/" + sum.meter();
      long place = places.computeIfAbsent(of, _ -> (long) places.size());
      all.computeIfAbsent(sum.agreementId(), _ -> new ArrayList<>())
          .addAll(List.of(place, sum.quantity(), sum.count()));
      if (sum.late() != 0) {
        late.computeIfAbsent(sum.agreementId(), _ -> new ArrayList<>())
            .addAll(List.of(place, sum.late()));
      }
    }
    Stored stored =
        new Stored(
            source,
            after,
            last,
            blob,
            hour,
            fence,
            appliedAt,
            List.copyOf(places.keySet()),
            all,
            late);
    return Write.put(
        Keys.batch(hour, source.id(), after, part), Json.write(stored), Condition.ABSENT);
  }

  /** The most items that sums of one hour take. */
  static int partsMax(int bytes) {
    return Math.ceilDiv(bytes, PART_MAX_BYTES - SUM_MAX_BYTES);
  }

  /** The most bytes that a sum can take in a record. */
  static int bytesMax(HourSum.Of of) {
    int numbers = 5 * 20;
    int quotes = 24;
    return 2 * of.agreementId().length()
        + of.channelId().length()
        + of.meter().length()
        + numbers
        + quotes;
  }

  /** All that was added to an hour: one record for each batch, whatever parts it has. */
  static List<BatchRecord> of(Table table, Instant hour) {
    List<BatchRecord> records = new ArrayList<>();
    Tables.forEach(
        table,
        Table.Query.all(Keys.batches(hour)),
        item -> {
          BatchRecord part = of(item);
          if (!records.isEmpty() && records.getLast().isOneWith(part)) {
            records.add(records.removeLast().with(part.sums()));
          } else {
            records.add(part);
          }
        });
    return records;
  }

  private boolean isOneWith(BatchRecord part) {
    return source.equals(part.source()) && after == part.after();
  }

  private BatchRecord with(List<Sum> more) {
    List<Sum> all = new ArrayList<>(sums);
    all.addAll(more);
    return new BatchRecord(source, after, last, blob, hour, fence, appliedAt, all);
  }

  private static BatchRecord of(Item item) {
    Stored stored = Json.read(item.body(), Stored.class);
    List<Sum> sums = new ArrayList<>();
    stored
        .sums()
        .forEach((agreement, numbers) -> {
          for (int i = 0; i < numbers.size(); i += 3) {
            String[] of = stored.of().get(Math.toIntExact(numbers.get(i))).split("/", -1);
            sums.add(
                new Sum(
                    agreement,
                    of[0],
                    of[1],
                    numbers.get(i + 1),
                    numbers.get(i + 2),
                    late(stored.late().getOrDefault(agreement, List.of()), numbers.get(i))));
          }
        });
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

  private static long late(List<Long> numbers, long place) {
    for (int i = 0; i < numbers.size(); i += 2) {
      if (numbers.get(i) == place) {
        return numbers.get(i + 1);
      }
    }
    return 0;
  }

  /** The hour to which a fact of this batch was added. */
  Instant hourOf(UsageFact fact) {
    return Cut.target(fact, fence);
  }
}
