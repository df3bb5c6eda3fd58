package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Sealed hours to be read. Stateless and thread-safe. */
public final class SealedHours {

  private final Ports ports;

  public SealedHours(Ports ports) {
    this.ports = ports;
  }

  /** The deployment's first hour. */
  public Instant first() {
    return Gate.open(ports).first();
  }

  /** Every hour before this one is sealed. */
  public Instant sealedUntil() {
    return Gate.open(ports).sealed();
  }

  /** Visits what was sealed in an hour, in a fixed order. */
  public void forEach(Instant hour, Consumer<SealedHour> visitor) {
    for (int shard = 0; shard < Keys.HOUR_SHARDS; shard++) {
      Tables.forEach(
          ports.table(),
          Table.Query.all(Keys.sealed(hour, shard)),
          item -> visitor.accept(Json.read(item.body(), SealedHour.class)));
    }
  }

  public Optional<SealedHour> find(
      String agreementId, String channelId, String meter, Instant hour) {
    HourSum.Of of = new HourSum.Of(agreementId, channelId, meter, hour);
    return ports.table().get(Keys.sealed(of)).map(i -> Json.read(i.body(), SealedHour.class));
  }
}
