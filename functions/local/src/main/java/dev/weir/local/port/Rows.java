package dev.weir.local.port;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.weir.core.json.Json;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.PortException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** How items lie in {@code weir_items}. */
final class Rows {

  private static final String GET =
      "SELECT version, counters, body, expires FROM weir_items WHERE pk = ? AND sk = ?";
  private static final TypeReference<Map<String, Long>> COUNTERS = new TypeReference<>() {};

  private Rows() {}

  static Optional<Item> get(Session session, Key key) throws SQLException {
    PreparedStatement get = session.prepare(GET);
    bind(get, key);
    try (ResultSet rows = get.executeQuery()) {
      return rows.next() ? Optional.of(item(key, rows, 1)) : Optional.empty();
    }
  }

  /** The item whose version, counters, body and expiry begin at that column. */
  static Item item(Key key, ResultSet rows, int column) throws SQLException {
    String counters = rows.getString(column + 1);
    long expires = rows.getLong(column + 3);
    boolean never = rows.wasNull();
    return new Item(
        key,
        rows.getLong(column),
        counters.equals("{}") ? Map.of() : counters(key, counters),
        rows.getString(column + 2),
        never ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expires)));
  }

  private static Map<String, Long> counters(Key key, String json) {
    try {
      return Json.MAPPER.readValue(json, COUNTERS);
    } catch (JsonProcessingException e) {
      throw new PortException("counters of " + key + " are unreadable", e);
    }
  }

  static void bind(PreparedStatement statement, Key key) throws SQLException {
    statement.setBytes(1, bytes(key.partition()));
    statement.setBytes(2, bytes(key.sort()));
  }

  static void bind(PreparedStatement statement, Item item) throws SQLException {
    bind(statement, item.key());
    statement.setLong(3, item.version());
    statement.setString(4, item.counters().isEmpty() ? "{}" : Json.write(item.counters()));
    statement.setString(5, item.body());
    if (item.expires().isPresent()) {
      statement.setLong(6, item.expires().get().toEpochMilli());
    } else {
      statement.setNull(6, Types.BIGINT);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
