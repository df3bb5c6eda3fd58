package dev.weir.core.channel;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Optional;

/** The configured channels of a deployment. Thread-safe. */
public final class Channels {

  /** The most channels of a deployment. */
  public static final int CHANNELS_MAX = 200;

  private final Table table;

  public Channels(Ports ports) {
    this.table = ports.table();
  }

  /**
   * Adds a channel or changes one.
   *
   * @throws ProblemException 409 where plugin, kind or currency would change: agreements and
   *     amounts already stand on them
   */
  public void put(ChannelConfig config) {
    Optional<Item> before = table.get(Keys.config(config.id()));
    before
        .map(item -> Json.read(item.body(), ChannelConfig.class))
        .ifPresent(old -> {
          if (!old.plugin().equals(config.plugin())
              || old.kind() != config.kind()
              || !old.currency().equals(config.currency())) {
            throw new ProblemException(
                Problem.conflict(
                    "channel "
                        + config.id()
                        + " keeps its plugin, kind and currency: "
                        + String.join(", ", old.plugin(), old.kind().toString(), old.currency())));
          }
        });
    if (before.isEmpty() && list().size() >= CHANNELS_MAX) {
      throw new ProblemException(Problem.conflict("channels > " + CHANNELS_MAX));
    }
    Condition unchanged =
        before.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT);
    String body = Json.write(config);
    Outcome outcome =
        Tables.commit(
            table,
            List.of(
                Write.put(Keys.config(config.id()), body, unchanged),
                Write.put(Keys.channelInAll(config.id()), body)));
    switch (outcome) {
      case Outcome.Applied() -> {}
      case Outcome.Refused(int index) ->
          throw new ProblemException(
              Problem.conflict("channel " + config.id() + " was changed by another request"));
      case Outcome.Conflict(), Outcome.Unknown() ->
          throw new PortException("channel " + config.id() + " may not have been stored");
    }
  }

  public Optional<ChannelConfig> get(String channelId) {
    return table
        .get(Keys.config(channelId))
        .map(item -> Json.read(item.body(), ChannelConfig.class));
  }

  /** The channel, or a 404 problem. */
  public ChannelConfig require(String channelId) {
    return get(channelId)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no channel " + channelId)));
  }

  /** All channels, by id. */
  public List<ChannelConfig> list() {
    return Tables.list(table, Table.Query.all(Keys.CHANNELS)).stream()
        .map(item -> Json.read(item.body(), ChannelConfig.class))
        .toList();
  }

  /** The name under which {@code Secrets} keeps a secret of a channel's configuration. */
  public static String secretName(String channelId, String name) {
    return "channel/" + channelId + "/" + name;
  }
}
