package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.json.Json;
import dev.weir.core.port.Idempotency;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class PredictTest {

  private static final String BODY = "{\"instances\":[{\"text\":\"hello\"}]}";

  @Test
  void replicaAnswersAndTheGrantNamesTheCall() {
    InferWorld world = new InferWorld().deployed(1);
    byte[] key = world.endpoints.grantKey(InferWorld.ENDPOINT);
    world.client.then((_, token, _) -> {
      Grant grant = Grant.verify(token, key, InferWorld.ENDPOINT, world.clock);
      assertEquals(Grant.Billing.JOURNAL, grant.billing());
      assertEquals("slack-emea", grant.channelId());
      String body = "{\"predictions\":[],\"saw\":\"" + grant.callId() + "\"}";
      return new ReplicaClient.Reply(200, body, Optional.empty());
    });

    Reply reply = predict(world, BODY, Optional.empty());

    var body = Json.parseTree(reply.body());
    assertEquals(body.path("saw").asText(), body.path("id").asText());
    assertEquals(InferWorld.VERSION, body.path("version").asText());
    assertEquals(List.of(), world.facts(), "the replica's journal counts it");
  }

  @Test
  void repeatedRequestIsReplayedAndReachesNoReplica() {
    InferWorld world = new InferWorld().deployed(1);
    world.client.thenText("hi", 0.9, true, "Hello!");

    Reply first = predict(world, BODY, Optional.of("k1"));
    Reply again = predict(world, BODY, Optional.of("k1"));

    assertFalse(first.replayed());
    assertTrue(again.replayed());
    assertEquals(first.body(), again.body());
    assertEquals(1, world.client.asked.size());
    Problem other = refusal(world, "{\"instances\":[{\"text\":\"x\"}]}", Optional.of("k1"));
    assertEquals(422, other.status());
  }

  @Test
  void requestUnderOneKeyIsCountedOnceThoughTwoAttemptsWereAnswered() {
    InferWorld world = new InferWorld().deployed(1);
    byte[] key = world.endpoints.grantKey(InferWorld.ENDPOINT);
    AtomicReference<Reply> second = new AtomicReference<>();
    world.client.then((_, token, _) -> {
      Grant grant = Grant.verify(token, key, InferWorld.ENDPOINT, world.clock);
      assertEquals(Grant.Billing.ROW, grant.billing(), "no journal counts it");
      // It takes so long that the customer's second try takes its place.
      world.clock.advance(Idempotency.LEASE.plusSeconds(1));
      world.lease("boot-0", List.of(InferWorld.VERSION));
      second.set(predict(world, BODY, Optional.of("k1")));
      String body = "{\"predictions\":[],\"usage\":{\"computeUs\":1400}}";
      return new ReplicaClient.Reply(200, body, Optional.empty());
    });
    world.client.thenText("hi", 0.9, true, "Hello!");

    assertEquals(503, refusal(world, BODY, Optional.of("k1")).status());

    assertEquals(Map.of("calls", 1L, "compute_us", 1500L), world.metered());
    assertEquals(second.get().body(), predict(world, BODY, Optional.of("k1")).body());
    assertEquals(Map.of("calls", 1L, "compute_us", 1500L), world.metered());
  }

  @Test
  void failureGivesTheKeyBack() {
    InferWorld world = new InferWorld().deployed(1);
    world.client.thenStatus(429).thenText("hi", 0.9, true, "Hello!");

    assertEquals(429, refusal(world, BODY, Optional.of("k1")).status());
    assertEquals(200, predict(world, BODY, Optional.of("k1")).status());
  }

  @Test
  void sleepingEndpointSaysWhenToComeBack() {
    InferWorld world = new InferWorld().deployed(0);
    Problem problem = refusal(world, BODY, Optional.empty());
    assertEquals(503, problem.status());
    assertTrue(problem.retryAfterSeconds().isPresent());
  }

  @Test
  void replicaWithoutTheVersionGetsNoCall() {
    InferWorld world = new InferWorld().deployed(0);
    world.lease("boot-loading", List.of());
    assertEquals(503, refusal(world, BODY, Optional.empty()).status());
  }

  @Test
  void replicaWhoseLeaseEndedGetsNoCall() {
    InferWorld world = new InferWorld().deployed(1);
    world.clock.advance(Replicas.LEASE.plusSeconds(1));
    assertEquals(List.of(), world.replicas.list(InferWorld.ENDPOINT));
    assertEquals(503, refusal(world, BODY, Optional.empty()).status());
  }

  @Test
  void unreachableOrBusyReplicaIsPassedOver() {
    InferWorld world = new InferWorld().deployed(3);
    world
        .client
        .then((_, _, _) -> notReached())
        .thenStatus(503)
        .thenText("hi", 0.9, true, "Hello!");
    assertEquals(200, predict(world, BODY, Optional.empty()).status());
    assertEquals(3, world.client.asked.stream().distinct().count());
  }

  @Test
  void fullQueuesEverywhereAreToldWithRetryAfter() {
    InferWorld world = new InferWorld().deployed(2);
    world.client.thenStatus(429);
    Problem problem = refusal(world, BODY, Optional.empty());
    assertEquals(429, problem.status());
    assertEquals(3, problem.retryAfterSeconds().orElseThrow());
    assertEquals(2, world.client.asked.size());
  }

  @Test
  void callLostInMidAnswerIsNotMadeTwice() {
    InferWorld world = new InferWorld().deployed(2);
    world.client.then((_, _, _) -> {
      throw new IOException("connection reset");
    });
    Problem problem = refusal(world, BODY, Optional.empty());
    assertEquals(502, problem.status());
    assertEquals(1, world.client.asked.size());
  }

  @Test
  void slowReplicaIsAGatewayTimeout() {
    InferWorld world = new InferWorld().deployed(1);
    world.client.then((_, _, _) -> {
      throw new HttpTimeoutException("no answer in 25000 ms");
    });
    assertEquals(504, refusal(world, BODY, Optional.empty()).status());
  }

  @Test
  void replicasOwnRefusalReachesTheSender() {
    InferWorld world = new InferWorld().deployed(1);
    world.client.thenStatus(422);
    Problem problem = refusal(world, BODY, Optional.empty());
    assertEquals(422, problem.status());
    assertEquals("said so", problem.detail());
  }

  @Test
  void badBodiesAreRefusedBeforeAnyReplica() {
    InferWorld world = new InferWorld().deployed(1);
    assertEquals(400, refusal(world, "{\"instances\":[", Optional.empty()).status());
    assertEquals(422, refusal(world, "{\"instances\":7}", Optional.empty()).status());
    assertEquals(
        "batch size 0 < 1", refusal(world, "{\"instances\":[]}", Optional.empty()).detail());
    String many = "{\"instances\":[" + "{},".repeat(1200) + "{}]}";
    Problem tooMany = refusal(world, many, Optional.empty());
    assertEquals(413, tooMany.status());
    assertEquals("batch size 1201 > 1000", tooMany.detail());
    String large =
        "{\"instances\":[{\"text\":\"" + "x".repeat(InferLimits.BODY_MAX_BYTES) + "\"}]}";
    assertEquals(413, refusal(world, large, Optional.empty()).status());
    assertEquals(0, world.client.asked.size());
  }

  @Test
  void modelOfAnotherProductIsNotFound() {
    InferWorld world = new InferWorld().deployed(1);
    Problem problem =
        assertThrows(
                ProblemException.class,
                () -> world.predict().predict(world.caller, "nothing", BODY, Optional.empty()))
            .problem();
    assertEquals(404, problem.status());
    assertEquals(
        "model \"nothing\" is not in product care, which has \"service-desk\"", problem.detail());
  }

  @Test
  void leaseNeedsTheEndpointsToken() {
    InferWorld world = new InferWorld().deployed(1);
    Replica.Lease asked =
        new Replica.Lease(InferWorld.ENDPOINT, "http://127.0.0.1:9", "h", "b", List.of(), 0, false);
    ProblemException refused =
        assertThrows(ProblemException.class, () -> world.replicas.lease("guess", asked));
    assertEquals(401, refused.problem().status());
  }

  @Test
  void leaseTellsVersionsKeyAndClock() {
    InferWorld world = new InferWorld().deployed(0);
    world.clock.advance(Duration.ofHours(1));
    String token =
        world.ports.secrets().get("endpoints/" + InferWorld.ENDPOINT + "/token").orElseThrow();
    long workers = world.clock.millis() - 3_600_000;
    Replica.Leased leased =
        world.replicas.lease(
            token,
            new Replica.Lease(
                InferWorld.ENDPOINT, "http://127.0.0.1:9", "h", "b", List.of(), workers, false));
    assertEquals(3_600_000, leased.clockOffsetMs());
    assertEquals(InferWorld.VERSION, leased.models().getFirst().version());
    assertTrue(leased.models().getFirst().files().containsKey("model.onnx"));
  }

  @Test
  void versionsAnswerByWeight() {
    Endpoint.Own own =
        new Endpoint.Own(
            List.of(new Endpoint.Weighted("m:1", 9), new Endpoint.Weighted("m:2", 1)), 1);
    long second =
        java.util.stream.LongStream.range(0, 1000).filter(i -> own.choose(i).equals("m:2")).count();
    assertEquals(100, second);
    assertEquals("m:1", own.choose(-3).isEmpty() ? "" : own.choose(0));
  }

  private static ReplicaClient.Reply notReached() throws IOException {
    throw new ReplicaClient.NotReached("refused", new ConnectException());
  }

  private static Reply predict(InferWorld world, String body, Optional<String> key) {
    return world.predict().predict(world.caller, InferWorld.ENDPOINT, body, key);
  }

  private static Problem refusal(InferWorld world, String body, Optional<String> key) {
    return assertThrows(ProblemException.class, () -> predict(world, body, key)).problem();
  }
}
