package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.OpenAgreement;
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
import dev.weir.core.cost.MoneyCost;
import dev.weir.core.cost.MoneyUnits;
import dev.weir.core.json.Json;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.SealHours;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Key;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.io.IOException;
import java.io.InputStream;
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
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/**
 * What the money path writes, in DynamoDB's units, with ids as long as real ones: 60 agreements,
 * two commits of 30 each. Units are computed from the sizes of the items by AWS's rules. DynamoDB
 * Local says the same of plain writes; of transactions it says twice as much, and of a check of a
 * large item less, so it is not asked of those.
 */
final class MoneyCapacityTest {

  private static final Instant HOUR = Instant.parse("2026-11-10T10:00:00Z");
  private static final String MARKET = "aws-marketplace";
  private static final List<String> METERS =
      List.of("calls", "compute_us", "input_tokens", "output_tokens");
  private static final int FLUSHES = 2;
  private static final int FACTS_PER_FLUSH = 9;
  private static final int QUEUED_CALLS = 18;

  /** The goal for an active agreement-hour, from sealing to the closed report. */
  private static final int WRITES_MAX = 12;

  /** The most for an idle one of a market that asks for a zero of three meters each hour. */
  private static final int IDLE_WRITES_MAX = 3;

  private final SettableClock clock = new SettableClock(HOUR.plusSeconds(30));
  private final MeteredTable table =
      new MeteredTable(
          new DynamoTable(DynamoLocal.client(), DynamoLocal.client(), freshTable(), clock));
  private final Ports ports = ports();
  private boolean zeroHourly;
  private final List<Agreement> agreements = new ArrayList<>();
  private final Random random = new Random(7);
  private final Map<String, Long> writes = new TreeMap<>();
  private final Map<String, Double> reads = new TreeMap<>();

  private static String freshTable() {
    return DynamoLocal.table("weir-capacity-" + UUID.randomUUID());
  }

  private Ports ports() {
    Ports memory = new MemoryPorts(clock).ports();
    return new Ports(
        table, memory.blobs(), memory.queues(), memory.hosts(), memory.secrets(), clock);
  }

  private Terms terms() {
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

  private void open(int customers) {
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
                  new OpenAgreement(
                      MARKET,
                      licence,
                      List.of(),
                      Optional.empty(),
                      "Customer " + i,
                      "assistant",
                      "assistant-standard",
                      1,
                      "USD",
                      Optional.empty(),
                      MARKET,
                      Optional.empty())));
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

  private List<UsageFact> facts() {
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
  private List<UsageFact> manyAgreements() {
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

  private void apply(SourceName host, long[] seq, List<UsageFact> facts) {
    apply(host, seq, facts, "batch of " + facts.size() / METERS.size() / FACTS_PER_FLUSH);
  }

  private void apply(SourceName host, long[] seq, List<UsageFact> facts, String step) {
    forget();
    UsageBatch batch = new UsageBatch(host, seq[0], facts, Optional.of(clock.instant()), false);
    seq[0] = new ApplyBatch(ports).apply(batch).seq();
    measured(step);
  }

  private void forget() {
    table.take();
    table.takeReads();
  }

  private void measured(String step) {
    writes.put(step, table.take());
    reads.put(step, table.takeReads());
  }

  /** What a channel's host and the gateway do with the messages. */
  private int answer() {
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
  private void run(int customers) {
    open(customers);
    SourceName host = new SourceName("i-0123456789abcdef0.eu-central-1", UUID.randomUUID() + "");
    long[] seq = {0};
    hour(HOUR, host, seq);
    hour(HOUR.plus(Duration.ofHours(1)), host, seq);
  }

  @Test
  void whatTheMoneyPathWritesIsWhatTheBillIsComputedFrom() {
    int agreements = 2 * MoneyUnits.AGREEMENTS_PER_COMMIT;
    double batches = 2 * 4; // of 25, 25, 25 and 15 lines
    run(agreements);

    int one = METERS.size() * FACTS_PER_FLUSH;
    SourceName other = new SourceName("i-0123456789abcdef1.eu-central-1", "boot");
    new ApplyBatch(ports)
        .apply(new UsageBatch(other, 0, List.of(), Optional.of(clock.instant()), false));
    apply(other, new long[] {0}, facts().subList(0, one));

    System.out.println(
        "MEASURED writes " + writes + ", reads " + reads + ", largest " + table.largest());
    apply(other, new long[] {one}, manyAgreements(), "batch of 1000");

    double lanes = queuedCalls();
    String all = "writes " + writes + ", reads " + reads + ", largest " + table.largest();
    check(all, "batch of 0", units(1, MoneyUnits.SIGN_OF_LIFE));
    check(
        all, "batch of 60", sum(units(1, MoneyUnits.FLUSH), units(60, MoneyUnits.FLUSH_AGREEMENT)));
    check(
        all,
        "batch of 1000",
        sum(units(1, MoneyUnits.FLUSH), units(1000, MoneyUnits.FLUSH_AGREEMENT)));
    check(all, "batch of 1", sum(units(1, MoneyUnits.FLUSH), new double[] {0, 0}));
    check(all, "seal", sum(units(1, MoneyUnits.SEAL_HOUR), units(agreements, MoneyUnits.SEAL)));
    check(
        all,
        "rate",
        sum(
            sum(units(1, MoneyUnits.RATE_HOUR), units(agreements, MoneyUnits.RATE)),
            sum(units(2, MoneyUnits.RATE_COMMIT), units(batches, MoneyUnits.REPORT_STORED))));
    check(all, "queued calls", units(QUEUED_CALLS, MoneyUnits.LANE_CALL, 0.5));
    check(
        all,
        "lanes",
        sum(
            sum(
                units(QUEUED_CALLS, MoneyUnits.LANE_CALL, 0.5),
                units(QUEUED_CALLS, MoneyUnits.FLUSH_AGREEMENT)),
            units(lanes, MoneyUnits.LANE_BATCH)));
    check(all, "send", units(batches, MoneyUnits.REPORT_SENT));
    check(all, "answer", units(batches, MoneyUnits.REPORT_ANSWERED));
    check(all, "close", units(batches, MoneyUnits.REPORT_CLOSED));
    assertTrue(together() <= WRITES_MAX * agreements, all);
    for (String hot : List.of("source", "meter", "bill", "used", "balance", "sealed")) {
      assertTrue(table.largest().get(hot) < 1024, hot + " in " + all);
    }
  }

  /**
   * Queued calls: the facts' part of the commits that answer, then the lanes' batches and the
   * removal of their rows.
   *
   * @return how many lanes had a batch
   */
  private int queuedCalls() {
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

  /**
   * What an hour costs whoever is there, is shared by few: 11 units to seal it, 1 and 4 to rate it,
   * 10 for a batch of reports. So the goal holds from four agreements on; one alone takes 31, and a
   * deployment of one pays them 720 times a month.
   */
  @Test
  void fourAgreementsKeepToTheGoalAndOneTakesWhatTheHourTakes() {
    run(4);
    assertTrue(together() <= 4 * WRITES_MAX, "writes " + writes);
  }

  @Test
  void oneAgreementTakesWhatTheHourTakesAndItsOwn() {
    run(1);
    double fixed =
        MoneyUnits.SEAL_HOUR.writes()
            + MoneyUnits.RATE_HOUR.writes()
            + MoneyUnits.RATE_COMMIT.writes()
            + MoneyUnits.REPORT_STORED.writes()
            + MoneyUnits.REPORT_SENT.writes()
            + MoneyUnits.REPORT_ANSWERED.writes()
            + MoneyUnits.REPORT_CLOSED.writes();
    double own = MoneyUnits.SEAL.writes() + MoneyUnits.RATE.writes();
    assertTrue(together() <= fixed + own, "more than " + (fixed + own) + ": writes " + writes);
  }

  /** An idle agreement-hour costs a market's zeros: its lines among others'. */
  @Test
  void anIdleAgreementOfAMarketThatAsksForZerosCostsLittle() {
    zeroHourly = true;
    open(25);
    clock.set(HOUR.plus(Duration.ofMinutes(66)));
    tick();
    clock.set(HOUR.plus(Duration.ofMinutes(126)));
    new Lanes(ports).drain();
    var _ = new SealHours(ports).run();
    var _ = new RateHours(ports, terms()).run();
    forget();
    int lines = agreements.size() * (METERS.size() - 1);
    assertEquals(lines, new ZeroHours(ports, terms()).run());
    measured("zeros");
    assertEquals(lines, new Reports(ports, terms()).run());
    measured("send");
    assertEquals(lines, answer());
    measured("answer");
    assertEquals(0, new Reports(ports, terms()).run());
    measured("close");
    long all = writes.values().stream().mapToLong(Long::longValue).sum();
    assertTrue(all <= IDLE_WRITES_MAX * agreements.size(), "writes " + writes);
  }

  private void tick() {
    new Lanes(ports).drain();
    var _ = new SealHours(ports).run();
    var _ = new RateHours(ports, terms()).run();
    var _ = new ZeroHours(ports, terms()).run();
    var _ = new Reports(ports, terms()).run();
    var _ = answer();
    var _ = new Reports(ports, terms()).run();
  }

  private long together() {
    return Stream.of("seal", "rate", "send", "answer", "close").mapToLong(writes::get).sum();
  }

  private static double[] units(double times, MoneyUnits units, double part) {
    return new double[] {times * units.writes() * part, times * units.reads()};
  }

  private static double[] units(double times, MoneyUnits units) {
    return new double[] {times * units.writes(), times * units.reads()};
  }

  private static double[] sum(double[] one, double[] other) {
    return new double[] {one[0] + other[0], one[1] + other[1]};
  }

  /** Not more than the table of units says, and not so much less that the table is wrong. */
  private void check(String all, String step, double[] units) {
    long written = writes.get(step);
    assertTrue(written <= units[0], step + " > " + units[0] + " written: " + all);
    assertTrue(written >= 0.8 * units[0], step + " < 0.8 * " + units[0] + " written: " + all);
    assertTrue(reads.get(step) <= units[1], step + " > " + units[1] + " read: " + all);
  }

  @Test
  void anArchivedFactIsAsSmallAsTheBillSays() throws IOException {
    open(55);
    SourceName host = new SourceName("host", "boot");
    clock.set(HOUR.plusSeconds(30));
    List<UsageFact> facts = facts().subList(0, 1800);
    new ApplyBatch(ports).apply(new UsageBatch(host, 0, facts, Optional.empty(), false));
    List<String> blobs = ports.blobs().list("facts/", "", 10);
    assertEquals(1, blobs.size());
    try (InputStream in = ports.blobs().open(blobs.getFirst()).orElseThrow()) {
      double bytes = in.readAllBytes().length / (double) facts.size();
      assertTrue(bytes <= MoneyCost.FACT_BYTES, bytes + " B a fact");
    }
  }

  @Test
  void aPlainWritesUnitsAreThoseThatDynamoDbLocalSays() {
    for (int bytes : List.of(1, 900, 1100, 5000)) {
      Map<String, AttributeValue> item = new HashMap<>(DynamoItems.key(new Key("p" + bytes, "s")));
      item.put("b", DynamoItems.text("x".repeat(bytes)));
      double said =
          DynamoLocal.client()
              .putItem(r ->
                  r.tableName(DynamoLocal.TABLE)
                      .item(item)
                      .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
              .consumedCapacity()
              .capacityUnits();
      assertEquals(said, Math.ceil(MeteredTable.bytes(item) / 1024.0));
    }
  }
}
