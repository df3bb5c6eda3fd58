package dev.weir.local.road;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.bill.Readings;
import dev.weir.core.json.Json;
import dev.weir.local.demo.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** What the other sides hold, by the files that the simulators of them wrote. */
final class OtherSides implements Readings {

  private final ToLongFunction<String> calls;
  private final Map<String, Long> market = new TreeMap<>();
  private final Map<String, Long> partner = new TreeMap<>();
  private final Map<String, Long> settled = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();

  /** The usage lines that the partner took: each has an id, and counts once. */
  private final Set<String> lines = new HashSet<>();

  /** The parts that are missing of each statement that the partner was sent. */
  private final Map<String, Set<Integer>> parts = new HashMap<>();

  /** Calls by channel are counted where they were asked, not where they were counted. */
  OtherSides(Path work, ToLongFunction<String> calls) throws IOException {
    this.calls = calls;
    for (JsonNode record : kept(work, Stage.AWS, "usage.jsonl")) {
      market.merge(
          record.path("dimension").asText(), record.path("quantity").asLong(), Math::addExact);
    }
    for (JsonNode received : kept(work, Stage.PARTNER, "received.jsonl")) {
      if (received.path("status").asInt() == 200) {
        take(received.at("/message/type").asText(), received.at("/message/data"));
      }
    }
    parts.forEach((statement, missing) -> {
      if (!missing.isEmpty()) {
        faults.add("statement " + statement + " lacks parts " + missing);
      }
    });
  }

  static List<JsonNode> kept(Path work, String channel, String file) throws IOException {
    List<JsonNode> kept = new ArrayList<>();
    for (String line : Files.readAllLines(Stage.kept(work, channel, file))) {
      kept.add(Json.MAPPER.readTree(line));
    }
    return kept;
  }

  private void take(String type, JsonNode data) {
    switch (type) {
      case "usage.sealed" -> data.path("lines").forEach(this::usage);
      case "settlement.issued" -> settlement(data);
      default -> faults.add("the partner was sent " + type);
    }
  }

  private void usage(JsonNode line) {
    if (lines.add(line.path("id").asText())) {
      partner.merge(line.path("meter").asText(), line.path("quantity").asLong(), Math::addExact);
    }
  }

  private void settlement(JsonNode data) {
    String statement = data.path("statement").asText();
    Set<Integer> missing =
        parts.computeIfAbsent(
            statement,
            _ -> {
              Set<Integer> all = new HashSet<>();
              for (int part = 1; part <= data.path("parts").asInt(); part++) {
                all.add(part);
              }
              return all;
            });
    if (missing.remove(data.path("part").asInt())) {
      for (JsonNode line : data.path("lines")) {
        settled.merge(
            data.path("currency").asText(), line.path("shareMicros").asLong(), Math::addExact);
      }
    }
  }

  /** What the partner was told that it earned, by currency. */
  Map<String, Long> settledMicros() {
    return settled;
  }

  /** What came that should not have come, and what did not come whole. */
  List<String> faults() {
    return faults;
  }

  @Override
  public OptionalLong acknowledged(String channelId, String meter) {
    Map<String, Long> side =
        switch (channelId) {
          case Stage.AWS -> market;
          case Stage.PARTNER -> partner;
          default -> Map.of();
        };
    return side.containsKey(meter) ? OptionalLong.of(side.get(meter)) : OptionalLong.empty();
  }

  @Override
  public String acknowledgedBy(String channelId) {
    return channelId.equals(Stage.SLACK) ? "invoice" : "the other side's own file";
  }

  @Override
  public long calls(String channelId) {
    return calls.applyAsLong(channelId);
  }
}
