package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.ApiKeys;
import dev.weir.core.account.Suspensions;
import dev.weir.core.channel.Deliver;
import dev.weir.core.json.Json;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An agreement whose invoice is too long open is answered on no road until it is paid. */
class SuspendedCallsTest {

  private static final String BODY = "{\"instances\":[{\"text\":\"refund?\"}]}";
  private static final String INVOICE = "invoice 7 of vendor";

  private final InferWorld world = new InferWorld().deployed(1);
  private final Suspensions suspensions = new Suspensions(world.ports.table());

  private void suspend() {
    assertTrue(
        world
            .ports
            .table()
            .commit(suspensions.suspending(world.agreement.id(), INVOICE, world.clock.instant()))
            .applied());
  }

  private void pay() {
    assertTrue(
        world.ports.table().commit(suspensions.lifting(world.agreement.id(), INVOICE)).applied());
  }

  private List<String> said() {
    return world
        .ports
        .queue(Queues.deliver("slack-emea"))
        .receive(Queue.RECEIVE_MAX, Duration.ofMinutes(1))
        .stream()
        .map(message -> Json.read(message.body(), Deliver.class).text())
        .toList();
  }

  @Test
  void noKeyOfItIsLetInFromTheNextCallOn() {
    ApiKeys keys = new ApiKeys(world.ports);
    suspend();
    Problem problem =
        assertThrows(ProblemException.class, () -> keys.authenticate(world.secret)).problem();
    assertEquals(402, problem.status());
    assertEquals("/problems/agreement-suspended", problem.type());
    assertEquals(
        "agreement %s is not served since 2026-11-01T00:00:00Z: invoice 7 of vendor is open"
            .formatted(world.agreement.id()),
        problem.detail());
    assertEquals(
        "agreement-suspended",
        Json.parseTree(OpenAiError.body(problem)).at("/error/code").asText());
    pay();
    assertEquals(world.agreement.id(), keys.authenticate(world.secret).agreement().id());
  }

  @Test
  void aQuestionInAChatIsAnsweredByASentenceAndCostsNothing() {
    world.client.thenText("refund", 0.9, true, "Yes.");
    suspend();
    Calls calls = world.calls();
    for (String text : List.of("refund?", "可以退款吗？")) {
      Call.Question asked = InferWorld.question(world, text, "C" + text.length(), text);
      calls.enqueue(asked);
      Calls.Over over = assertInstanceOf(Calls.Over.class, calls.run(asked.callId()));
      assertTrue(
          assertInstanceOf(Call.Failed.class, over.call()).reason().endsWith("vendor is open"));
    }
    assertEquals(List.of(), world.client.asked, "no replica was asked");
    assertEquals(List.of(), world.facts());
    List<String> said = said();
    assertTrue(said.get(0).contains("suspended for your organisation"), said::toString);
    assertTrue(said.get(1).contains("已暂停"), said::toString);

    pay();
    Call.Question asked = InferWorld.question(world, "later", "C1", "refund?");
    calls.enqueue(asked);
    assertInstanceOf(
        Call.Done.class, assertInstanceOf(Calls.Over.class, calls.run(asked.callId())).call());
  }

  @Test
  void whatWasToBeAnsweredLaterIsNotAnsweredAnyMore() {
    world.client.thenText("refund", 0.9, true, "Yes.");
    Operations operations =
        new Operations(world.ports, world.endpoints, world.replicas, world.client);
    Reply accepted = operations.predict(world.caller, InferWorld.ENDPOINT, BODY, Optional.empty());
    String id = Json.parseTree(accepted.body()).path("id").asText();
    suspend();
    assertEquals(Optional.empty(), operations.run(id));
    assertEquals(
        402, Json.parseTree(operations.get(world.caller, id).body()).path("status").asInt());
    assertEquals(List.of(), world.client.asked, "no replica was asked");
  }
}
