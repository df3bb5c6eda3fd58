package dev.weir.core.bill;

import dev.weir.core.account.AccountWorld;
import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.Editions;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.SealHours;
import dev.weir.core.meter.Sources;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A deployment in memory with three channels and a plan: 10 calls a month free, then 3 a piece. */
final class MoneyWorld {

  static final Instant START = Instant.parse("2026-11-10T10:20:00Z");
  static final Instant HOUR = Hours.of(START);
  static final YearMonth MONTH = Line.month(START);
  static final long YUAN = 100_000_000;
  static final String SOCIAL = "feishu-cn";
  static final String PARTNER = "acme-reseller";
  static final String MARKET = "aws-marketplace";

  final SettableClock clock = new SettableClock(START);
  final MemoryPorts memory = new MemoryPorts(clock);
  final Ports ports = memory.ports();
  final Catalog catalog = new Catalog(ports);
  final Accounts accounts = new Accounts(ports);
  ReportingLimits.OfMeter marketMeter =
      new ReportingLimits.OfMeter(0, Duration.ofHours(24), true, Integer.MAX_VALUE);
  Map<String, ReportingLimits.OfMeter> marketMeters = Map.of();
  int marketBatch = 25;
  int partnerFee = 0;
  int partnerShare = 3333;
  Optional<Integer> marketCalls = Optional.empty();
  final Terms terms = new TestTerms();

  private final class TestTerms implements Terms {
    @Override
    public Optional<ChannelTerms> of(String channelId) {
      return all().stream().filter(t -> t.channelId().equals(channelId)).findFirst();
    }

    @Override
    public List<ChannelTerms> all() {
      ReportingLimits market =
          new ReportingLimits(marketBatch, Optional.of(6), marketMeters(), marketCalls);
      ReportingLimits partner =
          new ReportingLimits(
              50,
              Optional.empty(),
              Map.of(
                  "calls",
                  new ReportingLimits.OfMeter(0, Duration.ofDays(60), true, Long.MAX_VALUE)));
      return List.of(
          new ChannelTerms(
              PARTNER,
              ChannelKind.PARTNER,
              partnerFee,
              partnerShare,
              Optional.of("acme"),
              Optional.of(partner)),
          new ChannelTerms(
              MARKET, ChannelKind.MARKETPLACE, 300, 0, Optional.empty(), Optional.of(market)),
          new ChannelTerms(SOCIAL, ChannelKind.SOCIAL, 0, 0, Optional.empty(), Optional.empty()));
    }
  }

  private Map<String, ReportingLimits.OfMeter> marketMeters() {
    return marketMeters.isEmpty() ? Map.of("calls", marketMeter) : marketMeters;
  }

  MoneyWorld() {
    catalog.put(new Product("bot", "Bot", "bot"));
    catalog.put(new Meter("messages", "message", 0));
    catalog.put(new Plan("plan", "bot", "Plan", "CNY"));
    catalog.put(price(1, 3));
    catalog.put(new ComputePrices(Map.of("CNY", 7L)));
  }

  static PriceVersion price(int version, long unitPrice) {
    return new PriceVersion(
        "plan", version, Instant.EPOCH, List.of(new Charge.PerUnit("calls", 10, unitPrice, 1)));
  }

  static Charge perCall(long micros) {
    return new Charge.PerUnit("calls", 0, micros, 1);
  }

  static Charge monthly(long micros) {
    return new Charge.Flat(micros, Charge.Period.MONTH);
  }

  /** A second version of the plan's price: 1.00 for each call. */
  void priceOfOneYuanACall() {
    catalog.put(new PriceVersion("plan", 2, Instant.EPOCH, List.of(perCall(YUAN))));
  }

  /** Another plan of the product, or its next price. */
  void plan(String id, Charge... charges) {
    if (catalog.plan(id).isEmpty()) {
      catalog.put(new Plan(id, "bot", id, "CNY"));
    }
    int version = catalog.prices(id).size() + 1;
    catalog.put(new PriceVersion(id, version, Instant.EPOCH, List.of(charges)));
  }

  Agreement open(String plan) {
    return agreement(SOCIAL, "tenant-" + plan, plan, "CNY");
  }

  Agreement agreement(String channelId, String binding) {
    return agreement(channelId, binding, "plan", "CNY");
  }

  Agreement agreement(String channelId, String binding, String planId, String currency) {
    return agreement(channelId, binding, planId, currency, 1);
  }

  /** At another version of the plan's price. */
  Agreement agreementAt(String channelId, String binding, int version) {
    return agreement(channelId, binding, "plan", "CNY", version);
  }

  private Agreement agreement(
      String channelId, String binding, String planId, String currency, int version) {
    return accounts.openAgreement(
        AccountWorld.sale(
            channelId, binding, "Customer " + binding, "bot", planId, version, currency));
  }

  /** As many calls of 1 each, made now. */
  void calls(Agreement agreement, String channelId, int from, int to) {
    for (int i = from; i <= to; i++) {
      use(agreement, channelId, "calls", 1, "call-" + i);
    }
  }

  void use(Agreement agreement, String channelId, String meter, long quantity, String callId) {
    Usage usage = new Usage(agreement.id(), channelId, meter, quantity, clock.instant(), callId);
    if (!ports.table().commit(new Facts(ports).writes(UsageFact.ofCall(usage))).applied()) {
      throw new IllegalStateException("fact refused");
    }
  }

  /** An agreement at the plan's second price, with an hour's calls that are rated. */
  Agreement used(String channelId, int calls) {
    Agreement agreement = agreementAt(channelId, "customer", 2);
    calls(agreement, channelId, 1, calls);
    sealHour();
    return agreement;
  }

  /** Who earns of the product. */
  void joint(JointProduct.Beneficiary... beneficiaries) {
    new Editions(ports).put(new JointProduct("bot", 1, HOUR, List.of(beneficiaries)));
  }

  /** Pays for the partner's customers. */
  void sponsor(String id, String payer, long capMicros, long budgetMicros) {
    new Sponsorships(ports)
        .put(
            new Sponsorship(
                id, PARTNER, payer, capMicros, budgetMicros, "CNY", HOUR, Optional.empty()));
  }

  /** One run of the schedule. */
  void tick() {
    tick(ports);
  }

  void tick(Ports through) {
    new Outbox(through).flush();
    new Lanes(through).drain();
    new Sources(through).sweep();
    new SealHours(through).run();
    new RateHours(through, terms).run();
    new ZeroHours(through, terms).run();
    new Reports(through, terms).run();
    new Outbox(through).flush();
  }

  void toNextHour() {
    clock.set(Hours.of(clock.instant()).plus(Duration.ofMinutes(66)));
  }

  void sealHour() {
    toNextHour();
    tick();
  }

  void toNextMonth() {
    Instant next = Instant.parse("2026-12-01T00:10:00Z");
    if (clock.instant().isBefore(next)) {
      clock.set(next);
    }
    tick();
  }

  /** The messages that a channel was given, taken off its queue. */
  List<ReportTask> reported(String channelId) {
    Queue queue = ports.queue(Queues.report(channelId));
    List<ReportTask> tasks = new ArrayList<>();
    List<Queue.Received> received = queue.receive(10, Duration.ofMinutes(1));
    while (!received.isEmpty()) {
      for (Queue.Received message : received) {
        tasks.add(Json.read(message.body(), ReportTask.class));
        queue.acknowledge(message.receipt());
      }
      received = queue.receive(10, Duration.ofMinutes(1));
    }
    return tasks;
  }

  List<ReportTask.Line> reportedLines(String channelId) {
    return reported(channelId).stream()
        .map(ReportTask.Report.class::cast)
        .flatMap(report -> report.lines().stream())
        .toList();
  }

  /** The channel takes whatever it was given. */
  void accept(String channelId) {
    List<LineAck> acks =
        reportedLines(channelId).stream()
            .<LineAck>map(line -> new LineAck.Accepted(line.id(), ""))
            .toList();
    new Acknowledge(ports).apply(channelId, acks);
  }

  /** The customer paid the month, and the time that partners wait for is over. */
  void release(Agreement agreement) {
    new Collections(ports).collected(agreement.id(), MONTH, clock.instant());
    clock.advance(Settlements.HOLDING);
  }

  List<Line> lines(Agreement agreement) {
    return new Lines(ports).list(agreement.id(), MONTH);
  }

  long billed(Agreement agreement) {
    return lines(agreement).stream().mapToLong(line -> line.billed() + line.included()).sum();
  }

  List<Incident> incidents() {
    return new Incidents(ports).list();
  }
}
