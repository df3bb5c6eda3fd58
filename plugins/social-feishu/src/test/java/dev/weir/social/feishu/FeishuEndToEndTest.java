package dev.weir.social.feishu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.spi.Binding;
import dev.weir.spi.Channel;
import dev.weir.spi.Delivery.Reply;
import dev.weir.spi.ErrorType;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.Onboarding;
import dev.weir.spi.Receipt;
import dev.weir.spi.Step;
import dev.weir.tck.TestClock;
import dev.weir.tck.TestContext;
import dev.weir.tck.sim.SimHost;
import dev.weir.tck.sim.SimProcess;
import dev.weir.tck.sim.feishu.FeishuSim;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The plugin against Feishu's simulator, over HTTP, in a process of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FeishuEndToEndTest {

  private final TestClock clock = new TestClock(Instant.now().truncatedTo(ChronoUnit.MILLIS));
  private SimProcess feishu;
  private SimHost host;
  private TestContext context;
  private Channel channel;

  @BeforeAll
  void start(@TempDir Path data) {
    feishu = SimProcess.start(FeishuSim.class, data.resolve("feishu"));
    host = new SimHost(data.resolve("host"));
    JsonNode app = feishu.get("/sim/app");
    context =
        TestContext.of("feishu-cn")
            .setting("base_url", feishu.base().toString())
            .setting("app_id", app.get("appId").asText())
            .secret("app_secret", app.get("appSecret").asText())
            .secret("encrypt_key", app.get("encryptKey").asText())
            .secret("verification_token", app.get("verificationToken").asText())
            .clock(clock)
            .build();
    channel = new FeishuFactory().open(context);
    host.serve(channel, bound -> context.seal(bound.binding(), bound.secrets()));
    assertFalse(channel.check().ok());
    JsonNode registered =
        feishu.post("/sim/app", Map.of("requestUrl", host.url("/events").toString()));
    assertTrue(registered.get("verified").asBoolean(), host.untrusted().toString());
    assertTrue(registered.get("ticket").asBoolean(), host.untrusted().toString());
    assertTrue(channel.check().ok());
  }

  @AfterAll
  void stop() {
    channel.close();
    context.close();
    host.close();
    feishu.close();
  }

  @Test
  void installAskAnswerRateAndRemove() {
    Binding binding = install("tenant-main");
    feishu.post("/sim/mode", Map.of("duplicate", 1));
    InboundEvent.Message asked = say("tenant-main", "oc_main", "怎么退货？");
    Receipt receipt = deliver(binding, asked, "三十天内可以退货。", "key-main");
    String message = assertInstanceOf(Receipt.Sent.class, receipt).remoteId();
    JsonNode sent = messages("tenant-main").getLast();
    assertEquals("三十天内可以退货。", sent.get("text").asText());
    assertEquals(asked.dedupeKey(), sent.get("parent_id").asText());
    feishu.post(
        "/sim/react", Map.of("tenant", "tenant-main", "message", message, "emoji", "THUMBSUP"));
    InboundEvent.Feedback feedback = host.events(InboundEvent.Feedback.class).getLast();
    assertEquals("call-key-main", feedback.callId());
    assertEquals(1, feedback.rating());
    feishu.post("/sim/uninstall", Map.of("tenant", "tenant-main"));
    assertEquals("tenant-main", host.events(InboundEvent.Cancelled.class).getLast().bindingId());
    channel.onboarding().orElseThrow().offboard(binding);
    Receipt.Rejected rejected =
        assertInstanceOf(Receipt.Rejected.class, deliver(binding, asked, "late", "key-late"));
    assertEquals(ErrorType.USER, rejected.code().type());
  }

  @Test
  void keyThatWasSentOrLostStandsOnce() {
    Binding binding = install("tenant-once");
    InboundEvent.Message asked = say("tenant-once", "oc_once", "once?");
    feishu.post("/sim/mode", Map.of("lose", 1));
    assertInstanceOf(Receipt.Deferred.class, deliver(binding, asked, "once", "key-once"));
    Receipt second = deliver(binding, asked, "once", "key-once");
    assertInstanceOf(Receipt.Sent.class, second);
    assertEquals(second, deliver(binding, asked, "once", "key-once"));
    assertEquals(1, messages("tenant-once").size());
  }

  @Test
  void throttlingAndFailureAreDeferred() {
    Binding binding = install("tenant-slow");
    InboundEvent.Message asked = say("tenant-slow", "oc_slow", "slow?");
    feishu.post("/sim/mode", Map.of("throttle", 1));
    Receipt.Deferred throttled =
        assertInstanceOf(Receipt.Deferred.class, deliver(binding, asked, "x", "key-slow"));
    assertEquals(clock.instant().plusSeconds(1), throttled.until());
    feishu.post("/sim/mode", Map.of("fail", 1));
    Receipt.Deferred failed =
        assertInstanceOf(Receipt.Deferred.class, deliver(binding, asked, "x", "key-slow"));
    assertEquals(clock.instant().plusSeconds(30), failed.until());
    assertInstanceOf(Receipt.Sent.class, deliver(binding, asked, "x", "key-slow"));
    Receipt.Deferred burst = null;
    for (int i = 0; i < 20 && burst == null; i++) {
      if (deliver(binding, asked, "x", "key-burst-" + i) instanceof Receipt.Deferred deferred) {
        burst = deferred;
      }
    }
    assertTrue(burst != null && burst.reason().contains("230020"), String.valueOf(burst));
  }

  @Test
  void tokenIsKeptUntilShortlyBeforeItsEnd() {
    Binding binding = install("tenant-token");
    InboundEvent.Message asked = say("tenant-token", "oc_token", "token?");
    assertInstanceOf(Receipt.Sent.class, deliver(binding, asked, "1", "key-1"));
    String first = context.sealed(binding, "tenant_access_token").orElseThrow();
    assertInstanceOf(Receipt.Sent.class, deliver(binding, asked, "2", "key-2"));
    assertEquals(first, context.sealed(binding, "tenant_access_token").orElseThrow());
    long before = feishu.get("/sim/tokens").get("issued").asLong();
    clock.advance(Duration.ofMinutes(111));
    feishu.post("/sim/clock", Map.of("offsetMs", Duration.ofMinutes(111).toMillis()));
    assertInstanceOf(Receipt.Sent.class, deliver(binding, asked, "3", "key-3"));
    assertEquals(before + 2, feishu.get("/sim/tokens").get("issued").asLong());
  }

  @Test
  void revokedTokensAndTicketAreReplaced() throws Exception {
    Binding binding = install("tenant-reset");
    InboundEvent.Message asked = say("tenant-reset", "oc_reset", "reset?");
    assertInstanceOf(Receipt.Sent.class, deliver(binding, asked, "1", "key-1"));
    feishu.post("/sim/ticket", Map.of("forget", true, "push", false));
    int received = host.received();
    Receipt.Deferred deferred =
        assertInstanceOf(Receipt.Deferred.class, deliver(binding, asked, "2", "key-2"));
    assertTrue(deferred.reason().contains("APP_TICKET_MISSING"), deferred.reason());
    for (int i = 0; i < 250 && host.received() == received; i++) {
      Thread.sleep(20);
    }
    Receipt receipt = deliver(binding, asked, "2", "key-2");
    for (int i = 0; i < 100 && receipt instanceof Receipt.Deferred; i++) {
      Thread.sleep(20);
      receipt = deliver(binding, asked, "2", "key-2");
    }
    assertInstanceOf(Receipt.Sent.class, receipt);
  }

  @Test
  void plaintextEventIsRefusedByUsWhateverThePlatformIsSetTo() {
    install("tenant-plain");
    int events = host.events().size();
    feishu.post("/sim/mode", Map.of("plaintext", 1));
    JsonNode said = feishu.post("/sim/say", Map.of("tenant", "tenant-plain", "text", "psst"));
    assertEquals(401, said.get("status").asInt());
    assertEquals(events, host.events().size());
  }

  @Test
  void applicantWaitsForTheEventOrIsSentToTheDirectory() {
    Onboarding onboarding = channel.onboarding().orElseThrow();
    var applicant = new Onboarding.Applicant("s", "http://x/", Optional.empty(), Map.of());
    assertInstanceOf(Step.Wait.class, onboarding.begin(applicant));
    try (TestContext directory =
        TestContext.of("feishu-cn")
            .setting("app_id", "cli_1")
            .setting("install_url", "https://app.feishu.cn/app/cli_1")
            .build()) {
      Step step = new FeishuFactory().open(directory).onboarding().orElseThrow().begin(applicant);
      assertEquals(new Step.Redirect("https://app.feishu.cn/app/cli_1", ""), step);
    }
  }

  private Binding install(String tenant) {
    assertTrue(
        feishu.post("/sim/install", Map.of("tenant", tenant)).get("acknowledged").asBoolean());
    return host.events(InboundEvent.Onboard.class).stream()
        .map(InboundEvent.Onboard::binding)
        .filter(b -> b.id().equals(tenant))
        .findFirst()
        .orElseThrow();
  }

  private InboundEvent.Message say(String tenant, String chat, String text) {
    JsonNode said = feishu.post("/sim/say", Map.of("tenant", tenant, "chat", chat, "text", text));
    assertTrue(said.get("acknowledged").asBoolean(), said + " " + host.untrusted());
    List<InboundEvent.Message> all =
        host.events(InboundEvent.Message.class).stream()
            .filter(m -> m.bindingId().equals(tenant))
            .toList();
    assertEquals(1, all.size());
    return all.getFirst();
  }

  private Receipt deliver(Binding binding, InboundEvent.Message asked, String text, String key) {
    return channel
        .delivery()
        .orElseThrow()
        .deliver(
            binding, new Reply("call-" + key, asked.conversation(), text, asked.attributes()), key);
  }

  private List<JsonNode> messages(String tenant) {
    return StreamSupport.stream(feishu.get("/sim/messages").spliterator(), false)
        .filter(m -> m.get("tenant_key").asText().equals(tenant))
        .toList();
  }
}
