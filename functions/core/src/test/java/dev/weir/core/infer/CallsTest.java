package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Accounts;
import dev.weir.core.channel.Deliver;
import dev.weir.core.json.Json;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CallsTest {

  private final InferWorld world = new InferWorld().deployed(1);
  private final Calls calls = world.calls();

  @Test
  void questionIsAnsweredBilledAndDeliveredByOneCommit() {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    Call.Question asked = ask("m1", "C1", "refund?");

    Call.Done done = over(calls.run(asked.callId()), Call.Done.class);

    assertEquals(Map.of("calls", 1L, "compute_us", 1500L), world.metered());
    assertTrue(done.firstAnswer());
    Deliver deliver = delivered().getFirst();
    assertEquals("Within 14 days.", deliver.text());
    assertEquals("T1", deliver.bindingId());
    assertEquals(Map.of("thread", "7"), deliver.attributes());
    assertEquals(asked.callId(), deliver.key());
    assertTrue(deliver.firstAnswer());
  }

  @Test
  void sameEventIsOneCall() {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    Call.Question asked = ask("m1", "C1", "refund?");
    calls.enqueue(asked);
    calls.run(asked.callId());
    calls.enqueue(asked);
    calls.run(asked.callId());

    assertEquals(1, world.metered().get("calls"));
    assertEquals(1, delivered().size());
    assertEquals(1, world.client.asked.size());
  }

  @Test
  void manyAttemptsAtOnceBillOnce() throws Exception {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    Call.Question asked = ask("m1", "C1", "refund?");
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Calls.Ran>> runs =
          IntStream.range(0, 8)
              .<Callable<Calls.Ran>>mapToObj(_ -> () -> calls.run(asked.callId()))
              .toList();
      for (var run : pool.invokeAll(runs)) {
        run.get();
      }
    }
    over(calls.run(asked.callId()), Call.Done.class);
    assertEquals(1, world.metered().get("calls"));
    assertEquals(1, delivered().size());
  }

  @Test
  void workerLostInMidCallIsTriedAgainAfterwards() {
    world
        .client
        .then((_, _, _) -> {
          throw new IOException("killed");
        })
        .thenText("refund", 0.97, true, "Within 14 days.");
    Call.Question asked = ask("m1", "C1", "refund?");

    assertInstanceOf(Calls.Later.class, calls.run(asked.callId()));
    assertEquals(Map.of(), world.metered());
    over(calls.run(asked.callId()), Call.Done.class);
    assertEquals(1, world.metered().get("calls"));
  }

  @Test
  void attemptThatDiedIsTakenOverWhenItsLeaseEnds() {
    Call.Question asked = ask("m1", "C1", "refund?");
    world.client.then((_, _, _) -> {
      throw new IllegalStateException("the process died here");
    });
    try {
      calls.run(asked.callId());
    } catch (IllegalStateException e) {
      assertEquals("the process died here", e.getMessage());
    }
    assertInstanceOf(Calls.Later.class, calls.run(asked.callId()));
    world.clock.advance(Calls.LEASE);
    world.lease("boot-0", List.of(InferWorld.VERSION));
    world.client.turns.clear();
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    over(calls.run(asked.callId()), Call.Done.class);
    assertEquals(1, world.metered().get("calls"));
  }

  @Test
  void callThatNeverSucceedsFailsUnbilledAndTellsWhoAskedOnce() {
    world.client.thenStatus(503);
    Call.Question asked = ask("m1", "C1", "refund?");
    for (int i = 1; i < Calls.ATTEMPTS_MAX; i++) {
      assertInstanceOf(Calls.Later.class, calls.run(asked.callId()));
    }
    assertEquals(List.of(), delivered());
    over(calls.run(asked.callId()), Call.Failed.class);
    over(calls.run(asked.callId()), Call.Failed.class);
    assertEquals(Map.of(), world.metered());
    Deliver told = only(delivered());
    assertEquals("I am sorry, I cannot answer right now. Please try again later.", told.text());
    assertTrue(told.notice());
    assertFalse(told.answered());
    assertEquals(asked.attributes(), told.attributes());
  }

  @Test
  void whoAskedInChineseIsToldInChinese() {
    Call.Question asked = ask("m1", "C1", "怎么退货？");
    new Accounts(world.ports).end(world.agreement.id(), world.clock.instant());
    over(calls.run(asked.callId()), Call.Failed.class);
    assertEquals("抱歉，这项服务目前不可用。", only(delivered()).text());
  }

  private static Deliver only(List<Deliver> delivered) {
    assertEquals(1, delivered.size());
    return delivered.getFirst();
  }

  @Test
  void callOfAnEndedAgreementFailsAtOnce() {
    Call.Question asked = ask("m1", "C1", "refund?");
    new Accounts(world.ports).end(world.agreement.id(), world.clock.instant());
    Call.Failed failed = over(calls.run(asked.callId()), Call.Failed.class);
    assertTrue(failed.reason().contains("ended at"));
  }

  @Test
  void firstSureAnswerOfAConversationIsMarkedOnce() {
    world
        .client
        .thenText("refund", 0.31, false, "")
        .thenText("refund", 0.97, true, "Within 14 days.");
    assertFalse(answer("m1", "C1", "嗯?").firstAnswer());
    assertTrue(answer("m2", "C1", "refund?").firstAnswer());
    assertFalse(answer("m3", "C1", "and now?").firstAnswer());
    assertTrue(answer("m4", "C2", "refund?").firstAnswer());

    world.clock.advance(Conversation.QUIET.plus(Duration.ofMinutes(1)));
    world.lease("boot-0", List.of(InferWorld.VERSION));
    assertTrue(answer("m5", "C1", "refund?").firstAnswer());
  }

  @Test
  void unsureModelSaysSoInTheLanguageOfTheQuestion() {
    world.client.thenText("refund", 0.31, false, "Within 14 days.");
    assertEquals("抱歉，这个问题我还不知道答案。", answer("m1", "C1", "天气怎么样？").answer().text());
    Call.Answer english = answer("m2", "C1", "What is the weather?").answer();
    assertEquals("I am sorry, I do not know the answer to this.", english.text());
    assertFalse(english.answered());
    assertEquals("0.3100", english.confidence().orElseThrow());
  }

  @Test
  void latestConversationsComeFirstAndOncePerConversation() {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    answer("m1", "C1", "one");
    world.clock.advance(Duration.ofSeconds(1));
    answer("m2", "C2", "two");
    world.clock.advance(Duration.ofSeconds(1));
    answer("m3", "C1", "three");

    Conversations conversations = new Conversations(world.ports);
    List<Conversation> latest = conversations.latest(10);
    assertEquals(List.of("three", "two"), latest.stream().map(Conversation::question).toList());
    assertEquals(2, latest.getFirst().messages());
    assertEquals(latest, conversations.latest("slack-emea", 10));
    assertEquals(List.of(), conversations.latest("feishu-cn", 10));
  }

  @Test
  void factsCarryNothingThatWasSaid() {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    answer("m1", "C1", "my name is Ada");
    String facts = Json.write(world.facts());
    for (String personal : List.of("Ada", "14 days", "U1", "T1", "C1")) {
      assertFalse(facts.contains(personal), facts);
    }
  }

  @Test
  void forgottenPersonsWordsAreGoneAndNumbersStay() {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    Call.Question asked = ask("m1", "C1", "my name is Ada");
    calls.run(asked.callId());

    assertEquals(1, new Conversations(world.ports).erase("slack-emea", "T1", "U1"));

    String row = Json.write(calls.get(asked.callId()).orElseThrow());
    assertFalse(row.contains("Ada") || row.contains("14 days") || row.contains("U1"), row);
    Conversation shown = new Conversations(world.ports).latest(1).getFirst();
    assertEquals("", shown.question() + shown.answer());
    assertEquals(1, world.metered().get("calls"));
  }

  private Call.Question ask(String key, String conversation, String text) {
    Call.Question question = InferWorld.question(world, key, conversation, text);
    calls.enqueue(question);
    return question;
  }

  private Call.Done answer(String key, String conversation, String text) {
    return over(calls.run(ask(key, conversation, text).callId()), Call.Done.class);
  }

  private static <T extends Call> T over(Calls.Ran ran, Class<T> type) {
    return assertInstanceOf(type, assertInstanceOf(Calls.Over.class, ran).call());
  }

  private List<Deliver> delivered() {
    Queue queue = world.ports.queue(Queues.deliver("slack-emea"));
    return queue.receive(10, Duration.ofSeconds(1)).stream()
        .map(message -> Json.read(message.body(), Deliver.class))
        .toList();
  }
}
