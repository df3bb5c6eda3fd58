package dev.weir.core.feedback;

import dev.weir.core.dataset.DatasetSummary;
import dev.weir.core.dataset.Datasets;
import dev.weir.core.dataset.Forgotten;
import dev.weir.core.json.Json;
import dev.weir.core.port.Paged;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Marks of who must be forgotten: whoever stores or uses a person's words asks here first.
 * Thread-safe.
 */
public final class Erasures {

  /** A whole binding is marked under this name. */
  private static final String EVERYBODY = "";

  private final Table table;
  private final Datasets datasets;

  public Erasures(Ports ports) {
    this.table = ports.table();
    this.datasets = new Datasets(ports);
  }

  /**
   * A mark.
   *
   * @param user the channel's id of the person; empty for the whole binding
   */
  public record Mark(String channelId, String bindingId, String user, Instant at) {}

  /** Marks a person, or a whole binding where {@code user} is empty. Again is fine. */
  public void mark(Mark mark) {
    Write write =
        Write.put(Keys.erasure(mark.channelId(), mark.bindingId(), mark.user()), Json.write(mark));
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("erasure may not be stored (channel " + mark.channelId() + ")");
    }
  }

  /** Whether what the person wrote at {@code at} must not be used any more. */
  public boolean covers(String channelId, String bindingId, String user, Instant at) {
    return marked(channelId, bindingId, user, at) || marked(channelId, bindingId, EVERYBODY, at);
  }

  /**
   * A page of the dataset versions that hold words of whom a mark is about, also those written
   * later: who trains or keeps them must leave those rows out.
   */
  public Paged<DatasetSummary> datasets(Mark mark, Paged.Request page) {
    Optional<String> user = Optional.of(mark.user()).filter(u -> !u.equals(EVERYBODY));
    return datasets.holding(mark.channelId(), mark.bindingId(), user, page);
  }

  /**
   * Whoever has a mark, whenever it was made: a file does not say when its rows were written. The
   * marks of a binding are read once, at its first question.
   */
  public Forgotten forgotten() {
    Map<String, Set<String>> marks = new HashMap<>();
    return subject -> {
      Set<String> users =
          marks.computeIfAbsent(
              Keys.erasures(subject.channelId(), subject.bindingId()),
              binding ->
                  Tables.list(table, Table.Query.all(binding)).stream()
                      .map(item -> Json.read(item.body(), Mark.class).user())
                      .collect(Collectors.toSet()));
      return users.contains(EVERYBODY) || users.contains(subject.user());
    };
  }

  private boolean marked(String channelId, String bindingId, String user, Instant at) {
    return table
        .get(Keys.erasure(channelId, bindingId, user))
        .map(item -> Json.read(item.body(), Mark.class))
        .filter(mark -> !at.isAfter(mark.at()))
        .isPresent();
  }
}
