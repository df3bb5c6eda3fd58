package dev.weir.core.port;

import dev.weir.core.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are sent if, and only if, a commit is applied: a row in the commit, sent after it,
 * and swept each minute where that did not happen. At least once: a crash between sending and
 * deleting the row sends it again. Within a group, rows swept together are sent in the order in
 * which they were made. Thread-safe.
 */
public final class Outbox {

  /** The lanes over which rows are spread; one lane takes up to about 500 rows a second. */
  public static final int LANES = 8;

  /** The most rows that one {@link #flush()} sends per lane. */
  public static final int FLUSH_MAX = 10_000;

  private static final int DELETE_BATCH = 25;

  private final Ports ports;
  private final Ids ids;

  public Outbox(Ports ports) {
    this.ports = ports;
    this.ids = new Ids(ports.clock());
  }

  private record Row(String queue, String group, String body) {}

  /** Keys of the outbox. Lanes go by queue and group, so that a group's order is one lane's. */
  private static Key key(String queue, String group, String id) {
    int lane = Math.floorMod((queue + '\0' + group).hashCode(), LANES);
    return new Key(partition(lane), id);
  }

  private static String partition(int lane) {
    return "outbox/" + lane;
  }

  /**
   * A row to include in a commit.
   *
   * @throws IllegalArgumentException where the queue's limits, or a row's 64 KB, are exceeded
   */
  public Write row(String queue, String group, String body) {
    QueueRules.checkName(queue);
    QueueRules.checkSend(group, body, Duration.ZERO);
    String row = Json.write(new Row(queue, group, body));
    int bytes = TableRules.utf8Length(row);
    if (bytes > Table.BODY_MAX_BYTES) {
      throw new IllegalArgumentException("outbox row " + bytes + " B > " + Table.BODY_MAX_BYTES);
    }
    return Write.put(key(queue, group, ids.next()), row, Condition.ABSENT);
  }

  /**
   * Sends what is due in all lanes. A queue that fails does not hold up the others.
   *
   * @return how many were sent
   * @throws PortException at the end, where a queue failed; its rows stay
   */
  public int flush() {
    Sender sender = new Sender();
    IntStream.range(0, LANES).forEach(lane -> flushLane(lane, sender));
    return sender.finish();
  }

  private void flushLane(int lane, Sender sender) {
    Table.Query query = Table.Query.all(partition(lane));
    for (int seen = 0; seen < FLUSH_MAX; ) {
      Table.Page page = ports.table().query(query);
      page.items().forEach(sender::send);
      sender.deleteSent();
      seen += page.items().size();
      if (page.next().isEmpty()) {
        return;
      }
      query = query.after(page.next().get());
    }
  }

  /**
   * Sends given rows now, after the commit that held them; a key that is not there was sent
   * already.
   *
   * @return how many were sent
   */
  public int flush(Collection<Key> keys) {
    Sender sender = new Sender();
    for (Key key : keys) {
      Optional<Item> item = ports.table().get(key);
      item.ifPresent(sender::send);
    }
    return sender.finish();
  }

  /** The keys of the outbox rows among the writes of a commit, for {@link #flush(Collection)}. */
  public static List<Key> rows(Collection<Write> writes) {
    return writes.stream()
        .map(Write::key)
        .filter(key -> key.partition().startsWith("outbox/"))
        .toList();
  }

  private final class Sender {
    private final Set<String> failed = new HashSet<>();
    private final List<Write> deletes = new ArrayList<>();
    private @Nullable PortException failure;
    private int sent;

    void send(Item item) {
      Row row = Json.read(item.body(), Row.class);
      if (failed.contains(row.queue())) {
        return;
      }
      try {
        ports.queue(row.queue()).send(row.group(), row.body(), Duration.ZERO);
      } catch (PortException e) {
        failed.add(row.queue());
        failure = failure == null ? e : failure;
        return;
      }
      sent++;
      deletes.add(Write.delete(item.key()));
      if (deletes.size() == DELETE_BATCH) {
        deleteSent();
      }
    }

    /** Whatever the outcome: a row that stays is sent again. */
    void deleteSent() {
      if (!deletes.isEmpty()) {
        Tables.commit(ports.table(), List.copyOf(deletes));
        deletes.clear();
      }
    }

    int finish() {
      deleteSent();
      if (failure != null) {
        throw new PortException("queues " + failed + " took no messages", failure);
      }
      return sent;
    }
  }
}
