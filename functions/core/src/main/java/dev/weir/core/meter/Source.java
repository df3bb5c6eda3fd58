package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A source as stored. Its row outlives its journal for ever.
 *
 * @param version of the row; 0 where there is none yet
 * @param seq the number of the last fact applied
 * @param until every fact with an earlier time was applied
 * @param fence the first hour that its batches may still add to
 * @param leaseUntil when it is lost unless it is heard of; empty for lanes, which cannot be lost
 * @param uncleaned blobs of lane facts that were applied and may still lie in the lane
 * @param added how many facts it added to each hour that was not sealed when it last moved, by the
 *     hour's number: what sealing must find
 */
public record Source(
    SourceName name,
    long version,
    long seq,
    Instant until,
    Instant fence,
    State state,
    Optional<Instant> leaseUntil,
    List<String> uncleaned,
    Map<Long, Long> added) {

  public Source {
    uncleaned = List.copyOf(uncleaned);
    added = Map.copyOf(added);
  }

  /** From registered to gone. */
  public enum State {
    /** Sealing waits for it. */
    LIVE,
    /** Its lease ended. It lives again when it is heard of. */
    LOST,
    /** It said that it ends. */
    CLOSED
  }

  private record Row(
      SourceName name,
      State state,
      Optional<Instant> leaseUntil,
      List<String> uncleaned,
      Map<Long, Long> added) {}

  /** One that nobody has heard of yet. */
  static Source fresh(SourceName name, Instant fence, Optional<Instant> leaseUntil) {
    return new Source(
        name, 0, 0, Instant.EPOCH, fence, State.LIVE, leaseUntil, List.of(), Map.of());
  }

  static Source of(Item item) {
    Row row = Json.read(item.body(), Row.class);
    return new Source(
        row.name(),
        item.version(),
        item.counter("seq"),
        Instant.ofEpochMilli(item.counter("untilMs")),
        Hours.start(item.counter("fence")),
        row.state(),
        row.leaseUntil(),
        row.uncleaned(),
        row.added());
  }

  /** The write that replaces the row, refused where somebody else replaced it before. */
  Write write() {
    return new Write.Put(
        Keys.source(name.id()),
        Json.write(new Row(name, state, leaseUntil, uncleaned, added)),
        Map.of("seq", seq, "untilMs", until.toEpochMilli(), "fence", Hours.number(fence)),
        Optional.empty(),
        version == 0 ? Condition.ABSENT : Condition.atVersion(version));
  }

  /** After a batch: its last number, and how many facts it added to which hours. */
  Source applied(long last, Map<Instant, Long> more) {
    Map<Long, Long> sums = new TreeMap<>(added);
    more.forEach((hour, count) -> sums.merge(Hours.number(hour), count, Math::addExact));
    return new Source(name, version, last, until, fence, state, leaseUntil, uncleaned, sums);
  }

  /** How many facts it added to an hour that is not sealed. */
  long addedTo(Instant hour) {
    return added.getOrDefault(Hours.number(hour), 0L);
  }

  /** Its time only moves forward. */
  Source passed(Instant moment) {
    Instant later = moment.isAfter(until) ? moment : until;
    return new Source(name, version, seq, later, fence, state, leaseUntil, uncleaned, added);
  }

  /** Closed to the hours before {@code hour}; those before {@code sealed} need no count more. */
  Source fenced(Instant hour, Instant sealed) {
    Map<Long, Long> open = new TreeMap<>(added);
    open.keySet().removeIf(number -> number < Hours.number(sealed));
    return new Source(name, version, seq, until, hour, state, leaseUntil, uncleaned, open);
  }

  Source is(State next) {
    return new Source(name, version, seq, until, fence, next, leaseUntil, uncleaned, added);
  }

  Source leased(Instant end) {
    return new Source(name, version, seq, until, fence, state, Optional.of(end), uncleaned, added);
  }

  Source uncleaned(List<String> blobs) {
    return new Source(name, version, seq, until, fence, state, leaseUntil, blobs, added);
  }
}
