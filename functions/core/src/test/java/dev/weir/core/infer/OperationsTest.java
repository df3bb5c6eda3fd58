package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.json.Json;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OperationsTest {

  private static final String ASK = "{\"instances\":[{\"text\":\"hello\"}]}";
  private static final String CHAT =
      "{\"model\":\"service-desk\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private final InferWorld world = new InferWorld();
  private final Operations operations =
      new Operations(world.ports, world.endpoints, world.replicas, world.client);

  @Test
  void requestIsAnsweredLaterAndOnce() {
    world.deployed(1).client.thenText("hi", 0.9, true, "Hello!");
    Reply accepted = operations.predict(world.caller, InferWorld.ENDPOINT, ASK, Optional.of("k"));
    String id = Json.parseTree(accepted.body()).path("id").asText();
    assertEquals(202, accepted.status());
    assertEquals("SUBMITTED", look(id).path("state").asText());
    assertEquals(0, world.client.asked.size());

    assertEquals(Optional.empty(), operations.run(id));
    assertEquals(Optional.empty(), operations.run(id), "a message that comes twice");
    assertEquals(1, world.client.asked.size());
    JsonNode done = look(id);
    assertEquals("SUCCEEDED", done.path("state").asText());
    assertEquals("hi", done.at("/answer/predictions/0/label").asText());

    Reply again = operations.predict(world.caller, InferWorld.ENDPOINT, ASK, Optional.of("k"));
    assertTrue(again.replayed());
    assertEquals(accepted.body(), again.body());
  }

  @Test
  void sleepingEndpointIsAskedAgainAndABrokenServiceIsNot() throws Exception {
    world.deployed(0);
    String id = submitted();
    assertTrue(operations.run(id).orElseThrow().reason().contains("no replica ready"));
    world.deployed(1).client.thenText("hi", 0.9, true, "Hello!");
    assertEquals(Optional.empty(), operations.run(id));
    assertEquals("SUCCEEDED", look(id).path("state").asText());

    world.client.turns.clear();
    world.client.thenStatus(500);
    String broken = submitted();
    assertEquals(Optional.empty(), operations.run(broken));
    assertEquals("FAILED", look(broken).path("state").asText());
    assertEquals(502, look(broken).at("/problem/status").asInt());
  }

  /** The first attempt dies at each of its commits in turn, before or after it. */
  @ParameterizedTest
  @CsvSource({"0,false", "0,true", "1,false", "1,true", "2,false", "2,true"})
  void processThatDiesAtACommitIsFollowedByOneThatCountsTheCallOnce(int commit, boolean after) {
    world.deployed(1).client.thenText("hi", 0.9, true, "Hello!");
    String id = submitted();
    Dying table = new Dying(world.ports.table(), commit, after);
    Ports ports = world.ports;
    Ports dying =
        new Ports(
            table, ports.blobs(), ports.queues(), ports.hosts(), ports.secrets(), ports.clock());
    Operations killed = new Operations(dying, world.endpoints, world.replicas, world.client);
    assertThrows(Killed.class, () -> killed.run(id));

    Optional<Operations.Later> again = operations.run(id);
    for (int i = 0; i < 10 && again.isPresent(); i++) {
      world.clock.advance(again.get().after().orElse(Duration.ofSeconds(5)));
      world.lease("boot-0", List.of(InferWorld.VERSION));
      again = operations.run(id);
    }
    assertEquals("SUCCEEDED", look(id).path("state").asText());
    assertEquals(Map.of("calls", 1L, "compute_us", 1500L), world.metered());
  }

  @Test
  void remoteChatIsBilledOnce() throws Exception {
    String usage = "{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9}";
    try (var service =
        new FakeOpenAi((exchange, _) ->
            FakeOpenAi.json(exchange, 200, FakeOpenAi.completion("Hello!", usage)))) {
      world.connected(service.baseUrl());
      Reply accepted = operations.chat(world.caller, CHAT, Optional.empty());
      String id = Json.parseTree(accepted.body()).path("id").asText();
      operations.run(id);
      operations.run(id);
      assertEquals("Hello!", look(id).at("/answer/choices/0/message/content").asText());
      assertEquals(Map.of("calls", 1L, "input_tokens", 7L, "output_tokens", 2L), world.metered());
    }
  }

  @Test
  void streamsStrangersAndUnknownModelsAreRefused() {
    world.deployed(1);
    String streamed = CHAT.replace("{\"model\"", "{\"stream\":true,\"model\"");
    assertEquals(422, refused(() -> operations.chat(world.caller, streamed, Optional.empty())));
    assertEquals(
        404, refused(() -> operations.predict(world.caller, "other", ASK, Optional.empty())));
    String id = submitted();
    ApiKeys.Caller stranger = new InferWorld().caller;
    assertEquals(404, refused(() -> operations.get(stranger, id)));
    assertEquals(404, refused(() -> operations.get(world.caller, "operation-none")));
  }

  private String submitted() {
    Reply accepted = operations.predict(world.caller, InferWorld.ENDPOINT, ASK, Optional.empty());
    return Json.parseTree(accepted.body()).path("id").asText();
  }

  private JsonNode look(String id) {
    return Json.parseTree(operations.get(world.caller, id).body());
  }

  private static int refused(Runnable action) {
    return assertThrows(ProblemException.class, action::run).problem().status();
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** The table of a process that dies just before or just after one of its commits. */
  private static final class Dying implements Table {
    private final Table table;
    private final int last;
    private final boolean after;
    private int commits;

    Dying(Table table, int last, boolean after) {
      this.table = table;
      this.last = last;
      this.after = after;
    }

    private void alive() {
      if (commits > last) {
        throw new Killed();
      }
    }

    @Override
    public Optional<Item> get(Key key) {
      alive();
      return table.get(key);
    }

    @Override
    public Page query(Query query) {
      alive();
      return table.query(query);
    }

    @Override
    public Outcome commit(List<Write> writes) {
      alive();
      if (commits++ < last) {
        return table.commit(writes);
      }
      if (after) {
        table.commit(writes);
      }
      throw new Killed();
    }
  }
}
