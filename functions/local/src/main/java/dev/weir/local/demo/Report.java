package dev.weir.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.local.cli.Api;
import dev.weir.local.cli.Money;
import dev.weir.local.cli.TextTable;
import dev.weir.local.demo.Simulators.Side;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;

/**
 * The proof: each number is read from the store that owns it. What was acknowledged is read on the
 * other side: in the marketplace's store, among the partner's received lines, from the bytes of the
 * issued invoices.
 */
final class Report {

  private final Api api;
  private final Simulators simulators;
  private final YearMonth month;
  private final ObjectNode root = Json.MAPPER.createObjectNode();
  private final List<String> violations = new ArrayList<>();

  Report(Api api, Simulators simulators, YearMonth month) {
    this.api = api;
    this.simulators = simulators;
    this.month = month;
  }

  /** What does not add up; empty where all does. */
  List<String> violations() {
    return List.copyOf(violations);
  }

  JsonNode json() {
    return root;
  }

  /** The job's metric on the test data, beside that of always guessing the commonest class. */
  void job(JsonNode job, String metric, long seconds) {
    root.putObject("job")
        .put("state", job.path("state").asText())
        .put("recipe", job.path("recipe").asText())
        .put("metric", metric)
        .put("value", metric(job, metric))
        .put("baseline", metric(job, "baseline-" + metric))
        .put("seconds", seconds);
  }

  void table(JsonNode job, String metric) {
    root.putObject("table")
        .put("testAccuracy", metric(job, metric))
        .put("baseline", metric(job, "baseline-" + metric));
  }

  private static double metric(JsonNode job, String name) {
    JsonNode value = job.path("metrics").path(name);
    if (!value.isNumber()) {
      throw new IllegalStateException("job " + job.path("id").asText() + " states no " + name);
    }
    return value.asDouble();
  }

  /** Reads everything and compares. */
  void read() {
    JsonNode proof = api.get("/control/v1/proof");
    ArrayNode channels = root.putArray("channels");
    for (String id : Setup.CHANNELS) {
      for (JsonNode channel : proof.path("channels")) {
        if (channel.path("id").asText().equals(id)) {
          channels.add(channel(channel));
        }
      }
    }
    JsonNode ledger = proof.path("ledger");
    root.set("ledger", ledger);
    if (ledger.path("debitMicros").asLong() != ledger.path("creditMicros").asLong()) {
      violations.add("debits != credits: " + ledger);
    }
  }

  private ObjectNode channel(JsonNode from) {
    String id = from.path("id").asText();
    ObjectNode channel = Json.MAPPER.createObjectNode();
    channel.put("id", id).set("kind", from.path("kind"));
    channel.set("customers", from.path("customers"));
    channel.set("calls", from.path("calls"));
    ArrayNode meters = channel.putArray("meters");
    for (JsonNode m : from.path("meters")) {
      meters.add(meter(id, m));
      if (m.path("meter").asText().equals("calls")) {
        expect(id + ": calls = facts of the call meter", from.path("calls"), m.path("facts"));
      }
    }
    for (String amount :
        List.of("revenueMicros", "feeMicros", "shareMicros", "computeMicros", "marginMicros")) {
      channel.set(amount, from.path(amount));
    }
    channel.set("currency", from.path("currency"));
    return channel;
  }

  private ObjectNode meter(String channel, JsonNode from) {
    String meter = from.path("meter").asText();
    long billed = from.path("billed").asLong();
    long included = from.path("included").asLong();
    long acknowledged = acknowledged(channel, meter);
    ObjectNode row = Json.MAPPER.createObjectNode();
    row.put("meter", meter);
    row.set("facts", from.path("facts"));
    row.set("sealed", from.path("sealed"));
    row.put("billed", billed).put("included", included);
    row.put("acknowledged", acknowledged).put("acknowledgedBy", acknowledgedBy(channel));
    String what = channel + " " + meter;
    expect(what + ": facts = sealed", from.path("facts"), from.path("sealed"));
    expect(what + ": sealed = billed + included", from.path("sealed").asLong(), billed + included);
    expect(what + ": sealed = acknowledged", from.path("sealed").asLong(), acknowledged);
    return row;
  }

  private void expect(String what, JsonNode one, JsonNode other) {
    expect(what, one.asLong(), other.asLong());
  }

  private void expect(String what, long one, long other) {
    if (one != other) {
      violations.add(what + ": " + one + " != " + other);
    }
  }

  private static String acknowledgedBy(String channel) {
    return switch (channel) {
      case Setup.AWS -> "marketplace's store";
      case Setup.PARTNER -> "partner's received webhooks";
      default -> "issued invoices";
    };
  }

  private long acknowledged(String channel, String meter) {
    return switch (channel) {
      case Setup.AWS ->
          sum(simulators.of(Side.AWS).get("/sim/usage").path("records"), "dimension", meter);
      case Setup.PARTNER ->
          sum(simulators.of(Side.PARTNER).get("/sim/usage").path("lines"), "meter", meter);
      default -> invoiced(channel, meter);
    };
  }

  private static long sum(JsonNode rows, String field, String value) {
    long sum = 0;
    for (JsonNode row : rows) {
      if (row.path(field).asText().equals(value)) {
        sum = Math.addExact(sum, row.path("quantity").asLong());
      }
    }
    return sum;
  }

  /** The quantities on the bytes of the channel's issued invoices. */
  private long invoiced(String channel, String meter) {
    long sum = 0;
    for (JsonNode statement :
        api.get("/control/v1/statements?kind=invoice&month=" + month).path("items")) {
      JsonNode invoice = api.get("/control/v1/statements/" + statement.path("id").asText());
      for (JsonNode row : invoice.path("rows")) {
        if (row.path("channelId").asText().equals(channel)
            && row.path("meter").asText().equals(meter)) {
          sum = Math.addExact(sum, row.path("quantity").asLong());
        }
      }
    }
    return sum;
  }

  /** What each channel earned. */
  String earnings() {
    TextTable table =
        new TextTable(
            "lrrrrrrl",
            "channel",
            "customers",
            "calls",
            "revenue",
            "fees and share",
            "compute",
            "margin",
            "");
    for (JsonNode c : root.path("channels")) {
      String currency = c.path("currency").asText();
      table.row(
          c.path("id").asText(),
          c.path("customers").asText(),
          c.path("calls").asText(),
          Money.rounded(c.path("revenueMicros").asLong(), currency),
          Money.rounded(c.path("feeMicros").asLong() + c.path("shareMicros").asLong(), currency),
          Money.fine(c.path("computeMicros").asLong(), currency),
          Money.rounded(c.path("marginMicros").asLong(), currency),
          currency);
    }
    return table.toString();
  }

  /** The sums that must be equal. */
  String proof() {
    TextTable table =
        new TextTable(
            "llrrrrrl",
            "channel",
            "meter",
            "facts",
            "sealed",
            "billed",
            "included",
            "acknowledged",
            "read from");
    for (JsonNode c : root.path("channels")) {
      for (JsonNode m : c.path("meters")) {
        table.row(
            c.path("id").asText(),
            m.path("meter").asText(),
            m.path("facts").asText(),
            m.path("sealed").asText(),
            m.path("billed").asText(),
            m.path("included").asText(),
            m.path("acknowledged").asText(),
            m.path("acknowledgedBy").asText());
      }
    }
    return table.toString();
  }
}
