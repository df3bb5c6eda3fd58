package dev.weir.tck.sim.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.JsonLines;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the market has taken, in {@code usage.jsonl}: one line a record, written before it is
 * answered and read again at the next start. Not thread-safe; the market's lock guards it.
 */
final class UsageStore {

  private final JsonLines file;
  private final Map<String, Taken> byKey = new LinkedHashMap<>();

  /** One taken record. */
  record Taken(
      String key,
      String meteringRecordId,
      String agreementId,
      String productCode,
      String account,
      @Nullable String licenseArn,
      @Nullable String customerIdentifier,
      String dimension,
      Instant timestamp,
      int quantity,
      Instant receivedAt) {}

  UsageStore(JsonLines file) {
    this.file = file;
    for (JsonNode line : file.all()) {
      Taken record = read(line);
      byKey.put(record.key(), record);
    }
  }

  Optional<Taken> find(String key) {
    return Optional.ofNullable(byKey.get(key));
  }

  Taken add(
      String key, Agreement of, String dimension, Instant at, int quantity, Instant receivedAt) {
    Taken record =
        new Taken(
            key,
            UUID.randomUUID().toString(),
            of.id(),
            of.productCode(),
            of.account(),
            of.licenseArn(),
            of.customerIdentifier(),
            dimension,
            at,
            quantity,
            receivedAt);
    file.append(write(record));
    byKey.put(key, record);
    return record;
  }

  /** All records, and their sums by agreement and dimension. */
  ObjectNode view() {
    ObjectNode view = JsonNodeFactory.instance.objectNode();
    ArrayNode records = view.putArray("records");
    Map<String, ObjectNode> totals = new TreeMap<>();
    for (Taken record : byKey.values()) {
      records.add(write(record));
      ObjectNode total =
          totals.computeIfAbsent(
              record.agreementId() + " " + record.dimension(),
              k ->
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("agreementId", record.agreementId())
                      .put("account", record.account())
                      .put("licenseArn", record.licenseArn())
                      .put("dimension", record.dimension()));
      total.put("quantity", total.path("quantity").asLong() + record.quantity());
    }
    view.putArray("totals").addAll(totals.values());
    return view;
  }

  private static ObjectNode write(Taken r) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("key", r.key())
        .put("meteringRecordId", r.meteringRecordId())
        .put("agreementId", r.agreementId())
        .put("productCode", r.productCode())
        .put("account", r.account())
        .put("licenseArn", r.licenseArn())
        .put("customerIdentifier", r.customerIdentifier())
        .put("dimension", r.dimension())
        .put("timestamp", r.timestamp().toString())
        .put("quantity", r.quantity())
        .put("receivedAt", r.receivedAt().toString());
  }

  private static Taken read(JsonNode n) {
    return new Taken(
        n.path("key").asText(),
        n.path("meteringRecordId").asText(),
        n.path("agreementId").asText(),
        n.path("productCode").asText(),
        n.path("account").asText(),
        n.path("licenseArn").isTextual() ? n.path("licenseArn").asText() : null,
        n.path("customerIdentifier").isTextual() ? n.path("customerIdentifier").asText() : null,
        n.path("dimension").asText(),
        Instant.parse(n.path("timestamp").asText()),
        n.path("quantity").asInt(),
        Instant.parse(n.path("receivedAt").asText()));
  }
}
