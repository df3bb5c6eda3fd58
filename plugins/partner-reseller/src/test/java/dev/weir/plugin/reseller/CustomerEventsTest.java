package dev.weir.plugin.reseller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Inbound;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Verdict;
import dev.weir.tck.TestClock;
import dev.weir.tck.TestContext;
import dev.weir.tck.sim.Door;
import dev.weir.tck.sim.SimProcess;
import dev.weir.tck.sim.partner.PartnerSim;
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

/** What the reseller sends, as its own process signs it. */
class CustomerEventsTest {

  @TempDir static Path data;
  private static SimProcess partner;
  private static Door door;

  private TestContext world;
  private Inbound inbound;

  @BeforeAll
  static void start() {
    partner = SimProcess.start(PartnerSim.class, data.resolve("partner"));
    door = new Door(data.resolve("door"));
    partner.post("/sim/config", Map.of("channelUrl", door.url().toString()));
  }

  @AfterAll
  static void stop() {
    door.close();
    partner.close();
  }

  @BeforeEach
  void open() {
    door.clear();
    world = world(Instant.now()).build();
    inbound = new ResellerFactory().open(world).inbound().orElseThrow();
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static TestContext.Builder world(Instant now) {
    return TestContext.of("acme-reseller")
        .setting("webhook_url", "https://partner.example/webhooks")
        .secret("webhook_secret", PartnerSim.INCOMING_SECRET)
        .secret("inbound_secret", PartnerSim.OUTGOING_SECRET)
        .clock(new TestClock(now));
  }

  private List<InboundEvent> read(RawRequest request) {
    return inbound.parse(assertInstanceOf(Verdict.Trusted.class, inbound.verify(request)));
  }

  private RawRequest signed(String id, String body) throws Exception {
    long now = world.clock().instant().getEpochSecond();
    String signature = new Webhook(PartnerSim.OUTGOING_SECRET).sign(id, now, body);
    return new RawRequest(
        "POST",
        "/events",
        "",
        Map.of(
            "webhook-id", List.of(id),
            "webhook-timestamp", List.of(Long.toString(now)),
            "webhook-signature", List.of(signature)),
        body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aCustomerIsOpenedWithItsClaim() {
    JsonNode sent = partner.post("/sim/customer", Map.of("id", "c-1", "name", "北风 GmbH"));
    InboundEvent.Onboard onboard =
        assertInstanceOf(InboundEvent.Onboard.class, read(door.arrived().getFirst()).getFirst());
    assertEquals(
        new Binding(
            "c-1",
            "北风 GmbH",
            List.of(),
            Map.of("claimSha256", sent.at("/message/data/claimSha256").asText())),
        onboard.binding());
    assertEquals(sent.path("webhookId").asText(), onboard.dedupeKey());
    assertEquals(Instant.parse(sent.at("/message/timestamp").asText()), onboard.at());
  }

  @Test
  void aCustomerIsClosed() {
    partner.post("/sim/customer/c-2/delete", Map.of());
    InboundEvent.Cancelled cancelled =
        assertInstanceOf(InboundEvent.Cancelled.class, read(door.arrived().getFirst()).getFirst());
    assertEquals("c-2", cancelled.bindingId());
    assertEquals(Instant.MIN, cancelled.flushBy());
  }

  @Test
  void aReplayedMessageKeepsItsKeyAndIsStaleSoon() {
    partner.post("/sim/customer", Map.of("id", "c-3", "times", 2));
    assertEquals(
        read(door.arrived().get(0)).getFirst().dedupeKey(),
        read(door.arrived().get(1)).getFirst().dedupeKey());
    world.clock().advance(Duration.ofMinutes(6));
    assertInstanceOf(Verdict.Untrusted.class, inbound.verify(door.arrived().get(0)));
  }

  @Test
  void theSpecificationsVectorIsTrusted() {
    try (TestContext then = world(Instant.ofEpochSecond(1614265330 + 299)).build()) {
      then.secret("inbound_secret", "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
      Inbound facet = new ResellerFactory().open(then).inbound().orElseThrow();
      RawRequest request =
          new RawRequest(
              "POST",
              "/",
              "",
              Map.of(
                  "Webhook-Id", List.of("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                  "Webhook-Timestamp", List.of("1614265330"),
                  "Webhook-Signature", List.of("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")),
              "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8));
      assertInstanceOf(Verdict.Trusted.class, facet.verify(request));
      then.clock().advance(Duration.ofSeconds(2));
      assertInstanceOf(Verdict.Untrusted.class, facet.verify(request));
      then.clock().set(Instant.ofEpochSecond(1614265330 - 301));
      assertInstanceOf(Verdict.Untrusted.class, facet.verify(request));
    }
  }

  @Test
  void bothSecretsHoldWhileTheyAreChanged() {
    partner.post("/sim/customer", Map.of("id", "c-5"));
    world.secret("inbound_secret", PartnerSim.INCOMING_SECRET);
    assertInstanceOf(Verdict.Untrusted.class, inbound.verify(door.arrived().getFirst()));
    world.secret("inbound_secret_previous", PartnerSim.OUTGOING_SECRET);
    assertInstanceOf(Verdict.Trusted.class, inbound.verify(door.arrived().getFirst()));
  }

  @Test
  void aSecretThatIsNoneIsTheVendorsFault() {
    for (String bad : List.of("plain", "whsec_!!", "whsec_c2hvcnQ=")) {
      world.secret("inbound_secret", bad);
      ChannelException e =
          assertThrows(
              ChannelException.class,
              () -> inbound.verify(new RawRequest("POST", "/", "", Map.of(), new byte[0])));
      assertEquals(ErrorType.USER, e.code().type());
    }
  }

  @Test
  void unknownTypesAreTakenAndIgnored() throws Exception {
    assertEquals(
        List.of(),
        read(
            signed(
                "m1",
                "{\"type\":\"invoice.paid\",\"timestamp\":\"2026-11-15T00:00:00Z\",\"data\":{}}")));
  }

  @Test
  void signedNonsenseIsThePartnersFault() throws Exception {
    String head = "{\"type\":\"customer.created\",\"timestamp\":\"2026-11-15T00:00:00Z\",\"data\":";
    for (String body :
        List.of(
            "{}",
            "[1]",
            "{",
            head + "{}}",
            head + "{\"id\":\"\"}}",
            head + "{\"id\":\"" + "x".repeat(513) + "\"}}",
            head + "{\"id\":\"a\",\"claimSha256\":\"ABC\"}}",
            head.replace("2026-11-15T00:00:00Z", "yesterday") + "{\"id\":\"a\"}}")) {
      Verdict.Trusted trusted = (Verdict.Trusted) inbound.verify(signed("m1", body));
      ChannelException e = assertThrows(ChannelException.class, () -> inbound.parse(trusted), body);
      assertEquals(ErrorType.PARTNER, e.code().type());
    }
  }

  @Test
  void onlyAPostIsRead() throws Exception {
    RawRequest post = signed("m1", "{}");
    assertInstanceOf(
        Verdict.Untrusted.class,
        inbound.verify(new RawRequest("PUT", "/", "", post.headers(), post.body())));
  }
}
