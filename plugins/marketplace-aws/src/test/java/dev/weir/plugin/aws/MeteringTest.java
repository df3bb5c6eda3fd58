package dev.weir.plugin.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.spi.Ack;
import dev.weir.spi.Binding;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Reporting;
import dev.weir.spi.Reporting.SealedLine;
import dev.weir.tck.TestContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeteringTest {

  @TempDir static Path data;
  private static Market market;

  private TestContext world;
  private Channel channel;
  private Reporting reporting;
  private Binding buyer;

  @BeforeAll
  static void startMarket() {
    market = new Market(data);
  }

  @AfterAll
  static void stopMarket() {
    market.close();
  }

  @BeforeEach
  void open() {
    market.reset();
    world = market.world(Market.PRODUCT).build();
    channel = new AwsMarketplaceFactory().open(world);
    reporting = channel.reporting().orElseThrow();
    buyer = market.buyer(channel, Market.PRODUCT);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static Map<String, Ack> byLine(List<SealedLine> lines, List<Ack> acks) {
    Map<String, Ack> byLine = new HashMap<>();
    acks.forEach(a -> byLine.put(a.lineId(), a));
    assertEquals(lines.size(), acks.size(), "one ack for each line");
    assertEquals(lines.size(), byLine.size(), "one ack for each line");
    return byLine;
  }

  private List<SealedLine> buyers(int count, long quantity) {
    List<SealedLine> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(market.line(market.buyer(channel, Market.PRODUCT), "calls", Market.HOUR, quantity));
    }
    return lines;
  }

  @Test
  void linesAreSentTwentyFiveAtATime() {
    List<SealedLine> lines = buyers(30, 3);
    byLine(lines, reporting.report(lines))
        .values()
        .forEach(a -> assertInstanceOf(Ack.Accepted.class, a));
    lines.forEach(l -> assertEquals(Map.of("calls", 3L), market.usage(l.binding())));
  }

  @Test
  void aLineIsOneRecordAtTheStartOfItsHour() {
    reporting.report(List.of(market.line(buyer, "calls", Market.HOUR, 12)));
    JsonNode records = market.sim.get("/sim/usage").path("records");
    JsonNode last = records.path(records.size() - 1);
    assertEquals(Market.HOUR, Instant.parse(last.path("timestamp").asText()));
    assertEquals(12, last.path("quantity").asInt());
    assertEquals(buyer.id(), last.path("licenseArn").asText());
  }

  @Test
  void aMeterIsReportedToItsMappedDimension() {
    try (TestContext mapped =
        market.world(Market.PRODUCT).setting("dimension_calls", "resolved_conversations").build()) {
      new AwsMarketplaceFactory()
          .open(mapped)
          .reporting()
          .orElseThrow()
          .report(List.of(market.line(buyer, "calls", Market.HOUR, 4)));
      assertEquals(Map.of("resolved_conversations", 4L), market.usage(buyer));
    }
  }

  @Test
  void legacyBuyersAreMeteredByProduct() {
    try (TestContext legacy = market.world("legacy1").build()) {
      Channel old = new AwsMarketplaceFactory().open(legacy);
      Binding binding = market.buyer(old, "legacy1");
      List<Ack> acks =
          old.reporting()
              .orElseThrow()
              .report(List.of(market.line(binding, "calls", Market.HOUR, 6)));
      assertInstanceOf(Ack.Accepted.class, acks.getFirst());
      assertEquals(Map.of("calls", 6L), market.usage(binding));
    }
  }

  @Test
  void productsAreSentInCallsOfTheirOwn() {
    try (TestContext other = market.world("other1").build()) {
      Binding otherBuyer = market.buyer(new AwsMarketplaceFactory().open(other), "other1");
      List<SealedLine> lines =
          List.of(
              market.line(buyer, "calls", Market.HOUR, 1),
              market.line(otherBuyer, "calls", Market.HOUR, 2),
              market.line(buyer, "resolved_conversations", Market.HOUR, 3));
      byLine(lines, reporting.report(lines))
          .values()
          .forEach(a -> assertInstanceOf(Ack.Accepted.class, a));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hour, success",
    "hour, duplicate",
    "exact, success",
    "exact, duplicate",
  })
  void usageIsExactAfterALostAnswerUnderEveryReading(String dedupe, String identical) {
    market.sim.post("/sim/mode", Map.of("dedupe", dedupe, "identical", identical));
    List<SealedLine> lines = buyers(27, 5);
    // The first call is taken whole, its answer is lost; the second is never made.
    market.fault("drop-after", 0);
    ChannelException lost = assertThrows(ChannelException.class, () -> reporting.report(lines));
    assertEquals(ErrorType.PARTNER, lost.code().type());
    List<SealedLine> again =
        lines.stream()
            .map(l ->
                new SealedLine(
                    l.id(), l.binding(), l.meter(), l.hour(), l.quantity(), l.scale(), 2))
            .toList();
    byLine(again, reporting.report(again))
        .values()
        .forEach(a ->
            assertTrue(
                a instanceof Ack.Accepted
                    || a.equals(new Ack.Duplicate(a.lineId(), Ack.Sameness.UNKNOWN)),
                a.toString()));
    lines.forEach(l -> assertEquals(Map.of("calls", 5L), market.usage(l.binding())));
  }

  @ParameterizedTest
  @CsvSource({
    "hour, success",
    "hour, duplicate",
    "exact, success",
    "exact, duplicate",
  })
  void anAnswerThatIsNoJsonIsTheSameAsNone(String dedupe, String identical) {
    market.sim.post("/sim/mode", Map.of("dedupe", dedupe, "identical", identical));
    SealedLine line = market.line(buyer, "calls", Market.HOUR, 5);
    market.fault("garbage", 0);
    ChannelException e =
        assertThrows(ChannelException.class, () -> reporting.report(List.of(line)));
    assertEquals(ErrorType.PARTNER, e.code().type());
    reporting.report(List.of(line));
    assertEquals(Map.of("calls", 5L), market.usage(buyer));
  }

  @ParameterizedTest
  @CsvSource({"throttle, LIMIT", "internal, PARTNER", "drop-before, PARTNER", "disabled, USER"})
  void aCallThatTookNothingSaysWhoseFaultItIs(String fault, ErrorType whose) {
    SealedLine line = market.line(buyer, "calls", Market.HOUR, 5);
    market.fault(fault, 0);
    ChannelException e =
        assertThrows(ChannelException.class, () -> reporting.report(List.of(line)));
    assertEquals(whose, e.code().type());
    assertTrue(market.usage(buyer).isEmpty());
    assertInstanceOf(Ack.Accepted.class, reporting.report(List.of(line)).getFirst());
  }

  @Test
  void unprocessedRecordsAreRetryable() {
    List<SealedLine> lines = buyers(3, 2);
    market.sim.post("/sim/fault", Map.of("kind", "unprocessed", "count", 2));
    Map<String, Ack> acks = byLine(lines, reporting.report(lines));
    List<SealedLine> left =
        lines.stream()
            .filter(l -> acks.get(l.id()) instanceof Ack.Rejected r && r.retryable())
            .toList();
    assertEquals(2, left.size());
    reporting.report(left);
    lines.forEach(l -> assertEquals(Map.of("calls", 2L), market.usage(l.binding())));
  }

  @Test
  void theLastChanceRetriesWhatWasLeftUnprocessed() {
    List<SealedLine> lines = buyers(3, 2);
    market.sim.post("/sim/fault", Map.of("kind", "unprocessed", "count", 2));
    market.sim.post("/sim/fault", Map.of("kind", "unprocessed", "count", 1));
    List<Ack> acks = reporting.finalFlush(lines, Market.NOON.plus(Duration.ofHours(1)));
    byLine(lines, acks).values().forEach(a -> assertInstanceOf(Ack.Accepted.class, a));
  }

  @ParameterizedTest
  @CsvSource({
    "dimension, INVALID_DIMENSION, false",
    "licence, INVALID_LICENSE, false",
    "hour, EXPIRED, true"
  })
  void oneBadLineCostsNoGoodOne(String what, String code, boolean namespace) {
    market.sim.post("/sim/mode", Map.of("typeNamespace", namespace));
    List<SealedLine> lines = new ArrayList<>(buyers(24, 2));
    Map<String, String> wrong = new HashMap<>(buyer.attributes());
    wrong.put(Licence.LICENSE, "arn:aws:license-manager::1:license:l-0");
    lines.add(
        17,
        switch (what) {
          case "dimension" -> market.line(buyer, "seats", Market.HOUR, 1);
          case "licence" ->
              market.line(new Binding("x", "x", List.of(), wrong), "calls", Market.HOUR, 1);
          default -> market.line(buyer, "calls", Market.HOUR.minus(Duration.ofHours(25)), 1);
        });
    Map<String, Ack> acks = byLine(lines, reporting.report(lines));
    for (SealedLine line : lines) {
      if (line == lines.get(17)) {
        Ack.Rejected rejected = assertInstanceOf(Ack.Rejected.class, acks.get(line.id()));
        assertEquals(code, rejected.code().name());
        assertEquals(false, rejected.retryable());
      } else {
        assertInstanceOf(Ack.Accepted.class, acks.get(line.id()));
      }
    }
  }

  @Test
  void whatOneHalfBecameIsKeptWhenTheOtherIsThrottled() {
    List<SealedLine> lines = new ArrayList<>(buyers(4, 2));
    lines.add(market.line(buyer, "seats", Market.HOUR, 1));
    // Calls: all five refused, the first two taken, the other three throttled.
    market.fault("throttle", 2);
    Map<String, Ack> acks = byLine(lines, reporting.report(lines));
    assertInstanceOf(Ack.Accepted.class, acks.get(lines.get(0).id()));
    assertInstanceOf(Ack.Accepted.class, acks.get(lines.get(1).id()));
    for (SealedLine line : lines.subList(2, 5)) {
      Ack.Rejected rejected = assertInstanceOf(Ack.Rejected.class, acks.get(line.id()));
      assertEquals(ErrorType.LIMIT, rejected.code().type());
      assertTrue(rejected.retryable());
    }
  }

  @Test
  void aBatchOfBadLinesOnlyEndsAfterFortyNineCalls() {
    List<SealedLine> lines = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      lines.add(market.line(buyer, "seats", Market.HOUR.minusSeconds(0), i));
    }
    int before = market.sim.get("/sim/requests").size();
    byLine(lines, reporting.report(lines))
        .values()
        .forEach(a -> assertInstanceOf(Ack.Rejected.class, a));
    assertEquals(49, market.sim.get("/sim/requests").size() - before);
  }

  @Test
  void aQuantityBeyondInt32NeverLeavesTheHouse() {
    List<SealedLine> lines =
        List.of(
            market.line(buyer, "calls", Market.HOUR, 1L << 31),
            new SealedLine("scaled", buyer, "calls", Market.HOUR, 5, 2, 1),
            market.line(buyer, "resolved_conversations", Market.HOUR, 0));
    Map<String, Ack> acks = byLine(lines, reporting.report(lines));
    assertInstanceOf(Ack.Rejected.class, acks.get(lines.get(0).id()));
    assertInstanceOf(Ack.Rejected.class, acks.get("scaled"));
    assertEquals(Map.of("resolved_conversations", 0L), market.usage(buyer));
  }

  @Test
  void aBuyerWhoseLicenceIsGoneIsNotRetried() {
    String agreement = buyer.aliases().get(1);
    market.sim.post(
        "/sim/event", Map.of("type", "License Deprovisioned", "agreementId", agreement));
    SealedLine line = market.line(buyer, "calls", Market.HOUR, 5);
    assertInstanceOf(Ack.Accepted.class, reporting.report(List.of(line)).getFirst());
    market.moveTo(Market.NOON.plus(Duration.ofMinutes(62)));
    world.clock().advance(Duration.ofMinutes(62));
    SealedLine late = market.line(buyer, "resolved_conversations", Market.HOUR, 5);
    Ack.Rejected rejected =
        assertInstanceOf(Ack.Rejected.class, reporting.report(List.of(late)).getFirst());
    assertEquals("NOT_SUBSCRIBED", rejected.code().name());
    assertEquals(false, rejected.retryable());
  }

  @Test
  void anotherQuantityForAWrittenHourIsADuplicate() {
    reporting.report(List.of(market.line(buyer, "calls", Market.HOUR, 5)));
    Ack ack = reporting.report(List.of(market.line(buyer, "calls", Market.HOUR, 6))).getFirst();
    assertInstanceOf(Ack.Duplicate.class, ack);
    assertEquals(Map.of("calls", 5L), market.usage(buyer));
  }
}
