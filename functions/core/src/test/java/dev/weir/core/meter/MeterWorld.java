package dev.weir.core.meter;

import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A metering world in memory; it begins in the middle of an hour. */
final class MeterWorld {

  static final Instant START = Instant.parse("2026-11-10T10:20:00Z");
  static final Instant HOUR = Hours.of(START);

  final SettableClock clock = new SettableClock(START);
  final MemoryPorts memory = new MemoryPorts(clock);
  final Ports ports = memory.ports();

  static Usage usage(String agreement, String call, long quantity, Instant at) {
    return new Usage(agreement, "feishu-cn", "calls", quantity, at, call);
  }

  static List<UsageFact> facts(SourceName source, int from, int to, Instant at) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> UsageFact.of(source.factKey(i), usage("a1", "call-" + i, 1, at)))
        .toList();
  }

  static UsageBatch batch(SourceName source, int from, int to, Instant at) {
    return new UsageBatch(source, from - 1, facts(source, from, to, at), Optional.empty(), false);
  }

  /** Applies a batch that says that its source has passed the current time. */
  void pass(SourceName source, long after) {
    var _ =
        new ApplyBatch(ports)
            .apply(new UsageBatch(source, after, List.of(), Optional.of(clock.instant()), false));
  }

  /** Drains and seals, as the schedule does. */
  void tick() {
    var _ = new Lanes(ports).drain();
    var _ = new Sources(ports).sweep();
    var _ = new SealHours(ports).run();
  }

  void toNextHour() {
    clock.set(Hours.of(clock.instant()).plus(Duration.ofMinutes(66)));
  }

  List<SealedHour> sealed() {
    List<SealedHour> all = new ArrayList<>();
    SealedHours hours = new SealedHours(ports);
    for (Instant hour = hours.first();
        hour.isBefore(hours.sealedUntil());
        hour = hour.plus(Duration.ofHours(1))) {
      hours.forEach(hour, all::add);
    }
    return all;
  }

  long sealedQuantity() {
    return sealed().stream().mapToLong(SealedHour::quantity).sum();
  }

  List<Incident> incidents() {
    return new Incidents(ports).list();
  }
}
