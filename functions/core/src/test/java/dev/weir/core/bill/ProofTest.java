package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.START;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.meter.FactTrail;
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Write;
import dev.weir.core.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProofTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Invoices invoices = new Invoices(world.ports, world.terms, "weir");
  private final Explain explain = new Explain(world.ports, world.terms);
  private final Map<String, Long> market = new TreeMap<>();
  private Agreement social;

  @BeforeEach
  void threeChannelsAreUsedAndEverythingIsReported() {
    social = world.agreement(SOCIAL, "tenant");
    Agreement partner = world.agreement(PARTNER, "customer");
    Agreement licence = world.agreement(MARKET, "licence");
    for (int hour = 0; hour < 3; hour++) {
      world.calls(social, SOCIAL, hour * 10, hour * 10 + 7);
      world.calls(partner, PARTNER, hour * 10, hour * 10 + 5);
      world.calls(licence, MARKET, hour * 10, hour * 10 + 4);
      world.use(social, SOCIAL, "compute_us", 2_000_000, "call-" + hour);
      world.use(social, SOCIAL, "messages", 2, "call-" + hour);
      world.sealHour();
      for (String channel : List.of(PARTNER, MARKET)) {
        for (ReportTask.Line line : world.reportedLines(channel)) {
          market.merge(channel, line.quantity(), Long::sum);
          new Acknowledge(world.ports).apply(channel, List.of(new LineAck.Accepted(line.id(), "")));
        }
      }
    }
    world.toNextMonth();
    var _ = invoices.issue(social.id(), Line.month(START));
  }

  private Proof prove() {
    return new Prove(world.ports, world.terms, invoices)
        .run(
            new Readings() {
              @Override
              public OptionalLong acknowledged(String channelId, String meter) {
                return channelId.equals(SOCIAL)
                    ? OptionalLong.empty()
                    : OptionalLong.of(market.getOrDefault(channelId, 0L));
              }

              @Override
              public String acknowledgedBy(String channelId) {
                return channelId.equals(MARKET) ? "market" : "receiver";
              }

              @Override
              public long calls(String channelId) {
                return Map.of(SOCIAL, 24L, PARTNER, 18L, MARKET, 15L).get(channelId);
              }
            });
  }

  private Line firstLine(String meter) {
    return world.lines(social).stream().filter(l -> l.meter().equals(meter)).findFirst().get();
  }

  private FactTrail.Step step() {
    return explain.line(firstLine("calls").id()).steps().getFirst();
  }

  @Test
  void everythingAddsUp() {
    Proof proof = prove();

    assertEquals(List.of(), proof.violations());
    Proof.OfChannel channel =
        proof.channels().stream().filter(c -> c.id().equals(SOCIAL)).findFirst().orElseThrow();
    assertEquals(
        List.of(
            new Proof.OfMeter("calls", 24, 24, 14, 10, 24, "invoice", Proof.Open.NOTHING),
            new Proof.OfMeter("messages", 6, 6, 0, 6, 6, "invoice", Proof.Open.NOTHING)),
        channel.meters());
    assertEquals(1, channel.customers());
    assertEquals(42, channel.revenueMicros());
    assertEquals(42, channel.computeMicros()); // 6 s of 7
    assertEquals(0, channel.marginMicros());
    String json = Json.write(proof);
    assertContains(json, "\"channels\":[{\"id\":\"acme-reseller\",\"kind\":\"partner\"");
    assertContains(json, "\"ledger\":{\"debitMicros\":", "\"acknowledgedBy\":\"market\"");
    assertEquals(proof, Json.parse(json, Proof.class));
  }

  private static Proof.OfMeter meter(Proof proof, String channel, String meter) {
    return proof.channels().stream()
        .filter(c -> c.id().equals(channel))
        .flatMap(c -> c.meters().stream())
        .filter(m -> m.meter().equals(meter))
        .findFirst()
        .orElseThrow();
  }

  /** Four social calls in a sealed hour and three in the running one. */
  @Test
  void whatIsOnlyEarlyIsOpenAndAMonthWithoutItsInvoiceIsNot() {
    MoneyWorld running = new MoneyWorld();
    Agreement tenant = running.agreement(SOCIAL, "tenant");
    running.calls(tenant, SOCIAL, 0, 3);
    running.sealHour();
    running.calls(tenant, SOCIAL, 4, 6);
    new Lanes(running.ports).drain();
    Proof proof = prove(running, Map.of(SOCIAL, 7L));
    assertEquals(List.of(), proof.violations());
    Proof.OfMeter calls = meter(proof, SOCIAL, "calls");
    assertEquals(List.of(7L, 4L, 0L), List.of(calls.facts(), calls.sealed(), calls.acknowledged()));
    assertEquals(
        new Proof.Open(3, 0, 4, Optional.of(Instant.parse("2026-12-01T00:00:00Z"))), calls.open());

    running.sealHour();
    running.toNextMonth();
    assertEquals(List.of(), prove(running, Map.of(SOCIAL, 7L)).violations());
    running.clock.advance(Waits.INVOICE_AFTER);
    assertContains(
        String.join("\n", prove(running, Map.of(SOCIAL, 7L)).violations()),
        "channel feishu-cn, meter calls: acknowledged 0 != facts 7");
    Invoices late = new Invoices(running.ports, running.terms, "weir");
    var _ = late.issue(tenant.id(), Line.month(START));
    assertEquals(List.of(), prove(running, Map.of(SOCIAL, 7L)).violations());
  }

  @Test
  void reportsWithoutAnAnswerAreOpen() {
    MoneyWorld asked = new MoneyWorld();
    Agreement licence = asked.agreement(MARKET, "licence");
    asked.calls(licence, MARKET, 0, 4);
    asked.sealHour();
    Proof proof = prove(asked, Map.of(MARKET, 5L));
    assertEquals(List.of(), proof.violations());
    assertEquals(new Proof.Open(0, 0, 5, Optional.empty()), meter(proof, MARKET, "calls").open());
  }

  /** Neither channel is told of messages. */
  @Test
  void meterThatNobodyBillsIsIncludedAndOneThatTheMarketShouldBillIsADifference() {
    MoneyWorld sold = new MoneyWorld();
    sold.catalog.put(
        new PriceVersion(
            "plan", 2, Instant.EPOCH, List.of(new Charge.PerUnit("messages", 0, 3, 1))));
    Agreement free = sold.agreement(MARKET, "free");
    Agreement partner = sold.agreement(PARTNER, "customer");
    sold.use(free, MARKET, "messages", 2, "call-1");
    sold.use(partner, PARTNER, "messages", 3, "call-2");
    sold.sealHour();
    Proof proof = prove(sold, Map.of());
    assertEquals(List.of(), proof.violations());
    for (String channel : List.of(MARKET, PARTNER)) {
      Proof.OfMeter included = meter(proof, channel, "messages");
      assertEquals(included.facts(), included.acknowledged());
      assertEquals("nobody: included in the price", included.acknowledgedBy());
    }

    sold.use(sold.agreementAt(PARTNER, "pays", 2), PARTNER, "messages", 5, "call-3");
    sold.sealHour();
    proof = prove(sold, Map.of());
    assertEquals(List.of(), proof.violations());
    assertEquals("invoice", meter(proof, PARTNER, "messages").acknowledgedBy());

    sold.use(sold.agreementAt(MARKET, "pays", 2), MARKET, "messages", 7, "call-4");
    sold.sealHour();
    proof = prove(sold, Map.of());
    assertEquals(
        List.of("channel aws-marketplace, meter messages: acknowledged 0 != facts 9"),
        proof.violations());
  }

  /** What was acknowledged as the report lines say. */
  private static Proof prove(MoneyWorld world, Map<String, Long> calls) {
    Invoices issued = new Invoices(world.ports, world.terms, "weir");
    return new Prove(world.ports, world.terms, issued)
        .run(
            new Readings() {
              @Override
              public OptionalLong acknowledged(String channelId, String meter) {
                return OptionalLong.of(0);
              }

              @Override
              public String acknowledgedBy(String channelId) {
                return "market";
              }

              @Override
              public long calls(String channelId) {
                return calls.getOrDefault(channelId, 0L);
              }
            });
  }

  @Test
  void aWrongNumberAnywhereBreaksTheProof() {
    market.merge(MARKET, -1L, Long::sum);
    assertContains(
        String.join("\n", prove().violations()),
        "channel aws-marketplace, meter calls: acknowledged 14 != facts 15");
  }

  @Test
  void aLineIsExplainedDownToItsCalls() {
    Line line = firstLine("calls");
    Explain.Explanation explanation = explain.line(line.id());

    assertEquals(8, explanation.hour().orElseThrow().quantity());
    assertEquals(Optional.of(new Charge.PerUnit("calls", 10, 3, 1)), explanation.charge());
    List<String> calls = new ArrayList<>();
    explanation.steps().forEach(s -> s.facts().forEach(fact -> calls.add(fact.callId())));
    assertEquals(
        List.of("call-0", "call-1", "call-2", "call-3", "call-4", "call-5", "call-6", "call-7"),
        calls.stream().sorted().toList());
    assertEquals(Line.Kind.COST, explain.line(firstLine("compute_us").id()).line().kind());
  }

  @Test
  void aReportedLineIsExplainedWithWhatTheMarketSaid() {
    Agreement licence = world.accounts.byIdentity(MARKET, "licence").orElseThrow();
    Line line = world.lines(licence).getFirst();

    List<ReportLine> reported = explain.line(line.id()).reports();
    assertEquals(
        List.of(ReportLine.State.ACCEPTED), reported.stream().map(ReportLine::state).toList());
    assertEquals(line.quantity(), reported.getFirst().quantity());
  }

  @Test
  void aDeletedFactBreaksExplanationAndProof() throws IOException {
    FactTrail.Step step = step();
    List<UsageFact> kept = new ArrayList<>(archived(step.batch().blob()));
    kept.remove(step.facts().getFirst());
    archive(step.batch().blob(), kept);

    ProblemException broken =
        assertThrows(ProblemException.class, () -> explain.line(firstLine("calls").id()));
    assertContains(broken.getMessage(), step.batch().blob(), "the batch added");
    assertTrue(prove().violations().stream().anyMatch(v -> v.contains("sealed 24 != facts 23")));
  }

  @Test
  void aDeletedArchiveBreaksTheExplanation() throws IOException {
    FactTrail.Step step = step();
    world.ports.blobs().delete(step.batch().blob());

    ProblemException broken =
        assertThrows(ProblemException.class, () -> explain.line(firstLine("calls").id()));
    assertContains(broken.getMessage(), step.batch().blob(), "missing");
  }

  @Test
  void aDoubledFactBreaksTheExplanation() throws IOException {
    FactTrail.Step step = step();
    List<UsageFact> facts = new ArrayList<>(archived(step.batch().blob()));
    facts.add(step.facts().getFirst());
    archive(step.batch().blob(), facts);

    assertContains(
        assertThrows(ProblemException.class, () -> explain.line(firstLine("calls").id()))
            .getMessage(),
        "is counted twice");
  }

  @Test
  void aChangedAmountBreaksTheExplanation() {
    Line line =
        world.lines(social).stream().filter(l -> l.amountMicros() > 0).findFirst().orElseThrow();
    Key key = Keys.entry(EntryId.parse(line.id()).orElseThrow());
    Item entry = world.ports.table().get(key).orElseThrow();
    String more = entry.body().replaceFirst("\"amountMicros\":(\\[?)", "\"amountMicros\":$11");
    assertFalse(more.equals(entry.body()));
    world.ports.table().commit(List.of(Write.put(key, more, Condition.PRESENT)));

    assertContains(
        assertThrows(ProblemException.class, () -> explain.line(line.id())).getMessage(),
        "line " + line.id());
  }

  @Test
  void anUnknownLineIsSaidByName() {
    assertContains(
        assertThrows(ProblemException.class, () -> explain.line("nothing")).getMessage(),
        "no line nothing");
  }

  private List<UsageFact> archived(String blob) throws IOException {
    try (InputStream in = new GZIPInputStream(world.ports.blobs().open(blob).orElseThrow())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> Json.read(line, UsageFact.class))
          .toList();
    }
  }

  private void archive(String blob, List<UsageFact> facts) throws IOException {
    StringBuilder lines = new StringBuilder();
    facts.forEach(fact -> lines.append(Json.write(fact)).append('\n'));
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = compressed.toByteArray();
    var _ = world.ports.blobs().put(blob, new ByteArrayInputStream(bytes), bytes.length);
  }
}
