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
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.SealHours;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the money path writes, in DynamoDB's units, with ids as long as real ones. */
final class MoneyCapacityTest {

  private static final Instant HOUR = Instant.parse("2026-11-10T10:00:00Z");
  private static final String MARKET = "aws-marketplace";
  private static final List<String> METERS =
      List.of("calls", "compute_us", "input_tokens", "output_tokens");
  private static final int FLUSHES = 2;
  private static final int FACTS_PER_FLUSH = 9;

  private final SettableClock clock = new SettableClock(HOUR.plusSeconds(30));
  private final MeteredTable table =
      new MeteredTable(
          new DynamoTable(DynamoLocal.client(), DynamoLocal.client(), freshTable(), clock));
  private final Ports ports = ports();
  private final List<Agreement> agreements = new ArrayList<>();
  private final Map<String, Double> perAgreementHour = new HashMap<>();
  private double perAgreementFlush;
  private double perFlush;

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
            meter, new ReportingLimits.OfMeter(0, Duration.ofHours(24), true, Integer.MAX_VALUE));
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
      String licence =
          "arn:aws:license-manager::294406891311:license:l-" + "%032x".formatted(i * 7919L);
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
      List<UsageFact> facts = new ArrayList<>();
      for (Agreement agreement : agreements) {
        for (int i = 0; i < FACTS_PER_FLUSH; i++) {
          for (String meter : METERS) {
            String call = "call-" + agreement.id() + "-" + flush + "-" + i;
            facts.add(
                new UsageFact(
                    "fact-" + call + meter,
                    agreement.id(),
                    MARKET,
                    meter,
                    meter.equals("calls") ? 1 : 123_456,
                    clock.instant(),
                    call));
          }
        }
      }
      table.take();
      int batches = 0;
      for (int from = 0; from < facts.size(); from += UsageBatch.FACTS_MAX) {
        List<UsageFact> some =
            facts.subList(from, Math.min(facts.size(), from + UsageBatch.FACTS_MAX));
        UsageBatch batch = new UsageBatch(host, seq[0], some, Optional.of(clock.instant()), false);
        seq[0] = new ApplyBatch(ports).apply(batch).seq();
        batches++;
      }
      long units = table.take();
      perFlush = units / (double) batches;
      perAgreementFlush = units / (double) agreements.size();
    }
    clock.set(hour.plus(Duration.ofMinutes(66)));
    new ApplyBatch(ports)
        .apply(new UsageBatch(host, seq[0], List.of(), Optional.of(clock.instant()), false));
    new Lanes(ports).drain();
    table.take();
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

  private void measured(String step) {
    perAgreementHour.put(step, table.take() / (double) agreements.size());
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

  private double run(int customers) {
    open(customers);
    SourceName host = new SourceName("i-0123456789abcdef0.eu-central-1", UUID.randomUUID() + "");
    long[] seq = {0};
    hour(HOUR, host, seq);
    hour(HOUR.plus(Duration.ofHours(1)), host, seq);
    double sum = perAgreementHour.values().stream().mapToDouble(Double::doubleValue).sum();
    System.out.printf(
        "%d agreements: %s, together %.2f units an agreement-hour; %.2f a flush, %.3f of it an"
            + " agreement; largest items %s%n",
        customers, perAgreementHour, sum, perFlush, perAgreementFlush, table.largest());
    return sum;
  }

  @Test
  void anAgreementsHourIsSealedRatedAndReportedForAtMostTwelveUnits() {
    assertTrue(run(60) <= 12);
  }
}
