package dev.weir.plugin.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.spi.Binding;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Inbound;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Verdict;
import dev.weir.tck.TestContext;
import dev.weir.tck.sim.Door;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifecycleTest {

  @TempDir static Path data;
  private static Market market;
  private static Door door;

  private TestContext world;
  private Channel channel;
  private Inbound inbound;

  @BeforeAll
  static void startMarket() {
    market = new Market(data.resolve("market"));
    door = new Door(data.resolve("door"));
    market.sim.post(
        "/sim/events", Map.of("url", door.url().toString(), "secret", Market.EVENT_SECRET));
  }

  @AfterAll
  static void stopMarket() {
    door.close();
    market.close();
  }

  @BeforeEach
  void open() {
    market.reset();
    door.clear();
    world = market.world(Market.PRODUCT).build();
    channel = new AwsMarketplaceFactory().open(world);
    inbound = channel.inbound().orElseThrow();
  }

  @AfterEach
  void close() {
    world.close();
  }

  private JsonNode send(String agreement, String type, String role, String status) {
    return market.sim.post(
        "/sim/event",
        Map.of("agreementId", agreement, "type", type, "role", role, "status", status));
  }

  private List<InboundEvent> read(RawRequest request) {
    return inbound.parse(assertInstanceOf(Verdict.Trusted.class, inbound.verify(request)));
  }

  private static RawRequest withSecret(RawRequest request, List<String> values) {
    return new RawRequest(
        "POST", "/events", "", Map.of("x-weir-event-secret", values), request.body());
  }

  @Test
  void aLicenceThatIsTakenAwayLeavesAnHour() {
    Binding buyer = market.buyer(channel, Market.PRODUCT);
    JsonNode sent =
        send(buyer.aliases().get(1), "License Deprovisioned", "Manufacturer", "").path("event");
    InboundEvent.Cancelled cancelled =
        assertInstanceOf(InboundEvent.Cancelled.class, read(door.arrived().getFirst()).getFirst());
    assertTrue(buyer.aliases().contains(cancelled.bindingId()));
    assertEquals(sent.path("id").asText(), cancelled.dedupeKey());
    Instant at = Instant.parse(sent.path("time").asText());
    assertEquals(at, cancelled.at());
    assertEquals(at.plus(Duration.ofHours(1)), cancelled.flushBy());
  }

  @Test
  void anUpdatedLicenceChangesEntitlementsAndKeepsItsKeyWhenRepeated() {
    Binding buyer = market.buyer(channel, Market.PRODUCT);
    market.sim.post(
        "/sim/event",
        Map.of("agreementId", buyer.aliases().get(1), "type", "License Updated", "times", 2));
    InboundEvent first = read(door.arrived().get(0)).getFirst();
    InboundEvent second = read(door.arrived().get(1)).getFirst();
    assertInstanceOf(InboundEvent.EntitlementChanged.class, first);
    assertTrue(buyer.aliases().contains(first.bindingId()));
    assertEquals(first.dedupeKey(), second.dedupeKey());
  }

  @Test
  void aRenewedAgreementTakesNothingAway() {
    Binding buyer = market.buyer(channel, Market.PRODUCT);
    String agreement = buyer.aliases().get(1);
    send(agreement, "Purchase Agreement Ended", "Proposer", "RENEWED");
    InboundEvent.EntitlementChanged changed =
        assertInstanceOf(
            InboundEvent.EntitlementChanged.class, read(door.arrived().getFirst()).getFirst());
    assertEquals(agreement, changed.bindingId());
    assertEquals("RENEWED", changed.detail().get("status"));
  }

  @Test
  void informationAndForeignEventsConcernNobody() {
    Binding buyer = market.buyer(channel, Market.PRODUCT);
    send(buyer.aliases().get(1), "Purchase Agreement Created", "Proposer", "ACTIVE");
    assertEquals(List.of(), read(door.arrived().getFirst()));
    send(
        market.subscribe(Map.of("product", "other1")).path("agreementId").asText(),
        "License Updated",
        "Manufacturer",
        "");
    assertEquals(List.of(), read(door.arrived().get(1)));
    String other =
        new String(door.arrived().get(1).body(), StandardCharsets.UTF_8)
            .replace("aws.agreement-marketplace", "aws.elsewhere");
    RawRequest forged =
        new RawRequest(
            "POST",
            "/events",
            "",
            door.arrived().get(1).headers(),
            other.getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of(), read(forged));
  }

  @Test
  void eventsOfAnotherSellerConcernNobody() {
    Binding buyer = market.buyer(channel, Market.PRODUCT);
    send(buyer.aliases().get(1), "License Updated", "Manufacturer", "");
    try (TestContext mine =
            market.world(Market.PRODUCT).setting("seller_account", "999988887777").build();
        TestContext other =
            market.world(Market.PRODUCT).setting("seller_account", "111122223333").build()) {
      for (var expected : Map.of(mine, 1, other, 0).entrySet()) {
        Inbound facet = new AwsMarketplaceFactory().open(expected.getKey()).inbound().orElseThrow();
        Verdict.Trusted trusted = (Verdict.Trusted) facet.verify(door.arrived().getFirst());
        assertEquals(expected.getValue(), facet.parse(trusted).size());
      }
    }
  }

  @Test
  void onlyAPostIsBelieved() {
    Binding buyer = market.buyer(channel, Market.PRODUCT);
    send(buyer.aliases().get(1), "License Updated", "Manufacturer", "");
    RawRequest good = door.arrived().getFirst();
    RawRequest get = new RawRequest("GET", "/events", "", good.headers(), good.body());
    assertInstanceOf(Verdict.Untrusted.class, inbound.verify(get));
  }

  @Test
  void thePreviousSecretOpensWhileItIsKept() {
    Binding buyer = market.buyer(channel, Market.PRODUCT);
    send(buyer.aliases().get(1), "License Updated", "Manufacturer", "");
    String next = "the-next-secret-has-more-than-thirty-two-characters";
    world.secret("event_secret", next);
    assertInstanceOf(Verdict.Untrusted.class, inbound.verify(door.arrived().getFirst()));
    world.secret("event_secret_previous", Market.EVENT_SECRET);
    assertInstanceOf(Verdict.Trusted.class, inbound.verify(door.arrived().getFirst()));
    assertInstanceOf(
        Verdict.Trusted.class,
        inbound.verify(withSecret(door.arrived().getFirst(), List.of(next))));
  }

  @Test
  void aShortSecretTrustsNobody() {
    world.secret("event_secret", "short");
    RawRequest request =
        new RawRequest(
            "POST", "/", "", Map.of("x-weir-event-secret", List.of("short")), new byte[0]);
    assertInstanceOf(Verdict.Untrusted.class, inbound.verify(request));
  }

  @Test
  void aPayloadThatIsNoEventIsTheirFault() {
    for (String body :
        List.of(
            "[]",
            "{",
            "{\"source\":\"aws.agreement-marketplace\"}",
            "{\"source\":\"aws.agreement-marketplace\",\"id\":\"1\",\"time\":\"now\","
                + "\"detail-type\":\"License Updated - Manufacturer\",\"detail\":{}}")) {
      RawRequest request =
          new RawRequest(
              "POST",
              "/",
              "",
              Map.of("x-weir-event-secret", List.of(Market.EVENT_SECRET)),
              body.getBytes(StandardCharsets.UTF_8));
      Verdict.Trusted trusted = (Verdict.Trusted) inbound.verify(request);
      ChannelException e = assertThrows(ChannelException.class, () -> inbound.parse(trusted), body);
      assertEquals(ErrorType.PARTNER, e.code().type());
    }
  }
}
