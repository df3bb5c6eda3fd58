package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Idempotency.Claim;
import dev.weir.core.port.Idempotency.Fresh;
import dev.weir.core.port.Idempotency.InProgress;
import dev.weir.core.port.Idempotency.Mismatch;
import dev.weir.core.port.Idempotency.Replay;
import dev.weir.core.port.Idempotency.Ticket;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdempotencyTest {

  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final Ports ports = MemoryPorts.create(clock);
  private final Idempotency idempotency = new Idempotency(ports);

  private Claim begin(String key, String body) {
    return idempotency.begin("alice", "POST /v1/jobs", key, body);
  }

  private Ticket fresh(String key, String body) {
    return assertInstanceOf(Fresh.class, begin(key, body)).ticket();
  }

  @Test
  void theFirstIsFreshAndTheNextIsAnsweredTheSame() {
    Ticket ticket = fresh("k", "body");
    assertEquals(new InProgress(60), begin("k", "body"));
    assertTrue(idempotency.complete(ticket, 201, "{\"id\":1}"));
    assertEquals(new Replay(201, "{\"id\":1}"), begin("k", "body"));
    assertEquals(new Mismatch(), begin("k", "other"));
  }

  @Test
  void anotherBodyIsAMismatchWhileInProgressToo() {
    fresh("k", "body");
    assertEquals(new Mismatch(), begin("k", "other"));
  }

  @Test
  void principalsAndRoutesDoNotMeet() {
    fresh("k", "body");
    assertInstanceOf(Fresh.class, idempotency.begin("bob", "POST /v1/jobs", "k", "body"));
    assertInstanceOf(Fresh.class, idempotency.begin("alice", "POST /v1/keys", "k", "body"));
    assertInstanceOf(Fresh.class, idempotency.begin("alicePOST", " /v1/jobs", "k", "body"));
  }

  @Test
  void anAnswerIsKeptForADay() {
    assertTrue(idempotency.complete(fresh("k", "body"), 200, "1"));
    clock.advance(Idempotency.KEPT.minusMillis(1));
    assertEquals(new Replay(200, "1"), begin("k", "body"));
    clock.advance(Duration.ofMillis(1));
    assertInstanceOf(Fresh.class, begin("k", "body"));
  }

  @Test
  void aRequestThatNeverEndedCanBeTakenOverButNotCompletedTwice() {
    Ticket lost = fresh("k", "body");
    clock.advance(Idempotency.LEASE);
    Ticket second = fresh("k", "body");
    assertFalse(idempotency.complete(lost, 200, "late"));
    assertTrue(idempotency.complete(second, 200, "answer"));
    assertTrue(idempotency.complete(second, 200, "answer"), "repeated after a lost answer");
    assertEquals(new Replay(200, "answer"), begin("k", "body"));
  }

  @Test
  void anAbandonedKeyIsFreeAgain() {
    idempotency.abandon(fresh("k", "body"));
    assertInstanceOf(Fresh.class, begin("k", "another body"));
  }

  @Test
  void completionBelongsToTheCommitThatMakesTheAnswerDurable() {
    Ticket lost = fresh("k", "body");
    clock.advance(Idempotency.LEASE);
    Ticket second = fresh("k", "body");
    Write work = Write.put(new Key("work", "1"), "{}", Condition.ABSENT);
    assertEquals(
        new Outcome.Refused(1),
        ports.table().commit(List.of(work, idempotency.completion(lost, 200, "x"))));
    assertTrue(
        ports.table().commit(List.of(work, idempotency.completion(second, 200, "x"))).applied());
  }

  @Test
  void largeAnswersAreKeptWhole() {
    String large = "\"" + "水".repeat(300_000) + "\"";
    assertTrue(idempotency.complete(fresh("k", "body"), 200, large));
    assertEquals(new Replay(200, large), begin("k", "body"));
  }

  @Test
  void keysThatAreNoKeysAreRefused() {
    for (String key : List.of("", "a b", "水", "x".repeat(256))) {
      assertThrows(ProblemException.class, () -> begin(key, "body"));
    }
  }

  @Test
  void ofManyEqualRequestsOneIsFresh() throws Exception {
    List<Claim> claims = TableConcurrencyContract.together(8, () -> begin("k", "body"));
    assertEquals(1, claims.stream().filter(Fresh.class::isInstance).count());
    assertEquals(7, claims.stream().filter(InProgress.class::isInstance).count());
  }
}
