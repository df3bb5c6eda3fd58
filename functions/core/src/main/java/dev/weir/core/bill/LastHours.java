package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.meter.AgreementHour;
import dev.weir.core.meter.FactCheck;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.SealHours;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.meter.Sources;
import dev.weir.core.port.Item;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * The last hours of agreements that ended where the other side takes usage only for a short while
 * after the end: sealed and rated before their time, as soon as the last answers were given and
 * every host has sent what it served, and at the latest while there is still time to report.
 * Stateless and thread-safe.
 */
public final class LastHours {

  /** How long before the final window ends an hour is sealed, whoever has not sent. */
  public static final Duration MARGIN = Duration.ofMinutes(25);

  private static final int ATTEMPTS_MAX = 16;

  private final Ports ports;
  private final Table table;
  private final InstantSource clock;
  private final Terms terms;
  private final Lines lines;
  private final SealedHours sealed;

  public LastHours(Ports ports, Terms terms) {
    this.ports = ports;
    this.table = ports.table();
    this.clock = ports.clock();
    this.terms = terms;
    this.lines = new Lines(ports);
    this.sealed = new SealedHours(ports);
  }

  private record Due(Instant endedAt, Instant until) {}

  /**
   * Notes that an agreement ended.
   *
   * @param until nothing of it is taken at or after this
   */
  public void due(String agreementId, Instant endedAt, Instant until) {
    Write write = Write.put(Keys.lastHours(agreementId), Json.write(new Due(endedAt, until)));
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("last hours of agreement " + agreementId + " may not be noted");
    }
  }

  /**
   * Seals and rates what is due; their reports go out with the next run of {@link Reports}.
   *
   * @return how many agreements are done
   */
  public int run() {
    int done = 0;
    for (Item item : Tables.list(table, Table.Query.all(Keys.LAST_HOURS))) {
      done += run(item.key().sort(), Json.read(item.body(), Due.class)) ? 1 : 0;
    }
    return done;
  }

  private boolean run(String agreementId, Due due) {
    Instant now = clock.instant();
    boolean open = now.isBefore(due.until());
    if (open) {
      var _ = new Lanes(ports).drain();
      // What was asked before the end may be answered, and is counted, a little later.
      Instant last = due.endedAt().plus(FactCheck.AFTER_END_MAX);
      boolean wait = now.isBefore(due.until().minus(MARGIN));
      if (wait && (now.isBefore(last) || !new Sources(ports).passed(last))) {
        return false;
      }
      SealHours seal = new SealHours(ports);
      Instant hour = sealed.sealedUntil();
      for (; !hour.isAfter(Hours.of(last)); hour = hour.plus(Duration.ofHours(1))) {
        seal.early(agreementId, hour);
        sealed.parts(agreementId, hour).forEach(this::rate);
      }
    }
    // After the window the regular way does all, and what is refused then is an incident.
    return Tables.commit(table, List.of(Write.delete(Keys.lastHours(agreementId)))).applied();
  }

  private void rate(AgreementHour part) {
    EntryId id = EntryId.hour(part.agreementId(), part.hour(), part.part());
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      if (lines.has(id)) {
        return;
      }
      Map<String, Carry> carries =
          Map.of(part.agreementId(), Carry.read(table, part.agreementId()));
      RateCommit commit = new RateCommit(ports, new RateLine(ports, terms, true), carries);
      boolean _ = commit.add(part, true);
      if (Tables.commit(table, commit.writes()).applied()) {
        return;
      }
    }
    throw new PortException("last hour " + id + " cannot be rated");
  }
}
