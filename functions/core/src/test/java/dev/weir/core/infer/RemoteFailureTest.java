package dev.weir.core.infer;

import static dev.weir.core.infer.InferWorld.ASK;
import static dev.weir.core.infer.InferWorld.ASK_STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a caller is told of a remote service that fails: nothing of it is billed. */
final class RemoteFailureTest {

  private final InferWorld world = new InferWorld();

  @Test
  void serviceThatIsDownIsABadGateway() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    world.connected("http://127.0.0.1:" + port + "/v1");
    world.assertRefused(ASK, 502, "is down");
  }

  @Test
  void serviceThatIsSlowIsAGatewayTimeout() throws Exception {
    try (var service = new FakeOpenAi((_, _) -> FakeOpenAi.sleep(3000))) {
      world.connected(
          new Endpoint.Remote(
              service.baseUrl(), "m", Optional.empty(), 200, 100, Optional.empty()));
      world.assertRefused(ASK, 504, "no answer in 200 ms");
    }
  }

  @Test
  void answerThatIsNotTheProtocolIsABadGateway() throws Exception {
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.json(exchange, 200, "<html>"))) {
      world.connected(service.baseUrl());
      world.assertRefused(ASK, 502, "malformed JSON");
      world.assertRefused(ASK_STREAM, 502, "where a stream was asked for");
    }
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.json(exchange, 200, "{}"))) {
      world.connected(service.baseUrl());
      world.assertRefused(ASK, 502, "without choices");
    }
  }

  @Test
  void busyServiceSaysWhenToComeAgain() throws Exception {
    try (var service =
        new FakeOpenAi((exchange, _) -> {
          exchange.getResponseHeaders().set("Retry-After", "17");
          FakeOpenAi.json(exchange, 429, "{}");
        })) {
      world.connected(service.baseUrl());
      Problem problem = assertThrows(ProblemException.class, () -> world.complete(ASK)).problem();
      assertEquals(Optional.of(17L), problem.retryAfterSeconds());
    }
  }

  @Test
  void redirectIsNotFollowedAndAHugeAnswerIsNotRead() throws Exception {
    try (var service =
        new FakeOpenAi((exchange, _) -> {
          exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
          FakeOpenAi.json(exchange, 307, "{}");
        })) {
      world.connected(service.baseUrl());
      world.assertRefused(ASK, 502, "answered 307, a redirect");
      world.assertRefused(ASK_STREAM, 502, "answered 307, a redirect");
    }
    String huge = "\"" + "x".repeat(RemoteCall.ANSWER_MAX_BYTES) + "\"";
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.json(exchange, 200, huge))) {
      world.connected(service.baseUrl());
      world.assertRefused(ASK, 502, "answered more than 8388608 B");
    }
  }

  @ParameterizedTest
  @CsvSource({"500,502", "404,502", "401,502", "429,503", "503,503", "400,400"})
  void everyRefusalHasItsStatus(int theirs, int ours) throws Exception {
    try (var service =
        new FakeOpenAi((exchange, _) ->
            FakeOpenAi.json(exchange, theirs, "{\"error\":{\"message\":\"no\"}}"))) {
      world.connected(service.baseUrl());
      world.assertRefused(ASK, ours, "");
    }
  }
}
