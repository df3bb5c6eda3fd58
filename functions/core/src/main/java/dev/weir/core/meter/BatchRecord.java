package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  /** The write that adds it to its hour. */
  Write write() {
    Map<String, Long> places = new LinkedHashMap<>();
    Map<String, List<Long>> all = new TreeMap<>();
    Map<String, List<Long>> some = new TreeMap<>();
    for (Sum sum : sums) {
      String of = sum.channelId() + "/" + sum.meter();
      long place = places.computeIfAbsent(of, _ -> (long) places.size());
      all.computeIfAbsent(sum.agreementId(), _ -> new ArrayList<>())
          .addAll(List.of(place, sum.quantity(), sum.count()));
      if (sum.late() != 0) {
        some.computeIfAbsent(sum.agreementId(), _ -> new ArrayList<>())
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
            some);
    return Write.put(Keys.batch(hour, source.id(), after), Json.write(stored), Condition.ABSENT);
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
