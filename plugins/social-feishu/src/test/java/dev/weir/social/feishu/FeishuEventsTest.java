package dev.weir.social.feishu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

class FeishuEventsTest {

  private final TestContext context =
      TestContext.of("feishu-cn").setting("app_id", "cli_1").build();
  private final RecentAnswers answers = new RecentAnswers(context.state(), context.clock());
  private final FeishuTokens tokens = new FeishuTokens(context, new FeishuApi(context));
  private final FeishuEvents events = new FeishuEvents(tokens, answers);

  @Test
  void directMessageIsKeyedByItsMessageId() {
    InboundEvent.Message message = message(direct("p2p", "退货怎么办？", ""));
    assertEquals("om_1", message.dedupeKey());
    assertEquals("t1", message.bindingId());
    assertEquals("ou_1", message.user());
    assertEquals("退货怎么办？", message.text());
    assertEquals("oc_1/2020-12-23", message.conversation());
    assertEquals(Instant.ofEpochMilli(1608725989000L), message.at());
  }

  @Test
  void groupMessageNeedsAMentionAndLosesIt() {
    assertTrue(read(direct("group", "hello", "")).isEmpty());
    String mentions =
        ",\"mentions\":[{\"key\":\"@_user_1\",\"name\":\"Weir\"},"
            + "{\"key\":\"@_user_2\",\"name\":\"Tom\"}]";
    InboundEvent.Message message =
        message(direct("group", "@_user_1 ask @_user_2 please", mentions));
    assertEquals("ask @Tom please", message.text());
    assertEquals("oc_1/om_1", message.conversation());
    String inThread = direct("group", "@_user_1 x", mentions + ",\"root_id\":\"om_0\"");
    assertEquals("oc_1/om_0", message(inThread).conversation());
  }

  @Test
  void appsPicturesAndEmptyTextAreIgnored() {
    assertTrue(read(direct("p2p", "x", "").replace("\"user\"", "\"app\"")).isEmpty());
    assertTrue(read(direct("p2p", "x", "").replace("\"text\",", "\"image\",")).isEmpty());
    assertTrue(read(direct("p2p", " ", "")).isEmpty());
  }

  @Test
  void installBecomesOnboarding() {
    InboundEvent.Onboard onboard =
        assertInstanceOf(
            InboundEvent.Onboard.class, read(old("\"type\":\"app_open\"")).orElseThrow());
    assertEquals("t1", onboard.binding().id());
    assertEquals("u1", onboard.dedupeKey());
    assertEquals(Instant.parse("2017-08-08T13:33:27.717Z"), onboard.at());
    assertInstanceOf(
        InboundEvent.Onboard.class,
        read(old("\"type\":\"app_status_change\",\"status\":\"start_by_tenant\"")).orElseThrow());
  }

  @Test
  void removalAndStopAreCancellations() {
    for (String event :
        List.of(
            "\"type\":\"app_uninstalled\"",
            "\"type\":\"app_status_change\",\"status\":\"stop_by_tenant\"",
            "\"type\":\"app_status_change\",\"status\":\"stop_by_platform\"")) {
      assertEquals(
          "t1",
          assertInstanceOf(InboundEvent.Cancelled.class, read(old(event)).orElseThrow())
              .bindingId());
    }
    assertTrue(read(old("\"type\":\"app_status_change\",\"status\":\"new\"")).isEmpty());
  }

  @Test
  void ticketIsKeptAndAnOlderOneDoesNotReplaceIt() {
    assertFalse(tokens.hasTicket());
    assertTrue(read(old("\"type\":\"app_ticket\",\"app_ticket\":\"new\"")).isEmpty());
    String older = old("\"type\":\"app_ticket\",\"app_ticket\":\"old\"");
    assertTrue(read(older.replace("1502199207", "1502190000")).isEmpty());
    assertEquals("1502199207717 new", context.state().get("app_ticket").orElseThrow());
  }

  @Test
  void thumbOnAnAnswerIsFeedback() {
    answers.put(FeishuEvents.answerId("t1", "om_9"), "call-9");
    assertEquals(1, feedback("created", "THUMBSUP").rating());
    assertEquals(-1, feedback("created", "ThumbsDown").rating());
    assertEquals(0, feedback("deleted", "ThumbsDown").rating());
    assertEquals("call-9", feedback("created", "THUMBSUP").callId());
    assertTrue(read(reaction("created", "SMILE")).isEmpty());
    assertTrue(read(reaction("created", "THUMBSUP").replace("om_9", "om_8")).isEmpty());
  }

  @Test
  void malformedIsThePartnersFault() {
    assertThrows(ChannelException.class, () -> read("{\"schema\":\"2.0\",\"event\":{}}"));
    assertThrows(
        ChannelException.class,
        () -> read(direct("p2p", "x", "").replace("1608725989000", "yesterday")));
    assertThrows(
        ChannelException.class,
        () -> read(old("\"type\":\"app_open\"").replace("1502199207.7171419", "1e9")));
    assertTrue(read("{}").isEmpty());
  }

  @Test
  void answerMentionsNobodyAndIsCut() {
    assertEquals("＜at user_id=\"all\"></at>", FeishuDelivery.text("<at user_id=\"all\"></at>"));
    String cut = FeishuDelivery.text("😀".repeat(20_000));
    assertTrue(cut.length() <= FeishuDelivery.TEXT_MAX_CHARS && cut.endsWith("😀…"));
  }

  @Test
  void measuresMessagesAndResolvedConversations() {
    MessageMeters meters = new MessageMeters();
    assertEquals(
        List.of(new Quantity("messages", 1), new Quantity("resolved_conversations", 1)),
        meters.measure(new Completion("c", "t1", "x", true, true, 3, 4)));
    assertEquals(
        List.of(new Quantity("messages", 1)),
        meters.measure(new Completion("c", "t1", "x", true, false, 3, 4)));
  }

  private InboundEvent.Feedback feedback(String how, String emoji) {
    return assertInstanceOf(InboundEvent.Feedback.class, read(reaction(how, emoji)).orElseThrow());
  }

  private InboundEvent.Message message(String body) {
    return assertInstanceOf(InboundEvent.Message.class, read(body).orElseThrow());
  }

  private Optional<InboundEvent> read(String body) {
    return events.read(Json.object(body));
  }

  private static String direct(String chatType, String text, String more) {
    return header("im.message.receive_v1")
        + "{\"sender\":{\"sender_id\":{\"open_id\":\"ou_1\"},\"sender_type\":\"user\"},"
        + "\"message\":{\"message_id\":\"om_1\",\"chat_id\":\"oc_1\",\"chat_type\":\""
        + chatType
        + "\",\"message_type\":\"text\",\"content\":\"{\\\"text\\\":\\\""
        + text
        + "\\\"}\""
        + more
        + "}}}";
  }

  private static String reaction(String how, String emoji) {
    return header("im.message.reaction." + how + "_v1")
        + "{\"message_id\":\"om_9\",\"reaction_type\":{\"emoji_type\":\""
        + emoji
        + "\"},\"operator_type\":\"user\",\"user_id\":{\"open_id\":\"ou_1\"}}}";
  }

  private static String header(String type) {
    return "{\"schema\":\"2.0\",\"header\":{\"event_id\":\"e1\",\"event_type\":\""
        + type
        + "\",\"create_time\":\"1608725989000\",\"token\":\"x\",\"app_id\":\"cli_1\","
        + "\"tenant_key\":\"t1\"},\"event\":";
  }

  private static String old(String event) {
    return "{\"ts\":\"1502199207.7171419\",\"uuid\":\"u1\",\"token\":\"x\","
        + "\"type\":\"event_callback\",\"event\":{\"app_id\":\"cli_1\",\"tenant_key\":\"t1\","
        + event
        + "}}";
  }
}
