package dev.weir.social.slack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.spi.Binding;
import dev.weir.spi.Channel;
import dev.weir.spi.Delivery.Reply;
import dev.weir.spi.ErrorType;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.Onboarding;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Receipt;
import dev.weir.spi.Step;
import dev.weir.tck.TestClock;
import dev.weir.tck.TestContext;
import dev.weir.tck.sim.SimHost;
import dev.weir.tck.sim.SimProcess;
import dev.weir.tck.sim.slack.SlackSim;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The plugin against Slack's simulator, over HTTP, in a process of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlackEndToEndTest {

  private final TestClock clock = new TestClock(Instant.now().truncatedTo(ChronoUnit.MILLIS));
  private SimProcess slack;
  private SimHost host;
  private TestContext context;
  private Channel channel;

  @BeforeAll
  void start(@TempDir Path data) {
    slack = SimProcess.start(SlackSim.class, data.resolve("slack"));
    host = new SimHost(data.resolve("host"));
    JsonNode app = slack.get("/sim/app");
    context =
        TestContext.of("slack-emea")
            .setting("base_url", slack.base().toString())
            .setting("client_id", app.get("clientId").asText())
            .secret("client_secret", app.get("clientSecret").asText())
            .secret("signing_secret", app.get("signingSecret").asText())
            .clock(clock)
            .build();
    channel = new SlackFactory().open(context);
    host.serve(channel, bound -> context.seal(bound.binding(), bound.secrets()));
    assertTrue(
        slack
            .post(
                "/sim/app",
                Map.of(
                    "requestUrl", host.url("/events").toString(),
                    "redirectUrl", host.url("/callback").toString()))
            .get("verified")
            .asBoolean());
  }

  @AfterAll
  void stop() {
    channel.close();
    context.close();
    host.close();
    slack.close();
  }

  @Test
  void installAskAnswerRateAndRemove() {
    Binding binding = install("T-MAIN");
    assertEquals("T-MAIN", binding.id());
    assertEquals("Team T-MAIN", binding.displayName());
    assertTrue(channel.check().ok());
    slack.post("/sim/mode", Map.of("duplicate", 1));
    InboundEvent.Message asked = say("T-MAIN", "D-MAIN", "how do I return it?");
    assertEquals("how do I return it?", asked.text());
    Receipt receipt = deliver(binding, asked, "Within 30 days <free>.", "key-main");
    String remote = assertInstanceOf(Receipt.Sent.class, receipt).remoteId();
    List<JsonNode> messages = messages("T-MAIN");
    assertEquals(1, messages.size());
    assertEquals("Within 30 days &lt;free&gt;.", messages.getFirst().get("text").asText());
    String ts = remote.substring(remote.indexOf('/') + 1);
    slack.post(
        "/sim/react", Map.of("team", "T-MAIN", "channel", "D-MAIN", "ts", ts, "reaction", "+1"));
    InboundEvent.Feedback feedback = host.events(InboundEvent.Feedback.class).getLast();
    assertEquals("call-key-main", feedback.callId());
    assertEquals(1, feedback.rating());
    assertTrue(
        slack.post("/sim/uninstall", Map.of("team", "T-MAIN")).get("acknowledged").asBoolean());
    assertTrue(
        host.events(InboundEvent.Cancelled.class).stream()
            .anyMatch(c -> c.bindingId().equals("T-MAIN")));
    Receipt.Rejected rejected =
        assertInstanceOf(Receipt.Rejected.class, deliver(binding, asked, "late", "key-late"));
    assertEquals("ACCOUNT_INACTIVE", rejected.code().name());
    assertEquals(ErrorType.USER, rejected.code().type());
  }

  @Test
  void answerToAMentionIsInItsThread() {
    Binding binding = install("T-THREAD");
    InboundEvent.Message asked = say("T-THREAD", "C-THREAD", "where?");
    assertInstanceOf(Receipt.Sent.class, deliver(binding, asked, "here", "key-thread"));
    assertEquals(
        asked.attributes().get("ts"), messages("T-THREAD").getFirst().get("thread_ts").asText());
  }

  @Test
  void lostAnswerIsLookedForAndNotSentAgain() {
    Binding binding = install("T-LOST");
    slack.post("/sim/mode", Map.of("readsPerMinute", 100));
    for (String channelId : List.of("D-LOST", "C-LOST")) {
      InboundEvent.Message asked = say("T-LOST", channelId, "lost?");
      slack.post("/sim/mode", Map.of("lose", 1));
      assertInstanceOf(
          Receipt.Deferred.class, deliver(binding, asked, "found", "key-" + channelId));
      assertInstanceOf(Receipt.Sent.class, deliver(binding, asked, "found", "key-" + channelId));
    }
    assertEquals(2, messages("T-LOST").size());
  }

  @Test
  void throttlingIsDeferredUntilSlackSays() {
    Binding binding = install("T-SLOW");
    InboundEvent.Message asked = say("T-SLOW", "D-SLOW", "slow?");
    slack.post("/sim/mode", Map.of("throttle", 1));
    Receipt.Deferred deferred =
        assertInstanceOf(Receipt.Deferred.class, deliver(binding, asked, "slow", "key-slow"));
    assertEquals(clock.instant().plusSeconds(1), deferred.until());
    assertInstanceOf(Receipt.Sent.class, deliver(binding, asked, "slow", "key-slow"));
  }

  @Test
  void attemptThatDiedIsNotRepeatedBeforeItMustBeOver() {
    Binding binding = install("T-DIED");
    slack.post("/sim/mode", Map.of("readsPerMinute", 100));
    InboundEvent.Message asked = say("T-DIED", "D-DIED", "died?");
    assertTrue(new Sends(context).begin("key-died"));
    Receipt.Deferred deferred =
        assertInstanceOf(Receipt.Deferred.class, deliver(binding, asked, "alive", "key-died"));
    Instant before = clock.instant();
    assertEquals(before.plus(Sends.ATTEMPT_MAX), deferred.until());
    clock.set(deferred.until());
    assertInstanceOf(Receipt.Sent.class, deliver(binding, asked, "alive", "key-died"));
    clock.set(before);
    assertEquals(1, messages("T-DIED").size());
  }

  @Test
  void answerThatStandsIsNotSentAgainByAHostThatWasDownForDays() {
    Binding binding = install("T-DOWN");
    slack.post("/sim/mode", Map.of("readsPerMinute", 100));
    InboundEvent.Message asked = say("T-DOWN", "D-DOWN", "down?");
    assertInstanceOf(Receipt.Sent.class, deliver(binding, asked, "stands", "key-down"));
    assertTrue(new Sends(context).begin("key-nobody-knows"));
    Instant before = clock.instant();
    clock.advance(Duration.ofDays(3));
    Receipt again = deliver(binding, asked, "stands", "key-down");
    assertTrue(assertInstanceOf(Receipt.Sent.class, again).remoteId().startsWith("D-DOWN/"));
    assertInstanceOf(
        Sends.UnderWay.class, new Sends(context).find("key-nobody-knows").orElseThrow());
    clock.set(before);
    assertEquals(1, messages("T-DOWN").size());
  }

  @Test
  void keysOfAnswersTakeFewRowsHoweverManyThereAre() {
    Sends sends = new Sends(context);
    int many = 2 * Sends.GROUPS * Sends.KEYS_PER_GROUP;
    for (int i = 0; i < many; i++) {
      assertTrue(sends.begin("many-" + i));
      sends.done("many-" + i, "D-MANY/" + i);
    }
    assertEquals(
        new Sends.Done("D-MANY/" + (many - 1)), sends.find("many-" + (many - 1)).orElseThrow());
    assertTrue(sends.find("many-0").isEmpty(), "the oldest fall out");
  }

  @Test
  void unknownChannelIsRejected() {
    Binding binding = install("T-GONE");
    Reply reply = new Reply("call", "C-NONE/1", "x", Map.of("channel", "C-NONE", "thread", "1"));
    Receipt.Rejected rejected =
        assertInstanceOf(
            Receipt.Rejected.class,
            channel.delivery().orElseThrow().deliver(binding, reply, "key-gone"));
    assertEquals("CHANNEL_NOT_FOUND", rejected.code().name());
    assertInstanceOf(
        Receipt.Rejected.class,
        channel.delivery().orElseThrow().deliver(Binding.of("T-NEVER", "x"), reply, "key-never"));
  }

  @Test
  void callbackThatArrivesTwiceLeadsToTheSameBinding() {
    JsonNode answer =
        slack.post(
            "/sim/install",
            Map.of("onboardUrl", host.url("/onboard").toString(), "team", "T-TWICE"));
    String location = answer.get("location").asText();
    String query = location.substring(location.indexOf('?') + 1);
    String state = query.substring(query.indexOf("state=") + 6);
    RawRequest callback = new RawRequest("GET", "/callback", query, Map.of(), new byte[0]);
    var progress = new Onboarding.Progress(state, host.url("/callback").toString(), "");
    Onboarding onboarding = channel.onboarding().orElseThrow();
    Step.Bound again = assertInstanceOf(Step.Bound.class, onboarding.resume(progress, callback));
    assertEquals("T-TWICE", again.binding().id());
    assertEquals(
        context.sealed(again.binding(), "bot_token").orElseThrow(),
        again.secrets().get("bot_token"));
    var other = new Onboarding.Progress("another", progress.callback(), "");
    assertInstanceOf(Step.Refused.class, onboarding.resume(other, callback));
    clock.advance(Duration.ofHours(2));
    assertInstanceOf(Step.Refused.class, onboarding.resume(progress, callback));
    clock.advance(Duration.ofHours(-2));
  }

  @Test
  void deniedInstallIsRefused() {
    slack.post(
        "/sim/install",
        Map.of("onboardUrl", host.url("/onboard").toString(), "team", "T-NO", "deny", true));
    assertInstanceOf(Step.Refused.class, host.steps().getLast());
  }

  @Test
  void offboardingRevokesTheToken() throws Exception {
    Binding binding = install("T-OFF");
    channel.onboarding().orElseThrow().offboard(binding);
    long until = System.nanoTime() + 5_000_000_000L;
    while (host.events(InboundEvent.Cancelled.class).stream()
            .noneMatch(c -> c.bindingId().equals("T-OFF"))
        && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    assertTrue(
        host.events(InboundEvent.Cancelled.class).stream()
            .anyMatch(c -> c.bindingId().equals("T-OFF")));
    channel.onboarding().orElseThrow().offboard(binding);
  }

  private Binding install(String team) {
    slack.post(
        "/sim/install",
        Map.of(
            "onboardUrl",
            host.url("/onboard").toString(),
            "team",
            team,
            "teamName",
            "Team " + team));
    return assertInstanceOf(Step.Bound.class, host.steps().getLast()).binding();
  }

  private InboundEvent.Message say(String team, String channelId, String text) {
    Map<String, String> say = new HashMap<>();
    say.put("team", team);
    say.put("channel", channelId);
    say.put("text", text);
    JsonNode said = slack.post("/sim/say", say);
    assertTrue(said.get("acknowledged").asBoolean(), said + " " + host.untrusted());
    List<InboundEvent.Message> all = host.events(InboundEvent.Message.class);
    assertEquals(
        1,
        all.stream()
            .filter(m -> m.text().equals(text) && m.attributes().get("channel").equals(channelId))
            .count());
    return all.getLast();
  }

  private Receipt deliver(Binding binding, InboundEvent.Message asked, String text, String key) {
    return channel
        .delivery()
        .orElseThrow()
        .deliver(
            binding, new Reply("call-" + key, asked.conversation(), text, asked.attributes()), key);
  }

  private List<JsonNode> messages(String team) {
    return StreamSupport.stream(slack.get("/sim/messages").spliterator(), false)
        .filter(m -> m.get("team").asText().equals(team))
        .toList();
  }
}
