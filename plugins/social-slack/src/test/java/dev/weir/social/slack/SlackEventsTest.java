package dev.weir.social.slack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.kit.Json;
import dev.weir.kit.MessageMeters;
import dev.weir.kit.RecentAnswers;
import dev.weir.spi.ChannelException;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.Measuring.Completion;
import dev.weir.spi.Measuring.Quantity;
import dev.weir.tck.TestContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlackEventsTest {

  private final TestContext context =
      TestContext.of("slack-emea").setting("client_id", "1.2").build();
  private final RecentAnswers answers = new RecentAnswers(context.state(), context.clock());
  private final SlackEvents events = new SlackEvents(answers);

  @Test
  void directMessageIsAConversationOfItsDay() {
    InboundEvent.Message message = message(direct(""));
    assertEquals("Ev1", message.dedupeKey());
    assertEquals("T1", message.bindingId());
    assertEquals("D1/2018-07-12", message.conversation());
    assertEquals("U1", message.user());
    assertEquals("a < b & c", message.text());
    assertEquals(Instant.ofEpochSecond(1531420618), message.at());
    assertEquals("", message.attributes().get("thread"));
  }

  @Test
  void threadIsAConversation() {
    assertEquals("D1/1531.5", message(direct(",\"thread_ts\":\"1531.5\"")).conversation());
    assertEquals("C1/1531420618.0001", message(mention("")).conversation());
    assertEquals("C1/1531.5", message(mention(",\"thread_ts\":\"1531.5\"")).conversation());
    assertEquals("how much?", message(mention("")).text());
  }

  @Test
  void botsAndItselfAndEditsAreIgnored() {
    assertTrue(read(direct(",\"bot_id\":\"B9\"")).isEmpty());
    assertTrue(read(direct(",\"subtype\":\"message_changed\"")).isEmpty());
    assertTrue(read(direct("").replace("\"U1\"", "\"UBOT\"")).isEmpty());
    assertTrue(read(direct("").replace("a &lt; b &amp; c", " ")).isEmpty());
    String channel = direct("").replace("\"im\"", "\"channel\"");
    assertTrue(read(channel).isEmpty());
  }

  @Test
  void removalIsACancellation() {
    var uninstalled = read(envelope("{\"type\":\"app_uninstalled\"}"));
    assertEquals(
        Optional.of(
            new InboundEvent.Cancelled(
                "Ev1", Instant.ofEpochSecond(1531420618), "T1", Instant.MIN)),
        uninstalled);
    String revoked = "{\"type\":\"tokens_revoked\",\"tokens\":{\"oauth\":[\"U1\"],\"bot\":%s}}";
    assertInstanceOf(
        InboundEvent.Cancelled.class,
        read(envelope(revoked.formatted("[\"UBOT\"]"))).orElseThrow());
    assertTrue(read(envelope(revoked.formatted("[]"))).isEmpty());
  }

  @Test
  void thumbOnAnAnswerIsFeedback() {
    answers.put(SlackEvents.answerId("T1", "D1", "15.1"), "call-7");
    assertEquals(1, feedback("+1", "added").rating());
    assertEquals(1, feedback("thumbsup::skin-tone-3", "added").rating());
    assertEquals(-1, feedback("-1", "added").rating());
    assertEquals(0, feedback("-1", "removed").rating());
    assertEquals("call-7", feedback("+1", "added").callId());
    assertTrue(read(envelope(reaction("tada", "added", "15.1"))).isEmpty());
    assertTrue(read(envelope(reaction("+1", "added", "15.2"))).isEmpty());
  }

  @Test
  void installedWorkspaceIsTheAuthorizationsNotTheWriters() {
    String shared = direct("").replaceFirst("\"team_id\":\"T1\"", "\"team_id\":\"TOTHER\"");
    assertEquals("T1", message(shared).bindingId());
  }

  @Test
  void envelopeWithoutItsIdIsRefused() {
    String without = direct("").replace("\"event_id\":\"Ev1\",", "");
    assertThrows(ChannelException.class, () -> read(without));
    assertTrue(read("{\"type\":\"app_rate_limited\",\"team_id\":\"T1\"}").isEmpty());
  }

  @Test
  void answerIsEscapedAndCut() {
    assertEquals("a &lt;!channel&gt; &amp; b", SlackText.write("a <!channel> & b"));
    String cut = SlackText.write("<😀".repeat(20_000));
    assertTrue(cut.length() <= SlackText.MAX_CHARS && cut.endsWith("…"));
    assertTrue(cut.startsWith("&lt;😀&lt;"));
  }

  @Test
  void measuresMessagesAndResolvedConversations() {
    MessageMeters meters = new MessageMeters();
    assertEquals(
        List.of(new Quantity("messages", 1), new Quantity("resolved_conversations", 1)),
        meters.measure(new Completion("c", "T1", "x", true, true, 3, 4)));
    for (Completion other :
        List.of(
            new Completion("c", "T1", "x", true, false, 3, 4),
            new Completion("c", "T1", "x", false, true, 3, 4))) {
      assertEquals(List.of(new Quantity("messages", 1)), meters.measure(other));
    }
  }

  private InboundEvent.Feedback feedback(String emoji, String how) {
    return assertInstanceOf(
        InboundEvent.Feedback.class, read(envelope(reaction(emoji, how, "15.1"))).orElseThrow());
  }

  private static String reaction(String emoji, String how, String ts) {
    return "{\"type\":\"reaction_%s\",\"user\":\"U1\",\"reaction\":\"%s\",\"item\":"
            .formatted(how, emoji)
        + "{\"type\":\"message\",\"channel\":\"D1\",\"ts\":\"%s\"}}".formatted(ts);
  }

  private InboundEvent.Message message(String envelope) {
    return assertInstanceOf(InboundEvent.Message.class, read(envelope).orElseThrow());
  }

  private Optional<InboundEvent> read(String envelope) {
    return events.read(Json.object(envelope));
  }

  private static String direct(String more) {
    return envelope(
        "{\"type\":\"message\",\"channel_type\":\"im\",\"channel\":\"D1\",\"user\":\"U1\","
            + "\"ts\":\"1531420618.0001\",\"text\":\"a &lt; b &amp; c\""
            + more
            + "}");
  }

  private static String mention(String more) {
    return envelope(
        "{\"type\":\"app_mention\",\"channel\":\"C1\",\"user\":\"U1\","
            + "\"ts\":\"1531420618.0001\",\"text\":\"<@UBOT> how much?\""
            + more
            + "}");
  }

  private static String envelope(String event) {
    return "{\"team_id\":\"T1\",\"api_app_id\":\"A1\",\"type\":\"event_callback\","
        + "\"event_id\":\"Ev1\",\"event_time\":1531420618,\"authorizations\":[{\"team_id\":\"T1\","
        + "\"user_id\":\"UBOT\",\"is_bot\":true}],\"event\":"
        + event
        + "}";
  }
}
