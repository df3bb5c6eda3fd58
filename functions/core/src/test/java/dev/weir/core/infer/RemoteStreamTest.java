package dev.weir.core.infer;

import static dev.weir.core.infer.InferWorld.ASK_STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a remote service streams, and what is metered of it whoever breaks off. */
final class RemoteStreamTest {

  private final InferWorld world = new InferWorld();

  @Test
  void streamIsPassedOnWhileItComesWithItsUsage() throws Exception {
    String events =
        ": ping\r\n\r\ndata: "
            + FakeOpenAi.chunk("你好")
            + "\r\n\r\ndata:"
            + FakeOpenAi.chunk("，世界")
            + "\n\n"
            + "data: "
            + FakeOpenAi.STOP
            + "\n\ndata: "
            + FakeOpenAi.usageChunk(7, 4)
            + "\n\ndata: [DONE]\n\n";
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, events))) {
      world.connected(service.baseUrl());
      List<String> got = new ArrayList<>();
      world.stream(ASK_STREAM, got::add);

      assertEquals("[DONE]", got.getLast());
      StringBuilder text = new StringBuilder();
      for (String event : got.subList(0, got.size() - 1)) {
        JsonNode chunk = Json.parseTree(event);
        assertEquals("service-desk", chunk.path("model").asText());
        assertFalse(chunk.has("usage"), "the customer did not ask for it");
        text.append(chunk.path("choices").path(0).path("delta").path("content").asText(""));
      }
      assertEquals("你好，世界", text.toString());
      assertTrue(
          Json.parseTree(service.sent()).path("stream_options").path("include_usage").asBoolean());
      assertEquals(Map.of("calls", 1L, "input_tokens", 7L, "output_tokens", 4L), world.metered());
    }
  }

  @Test
  void streamWithoutUsageIsCountedAndMarked() throws Exception {
    String events =
        "data: " + FakeOpenAi.chunk("你好") + "\n\ndata: " + FakeOpenAi.STOP + "\n\ndata: [DONE]\n\n";
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, events))) {
      world.connected(service.baseUrl());
      List<String> got = new ArrayList<>();
      String ask =
          ASK_STREAM.replace(
              "{\"stream\"", "{\"stream_options\":{\"include_usage\":true},\"stream\"");
      world.stream(ask, got::add);

      JsonNode usage = Json.parseTree(got.get(got.size() - 2)).path("usage");
      assertEquals(2, usage.path("completion_tokens").asInt());
      assertTrue(usage.path("estimated").asBoolean());
      assertEquals(2L, world.metered().get("output_tokens"));
      assertTrue(world.direct().tokens().estimated());
    }
  }

  @Test
  void streamThatStallsIsAGatewayTimeout() throws Exception {
    try (var service =
        new FakeOpenAi((exchange, _) -> {
          FakeOpenAi.events(exchange, "data: " + FakeOpenAi.chunk("x") + "\n\n");
          FakeOpenAi.sleep(3000);
        })) {
      world.connected(
          new Endpoint.Remote(
              service.baseUrl(), "m", Optional.empty(), 300, 100, Optional.empty()));
      List<String> got = new ArrayList<>();
      Problem problem =
          assertThrows(ProblemException.class, () -> world.stream(ASK_STREAM, got::add)).problem();
      assertEquals(504, problem.status());
      assertEquals(1, got.size());
      assertEquals(1L, world.metered().get("output_tokens"), "what was delivered is billed");
      assertTrue(world.direct().tokens().flag().orElseThrow().contains("nothing came for 300 ms"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data: {\"choices\":[|ended its stream",
        "data: not json\\n\\n|not JSON",
        "data: [1]\\n\\n|not an object",
        "data: {\"error\":{\"message\":\"boom\"}}\\n\\n|an error in its stream: boom",
        "data: [DONE]\\n\\n|without an event",
      })
  void malformedStreamIsABadGatewayAndUnbilled(String events, String detail) throws Exception {
    String sent = events.replace("\\n", "\n");
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, sent))) {
      world.connected(service.baseUrl());
      world.assertRefused(ASK_STREAM, 502, detail);
    }
  }

  @Test
  void customerWhoLeavesPaysForWhatWasPassedOn() throws Exception {
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, twoWords()))) {
      world.connected(service.baseUrl());
      List<String> got = new ArrayList<>();
      assertThrows(
          IllegalStateException.class, () -> world.stream(ASK_STREAM, leavingAfter(1, got)));
      assertTrue(world.direct().tokens().flag().orElseThrow().contains("left"));
      assertEquals(2L, world.metered().get("output_tokens"), "one of two words was delivered");
    }
  }

  @Test
  void customerWhoLeavesBeforeAnyTextPaysNothing() throws Exception {
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, twoWords()))) {
      world.connected(service.baseUrl());
      assertThrows(
          IllegalStateException.class,
          () -> world.stream(ASK_STREAM, leavingAfter(0, new ArrayList<>())));
      assertEquals(Map.of(), world.metered());
    }
  }

  @Test
  void customerWhoLeavesWhileNothingComesIsNoticed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (var service =
        new FakeOpenAi((exchange, _) -> {
          FakeOpenAi.events(exchange, "data: " + FakeOpenAi.chunk("你好") + "\n\n");
          FakeOpenAi.untilClosed(exchange);
          closed.countDown();
        })) {
      world.connected(
          new Endpoint.Remote(
              service.baseUrl(), "m", Optional.empty(), 20_000, 100, Optional.empty()));
      EventSink leaves =
          new EventSink() {
            @Override
            public void event(String data) {}

            @Override
            public void idle() {
              throw new IllegalStateException("gone");
            }
          };
      assertThrows(IllegalStateException.class, () -> world.stream(ASK_STREAM, leaves));
      assertTrue(closed.await(5, TimeUnit.SECONDS), "the service was not told");
      assertEquals(2L, world.metered().get("output_tokens"));
    }
  }

  @Test
  void serviceThatBreaksOffIsBilledForWhatWasPassedOn() throws Exception {
    String half = "data: " + FakeOpenAi.chunk("你好") + "\n\ndata: {\"choi";
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, half))) {
      world.connected(service.baseUrl());
      List<String> got = new ArrayList<>();
      Problem problem =
          assertThrows(ProblemException.class, () -> world.stream(ASK_STREAM, got::add)).problem();
      assertEquals(502, problem.status());
      assertEquals(1, got.size());
      assertEquals(2L, world.metered().get("output_tokens"));
      assertTrue(world.direct().tokens().estimated());
      assertTrue(
          world.direct().tokens().flag().orElseThrow().contains("broken off after 1 events"));
    }
  }

  @Test
  void streamThatIsRepeatedUnderItsKeyIsReplayedForFree() throws Exception {
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, twoWords()))) {
      world.connected(service.baseUrl());
      List<String> first = new ArrayList<>();
      List<String> again = new ArrayList<>();
      world.chat().stream(world.caller, ASK_STREAM, Optional.of("k"), first::add);
      world.chat().stream(world.caller, ASK_STREAM, Optional.of("k"), again::add);
      assertEquals(first, again);
      assertEquals("[DONE]", again.getLast());
      assertEquals(1, service.bodies.size());
      assertEquals(1L, world.metered().get("calls"));
    }
  }

  private static String twoWords() {
    return "data: %s\n\ndata: %s\n\ndata: %s\n\ndata: [DONE]\n\n"
        .formatted(FakeOpenAi.chunk("你好"), FakeOpenAi.chunk("世界"), FakeOpenAi.STOP);
  }

  private static EventSink leavingAfter(int events, List<String> got) {
    return event -> {
      if (got.size() == events) {
        throw new IllegalStateException("gone");
      }
      got.add(event);
    };
  }
}
