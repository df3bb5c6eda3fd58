package dev.weir.tck.sim.partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.JsonLines;
import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.Simulator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was accepted, by webhook id and by line id: neither counts twice, and a line that comes with
 * another content is a conflict. Rebuilt from its file at the start. Thread-safe.
 */
final class Inbox {

  private final JsonLines file;
  private final Set<String> ids = new HashSet<>();
  private final Map<String, JsonNode> lines = new LinkedHashMap<>();
  private final List<JsonNode> settlements = new ArrayList<>();

  Inbox(JsonLines file) {
    this.file = file;
    for (JsonNode kept : file.all()) {
      if (kept.path("status").asInt() == 200) {
        apply(kept.path("webhookId").asText(), kept.path("message"));
      }
    }
  }

  /** Whether it is new; a repetition is kept in the file and changes nothing else. */
  synchronized boolean accept(String id, JsonNode message, int bytes) {
    boolean fresh = !ids.contains(id);
    if (fresh) {
      checkLines(message);
      apply(id, message);
    }
    keep(id, message, bytes, 200, fresh ? "" : "repeated");
    return fresh;
  }

  synchronized void keep(String id, JsonNode message, int bytes, int status, String note) {
    ObjectNode line =
        Simulator.JSON
            .createObjectNode()
            .put("webhookId", id)
            .put("status", status)
            .put("bytes", bytes)
            .put("note", note);
    line.set("message", message);
    file.append(line);
  }

  private void checkLines(JsonNode message) {
    for (JsonNode line : message.path("data").path("lines")) {
      JsonNode before = lines.get(line.path("id").asText());
      if (before != null && !before.equals(line)) {
        throw new SimRefusal(409, "line " + line.path("id").asText() + " came with other content");
      }
    }
  }

  private void apply(String id, JsonNode message) {
    ids.add(id);
    switch (message.path("type").asText()) {
      case "usage.sealed" ->
          message.path("data").path("lines").forEach(l -> lines.put(l.path("id").asText(), l));
      case "settlement.issued" -> settlements.add(message.path("data"));
      default -> {
        // Kept in the file; a reseller may ignore what it does not know.
      }
    }
  }

  List<JsonNode> received() {
    return file.all();
  }

  synchronized List<JsonNode> settlements() {
    return List.copyOf(settlements);
  }

  /** All lines, and their sums by customer and meter. */
  synchronized ObjectNode usage() {
    ObjectNode view = Simulator.JSON.createObjectNode();
    ArrayNode all = view.putArray("lines");
    Map<String, ObjectNode> totals = new TreeMap<>();
    for (JsonNode line : lines.values()) {
      all.add(line);
      ObjectNode total =
          totals.computeIfAbsent(
              line.path("customer").asText() + "\n" + line.path("meter").asText(),
              k ->
                  Simulator.JSON
                      .createObjectNode()
                      .put("customer", line.path("customer").asText())
                      .put("meter", line.path("meter").asText()));
      total.put("quantity", total.path("quantity").asLong() + line.path("quantity").asLong());
    }
    view.putArray("totals").addAll(totals.values());
    return view;
  }
}
