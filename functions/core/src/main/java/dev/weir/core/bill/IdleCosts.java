package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.Meter;
import dev.weir.core.json.Json;
import dev.weir.core.meter.FactTrail;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What hosts cost beyond the compute that answers took. The rule: of every hour of a host, the idle
 * vCPU time and all of the GPU time are borne by the agreements that it answered for in that hour,
 * in proportion to the compute that their answers took; an hour in which it answered for nobody is
 * the vendor's. A day is posted once, when it is rated: one transaction per agreement. Stateless
 * and thread-safe.
 */
public final class IdleCosts {

  /** The most days that one run posts. */
  public static final int DAYS_MAX = 31;

  /** In the ledger, the channel of what no agreement bears. */
  public static final String VENDOR = "vendor";

  private static final BigInteger MICROS_PER_SECOND = BigInteger.valueOf(1_000_000);

  private final Ports ports;
  private final Table table;
  private final Accounts accounts;
  private final Catalog catalog;
  private final Uptimes uptimes;
  private final FactTrail trail;
  private final Ledger ledger;
  private final Documents documents;

  public IdleCosts(Ports ports) {
    this.ports = ports;
    this.table = ports.table();
    this.accounts = new Accounts(ports);
    this.catalog = new Catalog(ports);
    this.uptimes = new Uptimes(ports);
    this.trail = new FactTrail(ports);
    this.ledger = new Ledger(ports);
    this.documents = new Documents(ports.blobs());
  }

  /** One host's hour, in microseconds of a vCPU or a GPU. */
  public record HostHour(
      String host, String endpoint, Instant hour, long capacityUs, long busyUs, long gpuUs) {
    long idleUs() {
      return Math.max(0, capacityUs - busyUs);
    }
  }

  /** What one agreement bears of a day; the vendor's has an empty id. */
  public record Share(String agreementId, long idleUs, long gpuUs) {
    private Share plus(Share o) {
      return new Share(agreementId, Math.addExact(idleUs, o.idleUs), Math.addExact(gpuUs, o.gpuUs));
    }
  }

  /** A day with its hosts and how their time was shared. */
  public record Day(LocalDate day, List<HostHour> hosts, List<Share> shares) {
    public Day {
      hosts = List.copyOf(hosts);
      shares = List.copyOf(shares);
    }
  }

  private record Stored(String blob) {}

  /**
   * Posts the days that are rated to their end.
   *
   * @return how many transactions were posted now
   */
  public int run() {
    Instant rated = RateHours.ratedUntil(ports);
    LocalDate day =
        table
            .get(Keys.idleUntil())
            .map(item -> LocalDate.ofEpochDay(item.counter("day")))
            .orElseGet(() -> day(new SealedHours(ports).first()));
    int posted = 0;
    for (int i = 0; i < DAYS_MAX && !start(day.plusDays(1)).isAfter(rated); i++) {
      posted += post(share(day));
      day = day.plusDays(1);
      store(Keys.idleUntil(), "{}", Map.of("day", day.toEpochDay()));
    }
    return posted;
  }

  private static LocalDate day(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  private void store(Key key, String body, Map<String, Long> counters) {
    Write write = new Write.Put(key, body, counters, Optional.empty(), Condition.ALWAYS);
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("idle costs of " + key.sort() + " may not be stored");
    }
  }

  /** A day that was posted. */
  public Optional<Day> find(LocalDate day) {
    return table
        .get(Keys.idle(day))
        .map(item -> Json.read(item.body(), Stored.class).blob())
        .map(blob -> documents.read(blob, Day.class));
  }

  private Day share(LocalDate day) {
    List<HostHour> hosts = new ArrayList<>();
    Map<String, Share> shares = new TreeMap<>();
    Instant end = start(day.plusDays(1));
    for (Instant hour = start(day); hour.isBefore(end); hour = hour.plus(Duration.ofHours(1))) {
      Map<String, Map<String, Long>> busy = new HashMap<>();
      List<Uptimes.Uptime> there = uptimes.of(hour);
      if (!there.isEmpty()) {
        trail.forEachBatch(
            hour,
            batch ->
                batch.sums().stream()
                    .filter(sum -> sum.meter().equals(Meter.COMPUTE.id()))
                    .forEach(sum ->
                        busy.computeIfAbsent(batch.source().id(), _ -> new TreeMap<>())
                            .merge(sum.agreementId(), sum.quantity(), Math::addExact)));
      }
      for (Uptimes.Uptime uptime : there) {
        Map<String, Long> weights = busy.getOrDefault(uptime.host().id(), Map.of());
        HostHour host = host(uptime, Hours.of(hour), weights);
        hosts.add(host);
        Map<String, Long> idle = split(host.idleUs(), weights);
        Map<String, Long> gpu = split(host.gpuUs(), weights);
        idle.forEach((agreement, us) ->
            shares.merge(
                agreement, new Share(agreement, us, gpu.getOrDefault(agreement, 0L)), Share::plus));
      }
    }
    return new Day(day, hosts, List.copyOf(shares.values()));
  }

  private static HostHour host(Uptimes.Uptime uptime, Instant hour, Map<String, Long> busy) {
    return new HostHour(
        uptime.host().id(),
        uptime.endpoint(),
        hour,
        Math.multiplyExact(uptime.micros(), uptime.milliVcpus()) / 1000,
        busy.values().stream().mapToLong(Long::longValue).reduce(0, Math::addExact),
        Math.multiplyExact(uptime.micros(), uptime.gpus()));
  }

  /** In proportion, to the last microsecond: what is left goes to the largest remainders. */
  static Map<String, Long> split(long whole, Map<String, Long> weights) {
    BigInteger all =
        weights.values().stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
    if (all.signum() == 0) {
      return Map.of("", whole);
    }
    Map<String, Long> parts = new TreeMap<>();
    Map<String, BigInteger> remainders = new TreeMap<>();
    long left = whole;
    for (Map.Entry<String, Long> weight : weights.entrySet()) {
      BigInteger[] quota =
          BigInteger.valueOf(whole)
              .multiply(BigInteger.valueOf(weight.getValue()))
              .divideAndRemainder(all);
      parts.put(weight.getKey(), quota[0].longValueExact());
      remainders.put(weight.getKey(), quota[1]);
      left -= quota[0].longValueExact();
    }
    remainders.entrySet().stream()
        .sorted(Map.Entry.<String, BigInteger>comparingByValue().reversed())
        .limit(left)
        .forEach(entry -> parts.merge(entry.getKey(), 1L, Math::addExact));
    return parts;
  }

  private int post(Day day) {
    if (day.hosts().isEmpty()) {
      return 0;
    }
    store(Keys.idle(day.day()), Json.write(new Stored(documents.store(day))), Map.of());
    ComputePrices prices = catalog.computePrices();
    int posted = 0;
    for (Share share : day.shares()) {
      Optional<Agreement> agreement =
          share.agreementId().isEmpty()
              ? Optional.empty()
              : accounts.agreement(share.agreementId());
      String other = prices.microsPerVcpuSecond("USD") > 0 ? "USD" : "CNY";
      String currency = agreement.map(Agreement::currency).orElse(other);
      long cost =
          Math.addExact(
              cost(share.idleUs(), prices.microsPerVcpuSecond(currency)),
              cost(share.gpuUs(), prices.microsPerGpuSecond(currency)));
      if (cost > 0) {
        posted += ledger.post(transaction(day.day(), share, agreement, currency, cost)) ? 1 : 0;
      }
    }
    return posted;
  }

  private static Transaction transaction(
      LocalDate day, Share share, Optional<Agreement> agreement, String currency, long cost) {
    Transaction transaction =
        Postings.two(
            "idle-" + StableId.of(share.agreementId(), day.toString()),
            currency,
            start(day.plusDays(1)).minusSeconds(1),
            "IDLE %s: %d vCPU-us idle, %d GPU-us".formatted(day, share.idleUs(), share.gpuUs()),
            agreement.map(Agreement::billedThrough).orElse(VENDOR),
            agreement.isPresent() ? Account.COMPUTE_COST : Account.IDLE_COST,
            Account.COMPUTE_PAYABLE,
            cost);
    return agreement.map(of -> transaction.about(of.id())).orElse(transaction);
  }

  /** Microseconds × micros per second, rounded half up. */
  private static long cost(long us, long microsPerSecond) {
    return BigInteger.valueOf(us)
        .multiply(BigInteger.valueOf(microsPerSecond))
        .add(MICROS_PER_SECOND.shiftRight(1))
        .divide(MICROS_PER_SECOND)
        .longValueExact();
  }
}
