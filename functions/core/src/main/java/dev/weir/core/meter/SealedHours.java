package dev.weir.core.meter;

import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.List;
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

  /**
   * For the commit of what is charged for an hour beside its usage: refused where the hour is
   * sealed, so that a month is whole when its invoice is made.
   */
  public static Write open(Instant hour) {
    return Write.check(Keys.gate(), Gate.unsealed(hour));
  }

  /** Visits what was sealed in an hour, agreement by agreement, in a fixed order. */
  public void forEachAgreement(Instant hour, Consumer<AgreementHour> visitor) {
    for (int shard = 0; shard < Keys.HOUR_SHARDS; shard++) {
      Tables.forEach(
          ports.table(),
          Table.Query.all(Keys.sealed(hour, shard)),
          item -> visitor.accept(AgreementHour.of(hour, item)));
    }
  }

  /** Visits what was sealed in an hour, sum by sum, in a fixed order. */
  public void forEach(Instant hour, Consumer<SealedHour> visitor) {
    forEachAgreement(hour, sealed -> sealed.sums().forEach(visitor));
  }

  /** The sealed parts of an agreement's hour; mostly one or none. */
  public List<AgreementHour> parts(String agreementId, Instant hour) {
    String partition = Keys.sealed(hour, Keys.shard(agreementId));
    Table.Query query = Table.Query.prefix(partition, Keys.sealedPrefix(agreementId));
    return Tables.list(ports.table(), query).stream()
        .map(item -> AgreementHour.of(hour, item))
        .toList();
  }

  /** A sum of one part of an agreement's hour. */
  public Optional<SealedHour> find(
      String agreementId, String channelId, String meter, Instant hour, int part) {
    HourSum.Of of = new HourSum.Of(agreementId, channelId, meter, hour);
    return ports
        .table()
        .get(Keys.sealed(hour, agreementId, part))
        .map(item -> AgreementHour.of(hour, item))
        .stream()
        .flatMap(sealed -> sealed.sums().stream())
        .filter(sum -> sum.of().equals(of))
        .findFirst();
  }
}
