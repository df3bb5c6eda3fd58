package dev.weir.bench;

import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Meter;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Ports;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Usage as it comes: calls of {@link #AGREEMENTS} agreements, a few of them busy, through two
 * channels, each call with four meters; ids as long as real ones. One in a hundred calls was done
 * in the hour before. One per thread.
 */
final class UsageMix {

  static final int AGREEMENTS = 1000;
  static final int METERS = 4;

  private static final List<String> CHANNELS = List.of("aws-marketplace", "acme-reseller");
  private static final int LATE_PERCENT = 1;

  private final SplittableRandom random;
  private final Instant now;

  UsageMix(long seed, Instant now) {
    this.random = new SplittableRandom(seed);
    this.now = now;
  }

  /** Puts the meters into the catalog. */
  static void open(Ports ports) {
    Catalog catalog = new Catalog(ports);
    catalog.put(new Meter("input_tokens", "token", 0));
    catalog.put(new Meter("output_tokens", "token", 0));
  }

  static String agreement(int number) {
    return "01k9z7m3q5w8x0%012d".formatted(number);
  }

  /** What one call used. */
  List<Usage> call() {
    double uniform = random.nextDouble();
    int agreement = (int) (AGREEMENTS * uniform * uniform); // the first ones are busy
    String id = agreement(agreement);
    String channel = CHANNELS.get(agreement % CHANNELS.size());
    String call = new UUID(random.nextLong(), random.nextLong()).toString();
    boolean late = random.nextInt(100) < LATE_PERCENT;
    Instant at = late ? now.minus(Duration.ofHours(1)) : now.plusMillis(random.nextInt(1000));
    return List.of(
        new Usage(id, channel, "calls", 1, at, call),
        new Usage(id, channel, "compute_us", 1 + random.nextInt(900_000), at, call),
        new Usage(id, channel, "input_tokens", 1 + random.nextInt(4_000), at, call),
        new Usage(id, channel, "output_tokens", 1 + random.nextInt(1_000), at, call));
  }

  /** Facts of whole calls, with keys as long as a journal's. */
  List<UsageFact> facts(int count) {
    List<UsageFact> facts = new ArrayList<>();
    while (facts.size() < count) {
      for (Usage usage : call()) {
        facts.add(UsageFact.ofCall(usage));
      }
    }
    return List.copyOf(facts.subList(0, count));
  }
}
