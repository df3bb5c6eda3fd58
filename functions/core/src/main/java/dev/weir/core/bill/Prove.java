package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.catalog.Meter;
import dev.weir.core.meter.FactTrail;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.port.Ports;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Counts everything again, each number from the store that owns it. Memory grows with the number of
 * facts: about 100 bytes each, to tell that their keys are unique. Stateless and thread-safe.
 */
public final class Prove {

  /** Who acknowledges what the vendor bills. */
  static final String INVOICE = "invoice";

  /** A meter that costs nothing: the price says so, and nobody is billed. */
  static final String INCLUDED = "nobody: included in the price";

  /** A meter that costs something of which the market is not told. */
  static final String NOBODY = "nobody: it is billed and not reported";

  private final Ports ports;
  private final Terms terms;
  private final Accounts accounts;
  private final Lines lines;
  private final Invoices invoices;

  public Prove(Ports ports, Terms terms, Invoices invoices) {
    this.ports = ports;
    this.terms = terms;
    this.accounts = new Accounts(ports);
    this.lines = new Lines(ports);
    this.invoices = invoices;
  }

  /** What is counted of one meter of one channel. */
  private static final class Count {
    private long facts;
    private long sealed;
    private long billed;
    private long included;
    private long unsealed;
    private long unrated;
    private long amountMicros;
  }

  /** A channel and a meter. */
  private record Of(String channelId, String meter) implements Comparable<Of> {
    @Override
    public int compareTo(Of other) {
      int order = channelId.compareTo(other.channelId);
      return order == 0 ? meter.compareTo(other.meter) : order;
    }
  }

  /** Counts; the cost meter is not sold, so it is not part of the proof. */
  public Proof run(Readings readings) {
    Map<Of, Count> counts = new TreeMap<>();
    Instant rated = RateHours.ratedUntil(ports);
    countHours(counts, rated);
    List<Agreement> agreements = agreements();
    Set<YearMonth> months = new HashSet<>();
    forEachHour(hour -> months.add(Line.month(hour)));
    for (Agreement agreement : agreements) {
      months.forEach(
          month -> lines.list(agreement.id(), month).forEach(l -> count(counts, l, rated)));
    }
    List<Profit.OfChannel> profits = new Profit(ports).perChannel(Optional.empty());
    List<Proof.OfChannel> channels = new ArrayList<>();
    for (ChannelTerms channel : terms.all()) {
      channels.add(channel(channel, agreements, counts, profits, readings));
    }
    Ledger.Totals totals = new Ledger(ports).trialBalance();
    return new Proof(
        channels,
        new Proof.OfLedger(totals.debitMicros(), totals.creditMicros(), totals.transactions()));
  }

  private void forEachHour(Consumer<Instant> visitor) {
    SealedHours sealed = new SealedHours(ports);
    Instant now = ports.clock().instant();
    Instant end = sealed.sealedUntil().isAfter(now) ? sealed.sealedUntil() : now;
    Instant last = Hours.of(end.plus(Duration.ofHours(1)));
    for (Instant hour = sealed.first();
        !hour.isAfter(last);
        hour = hour.plus(Duration.ofHours(1))) {
      visitor.accept(hour);
    }
  }

  private void countHours(Map<Of, Count> counts, Instant rated) {
    FactTrail trail = new FactTrail(ports);
    SealedHours sealed = new SealedHours(ports);
    Instant sealedUntil = sealed.sealedUntil();
    Set<String> keys = new HashSet<>();
    forEachHour(hour -> {
      trail.forEachCounted(
          hour,
          keys::add,
          sum -> {
            Count count = count(counts, sum.channelId(), sum.meter());
            count.facts = Math.addExact(count.facts, sum.quantity());
            count.unsealed += hour.isBefore(sealedUntil) ? 0 : sum.quantity();
          });
      sealed.forEach(
          hour,
          sum -> {
            Count count = count(counts, sum.channelId(), sum.meter());
            count.sealed = Math.addExact(count.sealed, sum.quantity());
            count.unrated += hour.isBefore(rated) ? 0 : sum.quantity();
          });
    });
  }

  private static void count(Map<Of, Count> counts, Line line, Instant rated) {
    if (line.kind() == Line.Kind.USAGE) {
      Count count = count(counts, line.channelId(), line.meter());
      count.billed = Math.addExact(count.billed, line.billed());
      count.included = Math.addExact(count.included, line.included());
      count.unrated -= line.hour().isBefore(rated) ? 0 : line.quantity();
      count.amountMicros = Math.addExact(count.amountMicros, Math.abs(line.amountMicros()));
    }
  }

  private static Count count(Map<Of, Count> counts, String channelId, String meter) {
    return counts.computeIfAbsent(new Of(channelId, meter), _ -> new Count());
  }

  private List<Agreement> agreements() {
    List<Agreement> agreements = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      Page<Agreement> page = accounts.allAgreements(new Page.Request(Page.LIMIT_MAX, token));
      agreements.addAll(page.items());
      token = page.next();
    } while (token.isPresent());
    return agreements;
  }

  private Proof.OfChannel channel(
      ChannelTerms channel,
      List<Agreement> agreements,
      Map<Of, Count> counts,
      List<Profit.OfChannel> profits,
      Readings readings) {
    String id = channel.channelId();
    List<Agreement> own = agreements.stream().filter(a -> a.identities().containsKey(id)).toList();
    List<Proof.OfMeter> meters = new ArrayList<>();
    counts.forEach((of, count) -> {
      if (of.channelId().equals(id) && !of.meter().equals(Meter.COMPUTE.id())) {
        meters.add(meter(channel, of.meter(), count, own, readings));
      }
    });
    Profit.OfChannel profit =
        profits.stream()
            .filter(p -> p.channelId().equals(id))
            .findFirst()
            .orElseGet(() -> new Profit.OfChannel(id, currency(own), 0, 0, 0, 0));
    int customers = new HashSet<>(own.stream().map(Agreement::customerId).toList()).size();
    return new Proof.OfChannel(
        id,
        channel.kind(),
        customers,
        readings.calls(id),
        meters,
        profit.revenueMicros(),
        profit.feeMicros(),
        profit.shareMicros(),
        profit.computeMicros(),
        profit.marginMicros(),
        profit.currency());
  }

  private static String currency(List<Agreement> agreements) {
    return agreements.stream().findFirst().map(Agreement::currency).orElse("");
  }

  private Proof.OfMeter meter(
      ChannelTerms channel, String meter, Count count, List<Agreement> own, Readings readings) {
    Acknowledged by = acknowledged(channel, meter, count, own, readings);
    return new Proof.OfMeter(
        meter,
        count.facts,
        count.sealed,
        count.billed,
        count.included,
        by.quantity(),
        by.who(),
        new Proof.Open(
            count.unsealed, count.unrated, by.waiting().quantity(), by.waiting().until()));
  }

  private record Acknowledged(long quantity, String who, Waits.Waiting waiting) {}

  /** By whoever bills the meter: who is told of it, else the invoice, else nobody. */
  private Acknowledged acknowledged(
      ChannelTerms channel, String meter, Count count, List<Agreement> own, Readings readings) {
    String id = channel.channelId();
    Waits waits = new Waits(ports, terms, invoices);
    if (channel.reporting().filter(r -> r.meters().containsKey(meter)).isPresent()) {
      return new Acknowledged(
          readings.acknowledged(id, meter).orElse(0),
          readings.acknowledgedBy(id),
          waits.reports(id, meter, own));
    }
    boolean ours =
        switch (channel.kind()) {
          case SOCIAL, DIRECT -> true;
          case PARTNER -> count.billed > 0 || count.amountMicros > 0;
          case MARKETPLACE -> false;
        };
    if (ours) {
      List<String> agreements = own.stream().map(Agreement::id).toList();
      return new Acknowledged(
          invoices.invoiced(id, meter, agreements), INVOICE, waits.invoices(id, meter, own));
    }
    boolean free = count.billed == 0 && count.amountMicros == 0;
    return new Acknowledged(free ? count.included : 0, free ? INCLUDED : NOBODY, Waits.NOTHING);
  }
}
