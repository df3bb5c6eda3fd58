package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.AccountWorld;
import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.bill.Acknowledge;
import dev.weir.core.bill.ChannelTerms;
import dev.weir.core.bill.RateHours;
import dev.weir.core.bill.ReportingLimits;
import dev.weir.core.bill.Reports;
import dev.weir.core.bill.Terms;
import dev.weir.core.bill.ZeroHours;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.Events;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.SealHours;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** The money path on a {@link MeteredTable}: one market, and ids as long as real ones. */
final class MeteredMoney {

  static final Instant HOUR = Instant.parse("2026-11-10T10:00:00Z");
  private static final String MARKET = "aws-marketplace";
  static final List<String> METERS =
      List.of("calls", "compute_us", "input_tokens", "output_tokens");
  private static final int FLUSHES = 2;
  static final int FACTS_PER_FLUSH = 9;
  static final int QUEUED_CALLS = 18;

  final SettableClock clock = new SettableClock(HOUR.plusSeconds(30));
  final MeteredTable table =
      new MeteredTable(
          new DynamoTable(DynamoLocal.client(), DynamoLocal.client(), freshTable(), clock));
  final Ports ports = metered();
  boolean zeroHourly;
  final List<Agreement> agreements = new ArrayList<>();
  private final Random random = new Random(7);
  final Map<String, Long> writes = new TreeMap<>();
  final Map<String, Double> reads = new TreeMap<>();

  private static String freshTable() {
    return DynamoLocal.table("weir-capacity-" + UUID.randomUUID());
  }

  private Ports metered() {
    Ports memory = new MemoryPorts(clock).ports();
    return new Ports(
        table, memory.blobs(), memory.queues(), memory.hosts(), memory.secrets(), clock);
  }

  Terms terms() {
    Map<String, ReportingLimits.OfMeter> meters = new HashMap<>();
    for (String meter : METERS) {
      if (!meter.equals("compute_us")) {
        meters.put(
            meter,
            new ReportingLimits.OfMeter(
                0, Duration.ofHours(24), true, Integer.MAX_VALUE, zeroHourly));
      }
    }
    ChannelTerms market =
        new ChannelTerms(
            MARKET,
            ChannelKind.MARKETPLACE,
            300,
            0,
            Optional.empty(),
            Optional.of(new ReportingLimits(25, Optional.of(6), meters)));
    return new Terms() {
      @Override
      public Optional<ChannelTerms> of(String channelId) {
        return channelId.equals(MARKET) ? Optional.of(market) : Optional.empty();
      }

      @Override
      public List<ChannelTerms> all() {
        return List.of(market);
      }
    };
  }

  void open(int customers) {
    Catalog catalog = new Catalog(ports);
    catalog.put(new Product("assistant", "Assistant", "assistant"));
    catalog.put(new Meter("input_tokens", "token", 0));
    catalog.put(new Meter("output_tokens", "token", 0));
    catalog.put(new Plan("assistant-standard", "assistant", "Standard", "USD"));
    catalog.put(
        new PriceVersion(
            "assistant-standard",
            1,
            Instant.EPOCH,
            List.of(
                new Charge.PerUnit("calls", 1000, 300_000, 1),
                new Charge.PerUnit("input_tokens", 0, 15_000, 1000),
                new Charge.PerUnit("output_tokens", 0, 60_000, 1000))));
    catalog.put(new ComputePrices(Map.of("USD", 1_100L)));
    for (int i = 0; i < customers; i++) {
      // One after the other, so that their ids have little in common, as real ones have.
      clock.set(HOUR.minus(Duration.ofDays(customers - i)).plusMillis(random.nextInt(80_000_000)));
      String licence =
          "arn:aws:license-manager::294406891311:license:l-"
              + "%016x%016x".formatted(random.nextLong(), random.nextLong());
      agreements.add(
          new Accounts(ports)
              .openAgreement(
                  AccountWorld.sale(
                      MARKET,
                      licence,
                      "Customer " + i,
                      "assistant",
                      "assistant-standard",
                      1,
                      "USD")));
    }
  }

  /** One hour of all agreements through one host, from the first flush to the last answer. */
  private void hour(Instant hour, SourceName host, long[] seq) {
    for (int flush = 0; flush < FLUSHES; flush++) {
      clock.set(hour.plusSeconds(30 + 300L * flush));
      List<UsageFact> facts = facts();
      apply(host, seq, facts);
    }
    clock.set(hour.plus(Duration.ofMinutes(66)));
    apply(host, seq, List.of());
    new Lanes(ports).drain();
    forget();
    assertEquals(agreements.size(), new SealHours(ports).run());
    measured("seal");
    assertEquals(agreements.size() * METERS.size(), new RateHours(ports, terms()).run());
    measured("rate");
    int lines = agreements.size() * (METERS.size() - 1);
    assertEquals(lines, new Reports(ports, terms()).run());
    measured("send");
    assertEquals(lines, answer());
    measured("answer");
    assertEquals(0, new Reports(ports, terms()).run());
    measured("close");
  }

  List<UsageFact> facts() {
    List<UsageFact> facts = new ArrayList<>();
    for (Agreement agreement : agreements) {
      for (int i = 0; i < FACTS_PER_FLUSH; i++) {
        String call = UUID.randomUUID().toString();
        for (String meter : METERS) {
          facts.add(
              UsageFact.ofCall(
                  new Usage(
                      agreement.id(),
                      MARKET,
                      meter,
                      meter.equals("calls") ? 1 : 1 + random.nextInt(9_999),
                      clock.instant().plusMillis(i * 317),
                      call)));
        }
      }
    }
    return facts;
  }

  /** A call of each of a thousand; batches do not ask who they are. */
  List<UsageFact> manyAgreements() {
    List<UsageFact> facts = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      // Four characters of time in common: ids of half a year.
      StringBuilder agreement = new StringBuilder("01k9");
      while (agreement.length() < agreements.getFirst().id().length()) {
        agreement.append("0123456789abcdefghjkmnpqrstvwxyz".charAt(random.nextInt(32)));
      }
      String call = UUID.randomUUID().toString();
      for (String meter : METERS) {
        long quantity = meter.equals("calls") ? 1 : 1 + random.nextInt(9_999);
        facts.add(
            UsageFact.ofCall(
                new Usage(agreement.toString(), MARKET, meter, quantity, clock.instant(), call)));
      }
    }
    return facts;
  }

  void apply(SourceName host, long[] seq, List<UsageFact> facts) {
    apply(host, seq, facts, "batch of " + facts.size() / METERS.size() / FACTS_PER_FLUSH);
  }

  void apply(SourceName host, long[] seq, List<UsageFact> facts, String step) {
    forget();
    UsageBatch batch = new UsageBatch(host, seq[0], facts, Optional.of(clock.instant()), false);
    seq[0] = new ApplyBatch(ports).apply(batch).seq();
    measured(step);
  }

  void forget() {
    table.take();
    table.takeReads();
  }

  void measured(String step) {
    writes.put(step, table.take());
    reads.put(step, table.takeReads());
  }

  /** Units by step, and the largest items. */
  String measured() {
    return "writes " + writes + ", reads " + reads + ", largest " + table.largest();
  }

  /** What a channel's host and the gateway do with the messages. */
  int answer() {
    Queue queue = ports.queue(Queues.report(MARKET));
    int lines = 0;
    List<Queue.Received> received = queue.receive(10, Duration.ofMinutes(1));
    while (!received.isEmpty()) {
      for (Queue.Received message : received) {
        ReportTask.Report report = (ReportTask.Report) Json.read(message.body(), ReportTask.class);
        List<LineAck> acks = new ArrayList<>();
        for (ReportTask.Line line : report.lines()) {
          acks.add(new LineAck.Accepted(line.id(), UUID.randomUUID().toString()));
        }
        new Events(ports)
            .store(
                new ChannelEvent.Reported(
                    MARKET, "reported:" + UUID.randomUUID(), clock.instant(), acks, 1));
        new Acknowledge(ports).apply(MARKET, acks, 1);
        lines += acks.size();
        queue.acknowledge(message.receipt());
      }
      received = queue.receive(10, Duration.ofMinutes(1));
    }
    return lines;
  }

  /** The second hour, when the month's items are there already. */
  void run(int customers) {
    open(customers);
    SourceName host = new SourceName("i-0123456789abcdef0.eu-central-1", UUID.randomUUID() + "");
    long[] seq = {0};
    hour(HOUR, host, seq);
    hour(HOUR.plus(Duration.ofHours(1)), host, seq);
  }

  /**
   * Queued calls: the facts' part of the commits that answer, then the lanes' batches and the
   * removal of their rows.
   *
   * @return how many lanes had a batch
   */
  int queuedCalls() {
    long _ = new Lanes(ports).drain();
    forget();
    Facts facts = new Facts(ports);
    List<Write> all = new ArrayList<>();
    List<UsageFact> some = facts().subList(0, QUEUED_CALLS * METERS.size());
    for (int i = 0; i < some.size(); i += METERS.size()) {
      all.addAll(facts.writes(some.subList(i, i + METERS.size())));
    }
    assertTrue(Tables.commit(table, all).applied());
    measured("queued calls");
    assertEquals(some.size(), new Lanes(ports).drain());
    measured("lanes");
    return (int) all.stream().map(write -> write.key().partition()).distinct().count();
  }

  void tick() {
    new Lanes(ports).drain();
    var _ = new SealHours(ports).run();
    var _ = new RateHours(ports, terms()).run();
    var _ = new ZeroHours(ports, terms()).run();
    var _ = new Reports(ports, terms()).run();
    var _ = answer();
    var _ = new Reports(ports, terms()).run();
  }

  long together() {
    return Stream.of("seal", "rate", "send", "answer", "close").mapToLong(writes::get).sum();
  }
}
