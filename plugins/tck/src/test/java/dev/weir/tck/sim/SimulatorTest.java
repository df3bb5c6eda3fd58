package dev.weir.tck.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatorTest {

  /** The smallest simulator: keeps what it is sent. */
  static final class Echo {
    public static void main(String[] args) {
      Simulator simulator = Simulator.open(args);
      simulator
          .route(
              "POST",
              "/things/{id}",
              r -> {
                simulator.file("things").append(Map.of("id", r.variables().get("id")));
                return SimResponse.json(Map.of("name", r.field("name")));
              })
          .route("GET", "/things", r -> SimResponse.json(simulator.file("things").all()))
          .start();
    }
  }

  @Test
  void keepsWhatItWasSentAcrossAKill(@TempDir Path data) {
    try (SimProcess first = SimProcess.start(Echo.class, data)) {
      JsonNode answer = first.post("/things/7", Map.of("name", "weir"));
      assertEquals("weir", answer.get("name").asText());
      var missing =
          assertThrows(IllegalStateException.class, () -> first.post("/things/8", Map.of()));
      assertEquals(
          "POST /things/8 answered 400 {\"error\":\"field \\\"name\\\" is missing\"}",
          missing.getMessage());
      assertThrows(IllegalStateException.class, () -> first.get("/nothing"));
      long day = 86_400_000;
      Instant moved =
          Instant.parse(first.post("/sim/clock", Map.of("offsetMs", day)).get("now").asText());
      assertEquals(day / 1e3, moved.getEpochSecond() - Instant.now().getEpochSecond(), 5);
      first.kill();
    }
    try (SimProcess second = SimProcess.start(Echo.class, data)) {
      assertEquals("7", second.get("/things").get(0).get("id").asText());
    }
  }
}
