package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One agreement's hour, sealed: its use of all meters through all channels, in one item. Never
 * changes.
 *
 * @param part 0, and higher for what is sealed of the same hour after that
 * @param sums at most {@link #SUMS_MAX}
 */
public record AgreementHour(
    String agreementId, Instant hour, int part, Instant sealedAt, List<SealedHour> sums) {

  /** The most sums of one part; the rest is another part. */
  public static final int SUMS_MAX = 48;

  /** The most channels of one part, so that what it moves fits into one commit. */
  public static final int CHANNELS_MAX = 4;

  public AgreementHour {
    sums = List.copyOf(sums);
    if (sums.size() > SUMS_MAX) {
      throw new IllegalArgumentException("sums " + sums.size() + " > " + SUMS_MAX);
    }
  }

  /**
   * As stored; the key says the rest.
   *
   * @param sums channel → meter → quantity, count
   */
  private record Stored(Instant at, Map<String, Map<String, List<Long>>> sums) {}

  /** Sorts in the order in which {@link SealedHours} visits an hour. */
  public String position() {
    return "%d/%s/%03d".formatted(Keys.shard(agreementId), agreementId, part);
  }

  /** The write that seals it; refused where the part was sealed before. */
  Write write() {
    Map<String, Map<String, List<Long>>> tree = new TreeMap<>();
    for (SealedHour sum : sums) {
      tree.computeIfAbsent(sum.channelId(), _ -> new TreeMap<>())
          .put(sum.meter(), List.of(sum.quantity(), sum.count()));
    }
    return Write.put(
        Keys.sealed(hour, agreementId, part),
        Json.write(new Stored(sealedAt, tree)),
        Condition.ABSENT);
  }

  static AgreementHour of(Instant hour, Item item) {
    Stored stored = Json.read(item.body(), Stored.class);
    String sort = item.key().sort();
    int slash = sort.lastIndexOf('/');
    String agreementId = sort.substring(0, slash);
    int part = Integer.parseInt(sort.substring(slash + 1));
    List<SealedHour> sums = new ArrayList<>();
    stored
        .sums()
        .forEach((channel, meters) ->
            meters.forEach((meter, n) ->
                sums.add(
                    new SealedHour(
                        agreementId,
                        channel,
                        meter,
                        hour,
                        part,
                        n.get(0),
                        n.get(1),
                        stored.at()))));
    return new AgreementHour(agreementId, hour, part, stored.at(), sums);
  }
}
