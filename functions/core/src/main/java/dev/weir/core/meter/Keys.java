package dev.weir.core.meter;

import dev.weir.core.port.Key;
import java.time.Instant;

/**
 * Keys of metering, with the writes that a partition sees. Ids hold no slash, so joined keys never
 * meet.
 */
final class Keys {

  /** Partitions of what was sealed of one hour, by agreement. */
  static final int HOUR_SHARDS = 4;

  /** Partitions of tranches, by whose they are. */
  static final int TRANCHE_SHARDS = 8;

  /** One item per source: a write per batch, about one a second per host at most. */
  static final String SOURCES = "source";

  /** A few a month, when all is well. */
  static final String INCIDENTS = "incident";

  private Keys() {}

  /** Written when hours are sealed: a few times an hour. */
  static Key gate() {
    return new Key("meter", "gate");
  }

  /** Written once a night. */
  static Key recounted() {
    return new Key("meter", "recounted");
  }

  static Key source(String sourceId) {
    return new Key(SOURCES, sourceId);
  }

  /** Facts of call rows on their way: the calls of a lane, to 500 a second. */
  static String lane(int lane) {
    return "lane/" + lane;
  }

  /** Written with a fact that has no other commit to lean on; gone after {@link Facts#ONCE}. */
  static Key once(String factKey) {
    return new Key("fact/" + factKey, "once");
  }

  /** One write per agreement when the hour is sealed. */
  static String sealed(Instant hour, int shard) {
    return "sealed/" + Hours.name(hour) + "/" + shard;
  }

  /** The first part is the hour's; others hold what came after an early end. */
  static Key sealed(Instant hour, String agreementId, int part) {
    return new Key(
        sealed(hour, shard(agreementId)), sealedPrefix(agreementId) + "%03d".formatted(part));
  }

  static String sealedPrefix(String agreementId) {
    return agreementId + "/";
  }

  /** Hours that took late facts of meters that do not add up: a few a year. */
  static String late(String agreementId) {
    return "late/" + agreementId;
  }

  static Key late(String agreementId, Instant hour) {
    return new Key(late(agreementId), Hours.name(hour));
  }

  /** One write or a few per batch that holds facts for the hour: one batch a flush and source. */
  static String batches(Instant hour) {
    return "batch/" + Hours.name(hour);
  }

  static Key batch(Instant hour, String sourceId, long after) {
    return new Key(batches(hour), "%s/%019d".formatted(sourceId, after));
  }

  /** A further part of what a batch added to the hour, right behind the first. */
  static Key batch(Instant hour, String sourceId, long after, int part) {
    Key first = batch(hour, sourceId, after);
    return part == 0 ? first : new Key(first.partition(), first.sort() + "/%03d".formatted(part));
  }

  /** Two writes per tranche. */
  static Key budget(Budgets.Of of) {
    return new Key("budget/" + of.owner(), of.meter() + "/" + of.month());
  }

  /** Two writes per tranche of its budgets, and a query a minute; for so few that all are swept. */
  static String tranches(int shard) {
    return "tranche/" + shard;
  }

  static String tranches(Budgets.Of of) {
    return tranches(Math.floorMod(of.owner().hashCode(), TRANCHE_SHARDS));
  }

  static String tranchePrefix(Budgets.Of of) {
    return of.owner() + "/" + of.meter() + "/" + of.month() + "/";
  }

  static Key tranche(Budgets.Of of, String id) {
    return new Key(tranches(of), tranchePrefix(of) + id);
  }

  /** Written when a tranche expires, deleted when its holder settles it nevertheless. */
  static Key expiredTranche(Budgets.Of of, String id) {
    return new Key("expired-tranche/" + of.owner(), of.meter() + "/" + of.month() + "/" + id);
  }

  static String trancheId(Key tranche) {
    return tranche.sort().substring(tranche.sort().lastIndexOf('/') + 1);
  }

  static Key incident(String id) {
    return new Key(INCIDENTS, id);
  }

  static int shard(String agreementId) {
    return Math.floorMod(agreementId.hashCode(), HOUR_SHARDS);
  }
}
