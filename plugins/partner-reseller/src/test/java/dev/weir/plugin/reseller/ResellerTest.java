package dev.weir.plugin.reseller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import dev.weir.loader.PluginRefused;
import dev.weir.spi.Ack;
import dev.weir.spi.Binding;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Receipt;
import dev.weir.spi.Reporting;
import dev.weir.spi.Reporting.SealedLine;
import dev.weir.spi.Settlement;
import dev.weir.tck.TestClock;
import dev.weir.tck.TestContext;
import dev.weir.tck.sim.SimProcess;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import dev.weir.tck.sim.partner.PartnerSim;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Usage and settlements, as the reseller's own process sees them. */
class ResellerTest {

  private static final Instant HOUR = Instant.parse("2026-11-15T12:00:00Z");

  @TempDir static Path data;
  private static SimProcess partner;
  private static int serial;

  private TestContext world;
  private Channel channel;
  private Reporting reporting;

  @BeforeAll
  static void startPartner() {
    partner = SimProcess.start(PartnerSim.class, data);
  }

  @AfterAll
  static void stopPartner() {
    partner.close();
  }

  @BeforeEach
  void open() {
    world = world(partner.base().resolve("/webhooks").toString()).build();
    channel = new ResellerFactory().open(world);
    reporting = channel.reporting().orElseThrow();
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static TestContext.Builder world(String url) {
    return TestContext.of("acme-reseller")
        .setting("webhook_url", url)
        .setting("timeout_ms", "1000")
        .secret("webhook_secret", PartnerSim.INCOMING_SECRET)
        .secret("inbound_secret", PartnerSim.OUTGOING_SECRET)
        .clock(new TestClock(Instant.now()));
  }

  private static List<SealedLine> lines(int count, long quantity) {
    serial++;
    Binding binding = Binding.of("customer-" + serial, "Kunde");
    List<SealedLine> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(
          new SealedLine(
              "line-%04d-%04d".formatted(serial, i),
              binding,
              "calls",
              HOUR.plus(Duration.ofHours(i)),
              quantity,
              0,
              1));
    }
    return lines;
  }

  private static long usage(List<SealedLine> lines) {
    long quantity = 0;
    for (JsonNode total : partner.get("/sim/usage").path("totals")) {
      if (total.path("customer").asText().equals(lines.getFirst().binding().id())) {
        quantity += total.path("quantity").asLong();
      }
    }
    return quantity;
  }

  private static Map<String, Ack> byLine(List<SealedLine> lines, List<Ack> acks) {
    Map<String, Ack> byLine = new HashMap<>();
    acks.forEach(a -> byLine.put(a.lineId(), a));
    assertEquals(lines.size(), acks.size());
    assertEquals(lines.size(), byLine.size());
    return byLine;
  }

  private static void allAccepted(List<SealedLine> lines, List<Ack> acks) {
    byLine(lines, acks).values().forEach(a -> assertInstanceOf(Ack.Accepted.class, a));
  }

  @Test
  void manyLinesAreCutBelowTwentyThousandBytes() {
    List<SealedLine> lines = lines(500, 1);
    List<Ack> acks = reporting.report(lines);
    allAccepted(lines, acks);
    assertEquals(500, usage(lines));
    Set<String> messages = new HashSet<>();
    acks.forEach(a -> messages.add(((Ack.Accepted) a).remoteId()));
    assertTrue(messages.size() > 2, messages.size() + " messages");
    for (JsonNode received : partner.get("/sim/received")) {
      assertTrue(received.path("bytes").asInt() < PartnerSim.PAYLOAD_MAX_BYTES);
    }
  }

  @Test
  void theSameLinesAreTheSameMessageInAnyOrder() {
    List<SealedLine> lines = lines(20, 2);
    List<SealedLine> mixed = new ArrayList<>(lines);
    Collections.reverse(mixed);
    assertEquals(byLine(lines, reporting.report(lines)), byLine(lines, reporting.report(mixed)));
    assertEquals(40, usage(lines));
  }

  @ParameterizedTest
  @CsvSource({"drop-after, 0", "hang, 0", "status, 500", "status, 400", "status, 401"})
  void usageIsExactAfterAnAnswerThatSaysNothing(String kind, int status) {
    List<SealedLine> lines = lines(3, 4);
    partner.post("/sim/answer", Map.of("kind", kind, "status", status, "holdMs", 1200));
    ChannelException e = assertThrows(ChannelException.class, () -> reporting.report(lines));
    assertEquals(ErrorType.PARTNER, e.code().type());
    allAccepted(lines, reporting.report(lines));
    assertEquals(12, usage(lines));
  }

  @ParameterizedTest
  @CsvSource({"429", "502", "503", "504"})
  void aPartnerWhoAsksForTimeGetsIt(int status) {
    List<SealedLine> lines = lines(1, 4);
    partner.post("/sim/answer", Map.of("status", status, "retryAfter", "7"));
    ChannelException e = assertThrows(ChannelException.class, () -> reporting.report(lines));
    assertEquals(ErrorType.LIMIT, e.code().type());
    assertEquals(7000, e.retryAfterMs().orElseThrow());
  }

  @Test
  void aPartnerWhoIsGoneIsNotAskedAgain() {
    List<SealedLine> lines = lines(300, 1);
    int before = partner.get("/sim/received").size();
    partner.post("/sim/answer", Map.of("status", 410));
    for (Ack ack : byLine(lines, reporting.report(lines)).values()) {
      Ack.Rejected rejected = assertInstanceOf(Ack.Rejected.class, ack);
      assertEquals("GONE", rejected.code().name());
      assertFalse(rejected.retryable());
    }
    assertEquals(1, partner.get("/sim/received").size() - before);
  }

  @Test
  void whatWasTakenBeforeAThrottleIsKept() {
    List<SealedLine> lines = lines(300, 1);
    partner.post("/sim/answer", Map.of("kind", "drop-after"));
    assertThrows(ChannelException.class, () -> reporting.report(lines));
    long first = usage(lines);
    assertTrue(first > 0 && first < 300);
    partner.post("/sim/answer", Map.of("kind", "status", "status", 200));
    partner.post("/sim/answer", Map.of("kind", "status", "status", 429));
    Map<String, Ack> acks = byLine(lines, reporting.report(lines));
    long accepted = acks.values().stream().filter(a -> a instanceof Ack.Accepted).count();
    assertEquals(first, accepted);
    acks.values().stream()
        .filter(a -> a instanceof Ack.Rejected)
        .forEach(a -> assertTrue(((Ack.Rejected) a).retryable()));
    allAccepted(lines, reporting.report(lines));
    assertEquals(300, usage(lines));
  }

  @Test
  void settlementsArriveInPartsThatAddUp() {
    List<Settlement.Line> lines = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      lines.add(new Settlement.Line("customer-" + i, "calls", 10, 1_000_000, 2000, 200_000));
    }
    Settlement.Statement statement =
        new Settlement.Statement(
            "st-" + ++serial, HOUR, HOUR.plus(Duration.ofDays(30)), "USD", lines, 50_000_000);
    Settlement settlement = channel.settlement().orElseThrow();
    Receipt first = settlement.send(statement, "key-" + serial);
    assertInstanceOf(Receipt.Sent.class, first);
    assertEquals(first, settlement.send(statement, "key-" + serial));
    long share = 0;
    int parts = 0;
    for (JsonNode part : partner.get("/sim/settlements")) {
      if (part.path("statement").asText().equals(statement.id())) {
        parts++;
        assertEquals(50_000_000, part.path("totalMicros").asLong());
        for (JsonNode line : part.path("lines")) {
          share += line.path("shareMicros").asLong();
        }
      }
    }
    assertTrue(parts > 1);
    assertEquals(statement.totalMicros(), share);
  }

  @ParameterizedTest
  @CsvSource({"429, Deferred", "410, Rejected"})
  void aSettlementThatIsNotTakenSaysWhy(int status, String receipt) {
    partner.post("/sim/answer", Map.of("status", status, "retryAfter", "9"));
    Settlement.Statement statement =
        new Settlement.Statement("st-x", HOUR, HOUR.plusSeconds(60), "USD", List.of(), 0);
    Receipt got = channel.settlement().orElseThrow().send(statement, "key-" + status);
    assertEquals(receipt, got.getClass().getSimpleName());
    if (got instanceof Receipt.Deferred deferred) {
      assertEquals(world.clock().instant().plusSeconds(9), deferred.until());
    }
  }

  @Test
  void theSpecificationsLibraryAcceptsBothSignaturesOfAChange() throws Exception {
    List<SimRequest> came = Collections.synchronizedList(new ArrayList<>());
    try (Simulator door = Simulator.open(0, data.resolve("door"))) {
      door.route(
              "POST",
              "/in",
              r -> {
                came.add(r);
                return SimResponse.empty(204);
              })
          .start();
      try (TestContext changing =
          world(door.base().resolve("/in").toString())
              .secret("webhook_secret", PartnerSim.OUTGOING_SECRET)
              .secret("webhook_secret_previous", PartnerSim.INCOMING_SECRET)
              .build()) {
        List<SealedLine> lines = lines(2, 1);
        allAccepted(
            lines, new ResellerFactory().open(changing).reporting().orElseThrow().report(lines));
      }
    }
    SimRequest request = came.getFirst();
    HttpHeaders headers = HttpHeaders.of(request.headers(), (name, value) -> true);
    String body = new String(request.body(), StandardCharsets.UTF_8);
    for (String secret : List.of(PartnerSim.OUTGOING_SECRET, PartnerSim.INCOMING_SECRET)) {
      new Webhook(secret).verify(body, headers);
    }
    assertThrows(
        Exception.class, () -> new Webhook(PartnerSim.INCOMING_SECRET).verify(body + " ", headers));
  }

  @Test
  void onlyThePartnersAddressIsCalled() {
    assertThrows(PluginRefused.class, () -> world("http://169.254.169.254/latest").build());
    try (TestContext badTime = world("https://p.example/x").setting("timeout_ms", "1").build()) {
      ChannelException e =
          assertThrows(ChannelException.class, () -> new ResellerFactory().open(badTime));
      assertEquals(ErrorType.USER, e.code().type());
    }
  }
}
