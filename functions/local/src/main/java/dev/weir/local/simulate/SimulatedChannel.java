package dev.weir.local.simulate;

import dev.weir.loader.Manifest;
import dev.weir.spi.Ack;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Health;
import dev.weir.spi.Reporting;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Channels that talk to their market's model without a wire between. */
final class SimulatedChannel implements Channel, Reporting {

  private static final int BATCH_MAX = 25;
  private static final int BATCH_FEW = 2;

  /** Whose rules. */
  enum Kind {
    /**
     * One event per resource, dimension and hour; no zero; a duplicate says what was accepted
     * before.
     */
    AZURE("azure", "MARKETPLACE", "24|0|no"),
    /** Any number of operations, each once by its id; integers. */
    GOOGLE("google", "MARKETPLACE", "720|0|no"),
    /** A partner's receiver, which knows lines by their ids. */
    PARTNER("acme", "PARTNER", "0|0|yes");

    private final String channelId;
    private final String kind;
    private final String limits;

    Kind(String channelId, String kind, String limits) {
      this.channelId = channelId;
      this.kind = kind;
      this.limits = limits;
    }

    String channelId() {
      return channelId;
    }

    /** How many lines it takes in one call. */
    static int batchMax(World world) {
      return world.plays(Scene.NARROW) ? BATCH_FEW : BATCH_MAX;
    }

    Manifest manifest(int batchMax) {
      StringBuilder text = new StringBuilder();
      text.append("id=simulated-").append(channelId).append('\n');
      text.append("kind=").append(kind.toLowerCase(java.util.Locale.ROOT)).append('\n');
      text.append("api=1.0\ncapabilities=reporting\n");
      for (String meter : List.of("calls", Shop.TOKENS, Shop.RESOLVED)) {
        text.append("meter.%s=unit|0|%d|%s|int64%n".formatted(meter, batchMax, limits));
      }
      return Manifest.read(
          new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
  }

  private final Kind kind;
  private final Market market;

  SimulatedChannel(Kind kind, Market market) {
    this.kind = kind;
    this.market = market;
  }

  @Override
  public Health check() {
    return Health.up();
  }

  @Override
  public Optional<Reporting> reporting() {
    return Optional.of(this);
  }

  @Override
  public List<Ack> report(List<SealedLine> lines) {
    return switch (market.mood()) {
      case FINE -> acks(lines);
      case THROTTLED -> throw new ChannelException(ErrorCode.THROTTLED, "injected");
      case FAILED, LOST_BEFORE -> throw new ChannelException(ErrorCode.UNAVAILABLE, "injected");
      case LOST_AFTER -> {
        List<Ack> _ = acks(lines);
        throw new ChannelException(ErrorCode.UNAVAILABLE, "injected: after the work");
      }
    };
  }

  private List<Ack> acks(List<SealedLine> lines) {
    int most = Kind.batchMax(market.world());
    Violation.unless(lines.size() <= most, "%d lines > %d (%s)", lines.size(), most, kind);
    List<Ack> acks = new ArrayList<>();
    for (SealedLine line : lines) {
      acks.add(market.unprocessed() ? again(line) : ack(line));
    }
    return acks;
  }

  private static Ack again(SealedLine line) {
    return new Ack.Rejected(line.id(), ErrorCode.UNPROCESSED, "Error", true);
  }

  private Ack ack(SealedLine line) {
    Violation.unless(
        line.quantity() > 0 || kind == Kind.PARTNER,
        "a zero was sent to %s for %s",
        kind,
        line.hour());
    if (!market.open(line.hour())) {
      return new Ack.Rejected(line.id(), ErrorCode.EXPIRED, "Expired", false);
    }
    String binding = line.binding().id();
    if (market.isUnsubscribed(binding) || market.isOver(binding, line.hour())) {
      return new Ack.Rejected(line.id(), ErrorCode.NOT_SUBSCRIBED, "ResourceNotActive", false);
    }
    String key =
        switch (kind) {
          case AZURE -> binding + " " + line.meter() + " " + line.hour();
          case GOOGLE, PARTNER -> line.id();
        };
    Optional<Market.Taken> before = market.find(key);
    if (before.isEmpty()) {
      Instant hour = line.hour();
      market.take(key, new Market.Taken(binding, line.meter(), hour, line.quantity(), false));
      return new Ack.Accepted(line.id(), "");
    }
    boolean same = before.get().quantity() == line.quantity();
    return switch (kind) {
      case GOOGLE -> new Ack.Accepted(line.id(), "");
      case AZURE, PARTNER ->
          new Ack.Duplicate(line.id(), same ? Ack.Sameness.SAME : Ack.Sameness.DIFFERENT);
    };
  }
}
