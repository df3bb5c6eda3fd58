package dev.weir.core.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.catalog.Aggregation;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Meter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same usage, sent by any sources in any batches and any order, gives the same sealed hours;
 * and however late it comes, all that is sealed of an hour is what its facts come to.
 */
class AggregationPropertyTest {

  private static final int EPOCHS = 5;

  /** Usage that arrives in the hour of an epoch; its own time may be some hours before. */
  private record Arrival(int epoch, Usage usage) {}

  private static List<Arrival> arrivals(Random random) {
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      int epoch = random.nextInt(EPOCHS);
      Aggregation of = Aggregation.values()[random.nextInt(Aggregation.values().length)];
      Instant now = MeterWorld.HOUR.plus(Duration.ofHours(epoch)).plusSeconds(1900);
      long back = random.nextInt(3) == 0 ? random.nextInt(8) * 1800L : random.nextInt(3) * 600L;
      Usage usage =
          new Usage(
              "a" + random.nextInt(2),
              random.nextInt(4) == 0 ? "slack" : "feishu",
              of.wire(),
              1 + random.nextInt(9),
              now.minusSeconds(back),
              "call-" + i);
      arrivals.add(new Arrival(epoch, usage));
    }
    return arrivals;
  }

  /** Sends all by as many hosts, and the lanes, as the seed says, and seals hour after hour. */
  private static MeterWorld run(List<Arrival> arrivals, Random random, boolean early) {
    MeterWorld world = new MeterWorld();
    for (Aggregation aggregation : Aggregation.values()) {
      new Catalog(world.ports).put(new Meter(aggregation.wire(), "thing", 0, aggregation));
    }
    Instant first = Hours.of(world.clock.instant());
    int hosts = 1 + random.nextInt(4);
    long[] seqs = new long[hosts];
    for (int host = 0; host < hosts; host++) {
      world.pass(name(host), 0);
    }
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      world.clock.set(first.plus(Duration.ofHours(epoch)).plus(Duration.ofMinutes(40)));
      int now = epoch;
      List<Usage> usages =
          arrivals.stream()
              .filter(a -> a.epoch() == now)
              .map(Arrival::usage)
              .collect(Collectors.toCollection(ArrayList::new));
      Collections.shuffle(usages, random);
      for (int from = 0; from < usages.size(); ) {
        int to = Math.min(usages.size(), from + 1 + random.nextInt(12));
        send(world, usages.subList(from, to), random.nextInt(hosts + 1), seqs, random);
        if (early && random.nextInt(3) == 0) {
          var _ = new Lanes(world.ports).drain();
          new SealHours(world.ports)
              .early("a" + random.nextInt(2), first.plus(Duration.ofHours(now)));
        }
        from = to;
      }
      world.clock.set(first.plus(Duration.ofHours(epoch + 1)).plus(Duration.ofMinutes(6)));
      for (int host = 0; host < hosts; host++) {
        world.pass(name(host), seqs[host]);
      }
      world.tick();
    }
    return world;
  }

  private static SourceName name(int host) {
    return new SourceName("host" + host, "boot");
  }

  private static void send(
      MeterWorld world, List<Usage> usages, int host, long[] seqs, Random random) {
    if (host == seqs.length) {
      for (Usage usage : usages) {
        var _ = world.ports.table().commit(new Facts(world.ports).writes(UsageFact.ofCall(usage)));
      }
      return;
    }
    List<UsageFact> facts = new ArrayList<>();
    for (int i = 0; i < usages.size(); i++) {
      facts.add(UsageFact.of(name(host).factKey(seqs[host] + i + 1), usages.get(i)));
    }
    UsageBatch batch = new UsageBatch(name(host), seqs[host], facts, Optional.empty(), false);
    for (int i = 0; i <= random.nextInt(2); i++) {
      var _ = new ApplyBatch(world.ports).apply(batch);
    }
    seqs[host] += facts.size();
  }

  private static Map<String, Long> sealed(MeterWorld world, boolean byHour) {
    Map<String, Long> sums = new TreeMap<>();
    for (SealedHour hour : world.sealed()) {
      String hourName = byHour ? Hours.name(hour.hour()) + " " : "";
      sums.merge(hourName + hour.of().sort(), hour.quantity(), Long::sum);
    }
    sums.values().removeIf(quantity -> quantity == 0);
    return sums;
  }

  /** What a person with paper and pencil makes of the usage, hour by hour. */
  private static Map<String, Long> reckoned(List<Arrival> arrivals) {
    Map<String, Map<Instant, List<Usage>>> hours = new TreeMap<>();
    for (Arrival arrival : arrivals) {
      Usage u = arrival.usage();
      hours
          .computeIfAbsent(
              u.agreementId() + "/" + u.channelId() + "/" + u.meter(), _ -> new TreeMap<>())
          .computeIfAbsent(Hours.of(u.at()), _ -> new ArrayList<>())
          .add(u);
    }
    Map<String, Long> sums = new TreeMap<>();
    hours.forEach((of, byHour) ->
        byHour.values().forEach(usages -> sums.merge(of, reckoned(of, usages), Long::sum)));
    return sums;
  }

  private static long reckoned(String of, List<Usage> usages) {
    List<Long> quantities = usages.stream().map(Usage::quantity).toList();
    return switch (of.substring(of.lastIndexOf('/') + 1)) {
      case "sum" -> quantities.stream().mapToLong(q -> q).sum();
      case "count" -> quantities.size();
      case "max" -> Collections.max(quantities);
      case "unique" -> quantities.stream().distinct().count();
      default ->
          usages.stream()
              .sorted(Comparator.comparing(Usage::at).thenComparing(Usage::quantity).reversed())
              .findFirst()
              .orElseThrow()
              .quantity();
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyBatchesOfAnySourcesGiveTheSameSealedHours(long seed) {
    List<Arrival> arrivals = arrivals(new Random(seed));
    MeterWorld one = run(arrivals, new Random(seed + 100), false);
    for (int other = 0; other < 3; other++) {
      MeterWorld again = run(arrivals, new Random(seed * 31 + other), false);
      assertEquals(sealed(one, true), sealed(again, true));
    }
    assertAddsUp(one, arrivals);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void partsThatAreSealedEarlyAddUpToTheSame(long seed) {
    List<Arrival> arrivals = arrivals(new Random(seed));
    assertAddsUp(run(arrivals, new Random(seed), true), arrivals);
  }

  private static void assertAddsUp(MeterWorld world, List<Arrival> arrivals) {
    assertEquals(reckoned(arrivals), sealed(world, false));
    FactTrail trail = new FactTrail(world.ports);
    Recount recount = new Recount(world.ports);
    for (SealedHour hour : world.sealed()) {
      assertTrue(recount.hour(hour.hour()).isEmpty());
      trail.walk(hour);
    }
    assertTrue(world.incidents().isEmpty());
  }
}
