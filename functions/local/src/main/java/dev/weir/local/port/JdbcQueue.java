package dev.weir.local.port;

import dev.weir.core.port.PortException;
import dev.weir.core.port.Queue;
import dev.weir.core.port.QueueRules;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A {@link Queue} in a SQL database. A receipt is the message's number and its receive's. */
final class JdbcQueue implements Queue {

  private static final String SEND =
      "INSERT INTO weir_messages (queue, grp, body, sent_at, visible_at, receives)"
          + " VALUES (?, ?, ?, ?, ?, 0)";

  /** Visible and not dead; in a group nothing is hidden, and nothing before it is alive. */
  private static final String CANDIDATES =
      " FROM weir_messages m WHERE m.queue = ? AND m.visible_at <= ? AND m.receives < "
          + RECEIVES_MAX
          + " AND (length(m.grp) = 0 OR NOT EXISTS (SELECT 1 FROM weir_messages e"
          + " WHERE e.queue = m.queue AND e.grp = m.grp"
          + " AND (e.visible_at > ? OR (e.seq < m.seq AND e.receives < "
          + RECEIVES_MAX
          + "))))";

  private static final String ANY = "SELECT 1" + CANDIDATES + " LIMIT 1";
  private static final String RECEIVE =
      "UPDATE weir_messages SET receives = receives + 1, visible_at = ? WHERE seq IN (SELECT m.seq"
          + CANDIDATES
          + " ORDER BY m.seq LIMIT ?) RETURNING seq, grp, body, sent_at, receives";
  private static final String ACKNOWLEDGE =
      "DELETE FROM weir_messages WHERE queue = ? AND seq = ? AND receives = ?";
  private static final String RELEASE =
      "UPDATE weir_messages SET visible_at = ? WHERE queue = ? AND seq = ? AND receives = ?";
  private static final String DEAD =
      " FROM weir_messages WHERE queue = ? AND visible_at <= ? AND receives >= " + RECEIVES_MAX;
  private static final String DEAD_LETTERS =
      "SELECT seq, grp, body, sent_at, receives" + DEAD + " ORDER BY seq LIMIT ?";
  private static final String REPLAY =
      "INSERT INTO weir_messages (queue, grp, body, sent_at, visible_at, receives)"
          + " SELECT queue, grp, body, sent_at, visible_at, 0"
          + DEAD
          + " AND seq = ?";
  private static final String FORGET = "DELETE" + DEAD + " AND seq = ?";
  private static final String DEPTH =
      "SELECT visible_at > ? AS hidden, receives >= "
          + RECEIVES_MAX
          + " AS spent, count(*), min(sent_at) FROM weir_messages WHERE queue = ? GROUP BY 1, 2";

  private final JdbcStore store;
  private final String name;

  JdbcQueue(JdbcStore store, String name) {
    this.store = store;
    this.name = name;
  }

  private <T> T change(boolean exclusive, Change.Running<T> running) {
    try {
      return store.change(
          new Change.Statements<>(name, exclusive, running, new CompletableFuture<>()));
    } catch (Change.Unanswered e) {
      throw new PortException("queue " + name + " gave no answer: " + e.getMessage(), e);
    }
  }

  @Override
  public void send(String group, String body, Duration delay) {
    QueueRules.checkSend(group, body, delay);
    long nowMs = store.clock().millis();
    change(
        false,
        session -> {
          PreparedStatement send = session.prepare(SEND);
          send.setString(1, name);
          send.setBytes(2, Rows.bytes(group));
          send.setString(3, body);
          send.setLong(4, nowMs);
          send.setLong(5, nowMs + delay.toMillis());
          return send.executeUpdate();
        });
  }

  @Override
  public List<Received> receive(int max, Duration visibility) {
    QueueRules.checkReceive(max, visibility);
    long nowMs = store.clock().millis();
    if (!store.read(session -> any(session, nowMs))) {
      return List.of();
    }
    List<Received> received =
        change(
            true,
            session -> {
              PreparedStatement receive = session.prepare(RECEIVE);
              receive.setLong(1, nowMs + visibility.toMillis());
              bindCandidates(receive, 2, nowMs);
              receive.setInt(5, max);
              return read(receive);
            });
    received.sort(Comparator.comparingLong(message -> Long.parseLong(message.id())));
    return List.copyOf(received);
  }

  /** Most polls find nothing, and should not cost a write. */
  private boolean any(Session session, long nowMs) throws SQLException {
    PreparedStatement any = session.prepare(ANY);
    bindCandidates(any, 1, nowMs);
    try (ResultSet rows = any.executeQuery()) {
      return rows.next();
    }
  }

  private void bindCandidates(PreparedStatement statement, int column, long nowMs)
      throws SQLException {
    statement.setString(column, name);
    statement.setLong(column + 1, nowMs);
    statement.setLong(column + 2, nowMs);
  }

  private static List<Received> read(PreparedStatement statement) throws SQLException {
    List<Received> received = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        String id = Long.toString(rows.getLong(1));
        int receives = rows.getInt(5);
        Instant sentAt = Instant.ofEpochMilli(rows.getLong(4));
        received.add(
            new Received(
                id,
                id + ":" + receives,
                Rows.text(rows.getBytes(2)),
                rows.getString(3),
                receives,
                Map.of("sentAt", sentAt.toString())));
      }
    }
    return received;
  }

  @Override
  public void acknowledge(String receipt) {
    long[] parts = parts(receipt);
    change(
        false,
        session -> {
          PreparedStatement acknowledge = session.prepare(ACKNOWLEDGE);
          acknowledge.setString(1, name);
          acknowledge.setLong(2, parts[0]);
          acknowledge.setLong(3, parts[1]);
          return acknowledge.executeUpdate();
        });
  }

  @Override
  public void release(String receipt, Duration delay) {
    QueueRules.checkRelease(delay);
    long[] parts = parts(receipt);
    long visibleAtMs = store.clock().millis() + delay.toMillis();
    change(
        false,
        session -> {
          PreparedStatement release = session.prepare(RELEASE);
          release.setLong(1, visibleAtMs);
          release.setString(2, name);
          release.setLong(3, parts[0]);
          release.setLong(4, parts[1]);
          return release.executeUpdate();
        });
  }

  /** Message and receive number; numbers that none has for what is no receipt of ours. */
  private static long[] parts(String receipt) {
    String[] parts = receipt.split(":", -1);
    try {
      return new long[] {
        Long.parseLong(parts[0]), parts.length == 2 ? Long.parseLong(parts[1]) : 0
      };
    } catch (NumberFormatException e) {
      return new long[] {-1, -1};
    }
  }

  @Override
  public List<Received> deadLetters(int max) {
    QueueRules.checkReceive(max, Duration.ZERO);
    return store.read(session -> {
      PreparedStatement dead = session.prepare(DEAD_LETTERS);
      dead.setString(1, name);
      dead.setLong(2, store.clock().millis());
      dead.setInt(3, max);
      return read(dead);
    });
  }

  @Override
  public void replay(String id) {
    long seq = parts(id)[0];
    long nowMs = store.clock().millis();
    change(
        true,
        session -> {
          int changed = 0;
          for (String sql : List.of(REPLAY, FORGET)) {
            PreparedStatement statement = session.prepare(sql);
            statement.setString(1, name);
            statement.setLong(2, nowMs);
            statement.setLong(3, seq);
            changed = statement.executeUpdate();
          }
          return changed;
        });
  }

  @Override
  public Depth depth() {
    long nowMs = store.clock().millis();
    return store.read(session -> {
      PreparedStatement depth = session.prepare(DEPTH);
      depth.setLong(1, nowMs);
      depth.setString(2, name);
      long visible = 0;
      long hidden = 0;
      long dead = 0;
      long oldestAgeMs = 0;
      try (ResultSet rows = depth.executeQuery()) {
        while (rows.next()) {
          if (rows.getBoolean(1)) {
            hidden += rows.getLong(3);
          } else if (rows.getBoolean(2)) {
            dead += rows.getLong(3);
          } else {
            visible += rows.getLong(3);
            oldestAgeMs = nowMs - rows.getLong(4);
          }
        }
      }
      return new Depth(visible, hidden, dead, oldestAgeMs);
    });
  }
}
