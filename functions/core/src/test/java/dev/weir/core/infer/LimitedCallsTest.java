package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.ChangeAgreement;
import dev.weir.core.account.Term;
import dev.weir.core.json.Json;
import dev.weir.core.limit.Limit;
import dev.weir.core.limit.Limits;
import dev.weir.core.meter.Budgets;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.port.memory.Faults;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Calls under limits: what is refused, and that budgets count exactly what is billed. */
class LimitedCallsTest {

  private static final String BODY = "{\"instances\":[{\"text\":\"refund?\"}]}";
  private static final String ASK =
      """
      {"model":"service-desk","stream":true,"max_tokens":50,
       "messages":[{"role":"user","content":"hello"}]}\
      """;

  private InferWorld world = new InferWorld();

  private void limit(String of, long perMonth) {
    new Limits(world.ports)
        .put(new Limit.Budget(of.replace('_', '-'), "vendor", of, perMonth, true));
    world.clock.advance(Duration.ofSeconds(10));
  }

  private Budgets.State state(String of) {
    return new Budgets(world.ports)
        .state(Budgets.Of.at(of.replace('_', '-'), of, world.clock.instant()));
  }

  private static Problem refused(Runnable call) {
    return assertThrows(ProblemException.class, call::run).problem();
  }

  @Test
  void aReplayIsFreeAndAFailureGivesBackWhatItHeld() {
    limit("calls", 2);
    world.deployed(1);
    Predict predict = world.predict();
    world.client.thenStatus(503).thenText("refund", 0.9, true, "Yes.");
    refused(() -> predict.predict(world.caller, "service-desk", BODY, Optional.of("k")));
    assertEquals(new Budgets.State(0, 0, 0), state("calls"));
    for (int i = 0; i < 5; i++) {
      predict.predict(world.caller, "service-desk", BODY, Optional.of("k"));
    }
    assertEquals(new Budgets.State(1, 0, 0), state("calls"));
    predict.predict(world.caller, "service-desk", BODY, Optional.empty());
    assertEquals(new Budgets.State(2, 0, 0), state("calls"));

    Problem quota =
        refused(() -> predict.predict(world.caller, "service-desk", BODY, Optional.empty()));
    assertEquals(402, quota.status());
    assertEquals(
        "insufficient_quota",
        Json.parseTree(OpenAiError.body(quota)).path("error").path("type").asText());
    assertTrue(predict.predict(world.caller, "service-desk", BODY, Optional.of("k")).replayed());
  }

  @Test
  void whatAReplicaMayHaveCountedIsCounted() {
    limit("calls", 5);
    world.deployed(1);
    world.client.then((_, _, _) -> {
      throw new IOException("reset by peer");
    });
    refused(() -> world.predict().predict(world.caller, "service-desk", BODY, Optional.empty()));
    assertEquals(new Budgets.State(1, 0, 0), state("calls")); // in its journal, perhaps
    refused(() -> world.predict().predict(world.caller, "service-desk", BODY, Optional.of("k")));
    assertEquals(new Budgets.State(1, 0, 0), state("calls")); // by a row that was not written
  }

  @Test
  void aStreamThatBreaksOffSettlesToWhatIsBilled() throws Exception {
    limit("output_tokens", 1000);
    limit("input_tokens", 100_000);
    String events =
        "data: %s\n\ndata: %s\n\n".formatted(FakeOpenAi.chunk("你好"), FakeOpenAi.chunk("世界"));
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, events))) {
      world.connected(service.baseUrl());
      List<String> got = new ArrayList<>();
      refused(() -> world.chat().stream(world.caller, ASK, Optional.empty(), got::add));
      assertEquals(4L, world.metered().get("output_tokens"));
      assertEquals(new Budgets.State(4, 0, 0), state("output_tokens"));
      assertEquals(world.metered().get("input_tokens"), state("input_tokens").spent());
      assertThrows(
          IllegalStateException.class,
          () ->
              world.chat().stream(
                  world.caller,
                  ASK,
                  Optional.empty(),
                  event -> {
                    throw new IllegalStateException("gone");
                  }));
      assertEquals(new Budgets.State(4, 0, 0), state("output_tokens")); // nothing was delivered
    }
  }

  @Test
  void aServiceThatSendsMoreThanWasAskedForIsNotPaidForIt() throws Exception {
    limit("output_tokens", 100);
    String events = "data: %s\n\n".formatted(FakeOpenAi.chunk("好".repeat(80)));
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, events))) {
      world.connected(service.baseUrl());
      refused(() -> world.chat().stream(world.caller, ASK, Optional.empty(), _ -> {}));
      assertEquals(50L, world.metered().get("output_tokens"));
      assertEquals(new Budgets.State(50, 0, 0), state("output_tokens"));
    }
  }

  @Test
  void aSmallQuotaIsUsableWhereTheServiceIsKnownToAddLittle() throws Exception {
    limit("input_tokens", 1_000);
    limit("output_tokens", 100);
    String usage = "{\"prompt_tokens\":%d,\"completion_tokens\":3,\"total_tokens\":%d}";
    String honest = usage.formatted(12, 15);
    try (var service =
        new FakeOpenAi(
            (exchange, _) -> FakeOpenAi.json(exchange, 200, FakeOpenAi.completion("hi", honest)))) {
      String url = service.baseUrl();
      String ask = ASK.replace("\"stream\":true,", "");
      world.connected(new Endpoint.Remote(url, "m", Optional.empty(), 2000, 64, Optional.empty()));
      Problem refused = refused(() -> world.chat().complete(world.caller, ask, Optional.empty()));
      assertTrue(refused.detail().startsWith("limit input-tokens: 1000 of"), refused.detail());

      world.connected(new Endpoint.Remote(url, "m", Optional.empty(), 2000, 64, Optional.of(100)));
      world.chat().complete(world.caller, ask, Optional.empty());
      assertEquals(new Budgets.State(12, 0, 0), state("input_tokens"));
    }
    String claimed = usage.formatted(700, 703);
    try (var service =
        new FakeOpenAi((exchange, _) ->
            FakeOpenAi.json(exchange, 200, FakeOpenAi.completion("hi", claimed)))) {
      world.connected(
          new Endpoint.Remote(
              service.baseUrl(), "m", Optional.empty(), 2000, 64, Optional.of(100)));
      world.chat().complete(world.caller, ASK.replace("\"stream\":true,", ""), Optional.empty());
      assertTrue(state("input_tokens").spent() < 40, "a claim above bytes + 100 is not believed");
    }
  }

  @Test
  void aQueuedCallHoldsItsBudgetFromItsBeginningToItsEnd() {
    limit("calls", 1);
    world.deployed(1);
    Calls calls = world.calls();
    List<Budgets.State> during = new ArrayList<>();
    world.client.then((_, _, _) -> {
      during.add(state("calls"));
      throw new IOException("lost");
    });
    Call.Question first = asked("m1");
    calls.enqueue(first);
    assertInstanceOf(Calls.Later.class, calls.run(first.callId()));
    assertEquals(List.of(new Budgets.State(0, 1, 0)), during);
    assertEquals(new Budgets.State(0, 0, 0), state("calls"));

    world.client.turns.clear();
    world.client.thenText("refund", 0.9, true, "Yes.");
    assertInstanceOf(Call.Done.class, over(calls.run(first.callId())));
    assertEquals(new Budgets.State(1, 0, 0), state("calls"));

    Call.Question second = asked("m2");
    calls.enqueue(second);
    Call.Failed failed = assertInstanceOf(Call.Failed.class, over(calls.run(second.callId())));
    assertEquals(
        "limit calls: 0 of the month's 1 calls left on vendor, this call may need 1",
        failed.reason());
    assertEquals(1L, world.metered().get("calls"));
  }

  @Test
  void aQueuedCallAboveItsRateWaitsAndIsNoAttempt() {
    new Limits(world.ports).put(new Limit.Rate("slow", "channel:slack-emea", "calls", 1));
    world.deployed(1);
    world.client.thenText("refund", 0.9, true, "Yes.");
    Calls calls = world.calls();
    calls.enqueue(asked("m1"));
    calls.enqueue(asked("m2"));
    over(calls.run(asked("m1").callId()));
    for (int i = 0; i < Calls.ATTEMPTS_MAX + 1; i++) {
      Calls.Later later = assertInstanceOf(Calls.Later.class, calls.run(asked("m2").callId()));
      assertTrue(later.reason().startsWith("limit slow:"), later.reason());
    }
    world.clock.advance(Duration.ofMinutes(1));
    world.lease("boot-0", List.of(InferWorld.VERSION));
    over(calls.run(asked("m2").callId()));
  }

  @Test
  void aPausedAgreementIsRefusedWithTheReason() {
    world.deployed(1);
    Call.Question asked = asked("m1");
    world.calls().enqueue(asked);
    new ChangeAgreement(world.ports)
        .change(
            world.agreement.id(),
            world.clock.instant(),
            Term.Kind.PAUSED,
            agreement -> new ChangeAgreement.Pinned.To(agreement.planId(), 1));
    Call.Failed failed =
        assertInstanceOf(Call.Failed.class, over(world.calls().run(asked.callId())));
    assertTrue(failed.reason().contains("is paused since"), failed.reason());
  }

  /** The process dies at every step of a queued call's way in turn; another takes the call over. */
  @Test
  void aCrashAtAnyStepLeavesNoReservationAndCountsTheCallOnce() {
    int steps = 0;
    for (int step = 1; step < 200 && steps == 0; step++) {
      SettableClock clock = new SettableClock(Instant.parse("2026-11-01T00:00:00Z"));
      Faults faults = Faults.none();
      MemoryPorts memory = new MemoryPorts(clock);
      world = new InferWorld(memory.ports(), clock);
      limit("calls", 3);
      world.deployed(1);
      world.client.thenText("refund", 0.9, true, "Yes.");
      world.calls().enqueue(asked("m1"));
      Endpoints seen = new Endpoints(faults.around(memory.ports()), "http://127.0.0.1:1");
      Calls dying = new Calls(faults.around(memory.ports()), seen, world.replicas, world.client);
      faults.crashAt(step);
      try {
        dying.run(asked("m1").callId());
        steps = step;
      } catch (Crash e) {
        // as planned
      }
      clock.advance(Duration.ofMinutes(5));
      world.lease("boot-0", List.of(InferWorld.VERSION));
      over(world.calls().run(asked("m1").callId()));
      new Budgets(memory.ports()).expire();
      Budgets.State state = state("calls");
      assertEquals(1, state.spent(), "crash at step " + step);
      assertEquals(0, state.reserved(), "crash at step " + step);
      assertEquals(1L, world.metered().get("calls"));
    }
    assertTrue(steps > 10, "ended after " + steps);
  }

  private Call.Question asked(String key) {
    return InferWorld.question(world, key, "C1", "refund?");
  }

  private static Call over(Calls.Ran ran) {
    return assertInstanceOf(Calls.Over.class, ran, ran::toString).call();
  }
}
