package dev.weir.core.infer;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The latest conversations, and forgetting what a person said. Thread-safe. */
public final class Conversations {

  private static final int COMMITS_MAX = 8;

  private final Ports ports;

  public Conversations(Ports ports) {
    this.ports = ports;
  }

  /** A conversation after one more answer, with the writes that make it so. */
  record Next(Conversation conversation, boolean firstAnswer, List<Write> writes) {}

  /** The latest of all channels, latest first. */
  public List<Conversation> latest(int limit) {
    return list(Keys.CONVERSATIONS, limit);
  }

  /** The latest of one channel, latest first. */
  public List<Conversation> latest(String channelId, int limit) {
    return list(Keys.conversationsOf(channelId), limit);
  }

  private List<Conversation> list(String partition, int limit) {
    Table.Query query = Table.Query.all(partition).backwards().limit(limit);
    return ports.table().query(query).items().stream()
        .map(item -> Json.read(item.body(), Conversation.class))
        .toList();
  }

  /**
   * Forgets what a person wrote and was answered, in calls and in lists; numbers stay.
   *
   * @param user empty for everybody of the binding
   * @return how many calls were erased
   */
  public int erase(String channelId, String bindingId, String user) {
    Table.Query query = Table.Query.all(Keys.subject(channelId, bindingId, user));
    List<Item> said = Tables.list(ports.table(), query);
    said.forEach(item -> erase(item.key().sort()));
    said.forEach(item -> Tables.commit(ports.table(), List.of(Write.delete(item.key()))));
    return said.size();
  }

  private void erase(String callId) {
    for (int i = 0; i < COMMITS_MAX; i++) {
      Optional<Item> item = ports.table().get(Keys.call(callId));
      if (item.isEmpty()) {
        return;
      }
      Call call = Json.read(item.get().body(), Call.class);
      List<Write> writes = new ArrayList<>();
      writes.add(replaced(item.get(), Json.write(call.erased())));
      question(call).ifPresent(asked -> writes.addAll(erasing(asked)));
      if (ports.table().commit(writes).applied()) {
        return;
      }
    }
    throw new PortException("call " + callId + " could not be erased");
  }

  private static Optional<Call.Question> question(Call call) {
    return switch (call) {
      case Call.Submitted submitted -> Optional.of(submitted.question());
      case Call.Running running -> Optional.of(running.question());
      case Call.Done done -> Optional.of(done.question());
      case Call.Failed failed -> Optional.of(failed.question());
      case Call.Direct _ -> Optional.empty();
    };
  }

  private List<Write> erasing(Call.Question asked) {
    Optional<Item> item = ports.table().get(Keys.conversation(Conversation.id(asked)));
    if (item.isEmpty()) {
      return List.of();
    }
    Conversation conversation = Json.read(item.get().body(), Conversation.class);
    return conversation.lastCall().equals(asked.callId())
        ? rows(conversation.erased(), unchanged(item), Optional.empty())
        : List.of();
  }

  /** What an answer makes of its conversation. */
  Next next(Call.Question asked, Call.Answer given, Instant at) {
    Optional<Item> item = ports.table().get(Keys.conversation(Conversation.id(asked)));
    Optional<Conversation> stored = item.map(found -> Json.read(found.body(), Conversation.class));
    Conversation before =
        stored.filter(known -> !known.quietAt(at)).orElseGet(() -> Conversation.begin(asked, at));
    Conversation after = before.with(asked, given, at);
    boolean first = before.firstAnswer().isEmpty() && after.firstAnswer().isPresent();
    return new Next(after, first, rows(after, unchanged(item), stored));
  }

  private static List<Write> rows(
      Conversation now, Condition unchanged, Optional<Conversation> stored) {
    String body = Json.write(now);
    Instant expires = now.lastAt().plus(Calls.KEPT);
    String sort = Keys.latestSort(now.lastAt(), now.id());
    List<Write> writes = new ArrayList<>();
    writes.add(Write.put(Keys.conversation(now.id()), body, expires, unchanged));
    for (String list : List.of(Keys.CONVERSATIONS, Keys.conversationsOf(now.channelId()))) {
      writes.add(Write.put(Keys.latest(list, sort), body, expires, Condition.ALWAYS));
      stored
          .map(before -> Keys.latestSort(before.lastAt(), before.id()))
          .filter(old -> !old.equals(sort))
          .ifPresent(old -> writes.add(Write.delete(Keys.latest(list, old))));
    }
    return writes;
  }

  private static Condition unchanged(Optional<Item> item) {
    return item.map(found -> Condition.atVersion(found.version())).orElse(Condition.ABSENT);
  }

  private static Write replaced(Item item, String body) {
    return new Write.Put(
        item.key(), body, Map.of(), item.expires(), Condition.atVersion(item.version()));
  }
}
