package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.account.Term;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.json.Json;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reports hours without usage as zero to the channels that ask for a record each hour: one line for
 * every agreement that is billed through the channel and every meter that its price names. Only
 * hours that are sealed and rated, because the other side takes the first record of an hour and no
 * other; and only those whose window is open long enough, so that after an outage what nobody takes
 * any more is left out.
 *
 * <p>An agreement's first hour, which began before it, and everything after its end have no zero. A
 * commit makes many lines and moves the progress over their agreements, so that of two runs one
 * goes on and the other reads again. Stateless and thread-safe.
 */
public final class ZeroHours {

  /** How many hours are caught up on after an outage, however long a window is. */
  public static final int CATCH_UP_HOURS_MAX = 48;

  /** How long a line must still be taken for. */
  static final Duration OPEN_MIN = Reports.AGAIN;

  /** The most batches of one commit: each is two writes. */
  static final int BATCHES_MAX = 20;

  private static final int ATTEMPTS_MAX = 16;

  private final Ports ports;
  private final Table table;
  private final Terms terms;
  private final Accounts accounts;
  private final Catalog catalog;
  private final SealedHours sealed;

  public ZeroHours(Ports ports, Terms terms) {
    this.ports = ports;
    this.table = ports.table();
    this.terms = terms;
    this.accounts = new Accounts(ports);
    this.catalog = new Catalog(ports);
    this.sealed = new SealedHours(ports);
  }

  /**
   * How far a channel is.
   *
   * @param hour the first hour that may lack lines
   * @param after the agreement of it that was done last; empty string for none
   */
  private record Progress(long version, Instant hour, String after) {
    private record Place(Instant hour, String after) {}

    static Optional<Progress> read(Table table, String channelId) {
      return table.get(Keys.zeros(channelId)).map(Progress::of);
    }

    private static Progress of(Item item) {
      Place place = Json.read(item.body(), Place.class);
      return new Progress(item.version(), place.hour(), place.after());
    }

    Write to(String channelId, Instant newHour, String newAfter) {
      return Write.put(
          Keys.zeros(channelId),
          Json.write(new Place(newHour, newAfter)),
          version == 0 ? Condition.ABSENT : Condition.atVersion(version));
    }
  }

  /**
   * Makes the lines that are missing; they go out with the next run of {@link Reports}.
   *
   * @return how many
   */
  public int run() {
    int made = 0;
    for (ChannelTerms channel : terms.all()) {
      Optional<ReportingLimits> limits = channel.reporting();
      if (limits.isPresent() && limits.get().asksForZeros()) {
        made += run(channel.channelId(), limits.get());
      }
    }
    return made;
  }

  private int run(String channelId, ReportingLimits limits) {
    Instant rated = RateHours.ratedUntil(ports);
    Optional<Progress> before = Progress.read(table, channelId);
    if (before.filter(p -> !p.hour().isBefore(rated)).isPresent()) {
      return 0;
    }
    List<Agreement> agreements = agreements(channelId);
    Map<String, Optional<PriceVersion>> prices = new HashMap<>();
    int made = 0;
    for (int failed = 0; failed < ATTEMPTS_MAX; ) {
      Progress progress =
          Progress.read(table, channelId)
              .orElseGet(() -> new Progress(0, oldest(limits, rated), ""));
      if (progress.version() > 0 && !progress.hour().isBefore(rated)) {
        return made;
      }
      Step step = step(channelId, limits, progress, rated, agreements, prices);
      Outcome outcome = Tables.commit(table, step.writes());
      made += outcome.applied() ? step.lines() : 0;
      failed += outcome.applied() ? 0 : 1;
    }
    throw new PortException("zeros of channel " + channelId + " cannot be stored");
  }

  /** The first hour, from now back to our own first, that the other side may still take. */
  private Instant oldest(ReportingLimits limits, Instant rated) {
    Instant first = sealed.first();
    Instant hour = rated;
    for (int i = 0; i < CATCH_UP_HOURS_MAX; i++) {
      Instant earlier = hour.minus(Duration.ofHours(1));
      if (earlier.isBefore(first) || open(limits, earlier).isEmpty()) {
        return hour;
      }
      hour = earlier;
    }
    return hour;
  }

  /** The meters of which the other side asks for a zero in an hour, and still takes it. */
  private Map<String, ReportingLimits.OfMeter> open(ReportingLimits limits, Instant hour) {
    Instant latest = ports.clock().instant().plus(OPEN_MIN);
    Map<String, ReportingLimits.OfMeter> meters = new TreeMap<>();
    limits
        .meters()
        .forEach((meter, of) -> {
          if (of.zeroHourly() && latest.isBefore(limits.closes(meter, hour))) {
            meters.put(meter, of);
          }
        });
    return meters;
  }

  /** The writes of one commit. */
  private record Step(List<Write> writes, int lines) {}

  /** The next lines: of one hour, or none of as many hours as lack none. */
  private Step step(
      String channelId,
      ReportingLimits limits,
      Progress progress,
      Instant rated,
      List<Agreement> agreements,
      Map<String, Optional<PriceVersion>> prices) {
    int most = BATCHES_MAX * ReportBatch.size(limits.batchMax());
    Instant oldest = oldest(limits, rated);
    Instant hour = progress.hour().isBefore(oldest) ? oldest : progress.hour();
    String after = hour.equals(progress.hour()) ? progress.after() : "";
    for (; hour.isBefore(rated); hour = hour.plus(Duration.ofHours(1))) {
      Map<String, ReportingLimits.OfMeter> meters = open(limits, hour);
      Set<String> there = there(channelId, hour);
      List<ReportLine> lines = new ArrayList<>();
      for (Agreement agreement : agreements) {
        if (agreement.id().compareTo(after) > 0 && runs(agreement, hour)) {
          if (lines.size() + meters.size() > most) {
            return step(limits, progress.to(channelId, hour, after), lines);
          }
          lines.addAll(zeros(agreement, hour, meters, there, prices));
        }
        after = agreement.id().compareTo(after) > 0 ? agreement.id() : after;
      }
      if (!lines.isEmpty()) {
        Instant next = hour.plus(Duration.ofHours(1));
        return step(limits, progress.to(channelId, next, ""), lines);
      }
      after = "";
    }
    return new Step(List.of(progress.to(channelId, rated, "")), 0);
  }

  private static Step step(ReportingLimits limits, Write progress, List<ReportLine> lines) {
    List<Write> writes = new ArrayList<>(List.of(progress));
    ReportBatch.of(lines, limits.batchMax()).forEach(batch -> writes.addAll(batch.create()));
    return new Step(writes, lines.size());
  }

  /** Whether it had begun when an hour did, and goes on. */
  private static boolean runs(Agreement agreement, Instant hour) {
    return !agreement.ended() && !agreement.startedAt().isAfter(hour);
  }

  private List<ReportLine> zeros(
      Agreement agreement,
      Instant hour,
      Map<String, ReportingLimits.OfMeter> meters,
      Set<String> there,
      Map<String, Optional<PriceVersion>> prices) {
    Term term = agreement.termAt(hour);
    Optional<PriceVersion> price =
        prices.computeIfAbsent(
            term.planId() + "/" + term.priceVersion(),
            _ -> catalog.price(term.planId(), term.priceVersion()));
    List<ReportLine> lines = new ArrayList<>();
    meters.forEach((meter, of) -> {
      boolean sold = price.flatMap(p -> p.metered(meter)).isPresent();
      if (sold && !there.contains(agreement.id() + "/" + meter)) {
        lines.add(ReportQueue.line(agreement, meter, hour, of.scale(), List.of()));
      }
    });
    return lines;
  }

  /** What has a line of the hour already. */
  private Set<String> there(String channelId, Instant hour) {
    Set<String> there = new HashSet<>();
    for (ReportLine line : new Reports(ports, terms).of(channelId, hour)) {
      there.add(line.agreementId() + "/" + line.meter());
    }
    return there;
  }

  /** Those that the channel bills and names, by id. */
  private List<Agreement> agreements(String channelId) {
    List<Agreement> all = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      Page<Agreement> page =
          accounts.agreements(channelId, new Page.Request(Page.LIMIT_MAX, token));
      page.items().stream()
          .filter(a -> a.billedThrough().equals(channelId))
          .filter(a -> !a.identities().getOrDefault(channelId, "").isEmpty())
          .forEach(all::add);
      token = page.next();
    } while (token.isPresent());
    all.sort(Comparator.comparing(Agreement::id));
    return all;
  }
}
