package dev.weir.core.bill;

import dev.weir.core.meter.AgreementHour;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns sealed hours into lines, ledger transactions and report lines, each once. A commit takes
 * many agreements' hours, in a fixed order, and moves the progress over them. An hour that has no
 * price raises an incident and is tried again in every run; what it adds to reports then is part of
 * a later hour's. Stateless and thread-safe.
 */
public final class RateHours {

  private static final int ATTEMPTS_MAX = 32;

  /** Sorts after the positions of sealed hours. */
  private static final String QUIET = "q/";

  private final Ports ports;
  private final Table table;
  private final Terms terms;
  private final SealedHours sealed;
  private final Lines lines;

  public RateHours(Ports ports, Terms terms) {
    this.ports = ports;
    this.table = ports.table();
    this.terms = terms;
    this.sealed = new SealedHours(ports);
    this.lines = new Lines(ports);
  }

  /** Every sealed hour before this one was rated, or raised an incident. */
  public static Instant ratedUntil(Ports ports) {
    return RateProgress.read(ports.table(), new SealedHours(ports).first()).until();
  }

  /**
   * Rates what was sealed.
   *
   * @return how many lines were made now
   */
  public int run() {
    int made = retryUnrated();
    Instant first = sealed.first();
    Instant until = sealed.sealedUntil();
    RateProgress progress = RateProgress.read(table, first);
    Instant from = progress.until();
    if (!from.isBefore(until)) {
      return made;
    }
    RateLine rateLine = new RateLine(ports, terms, true);
    for (Instant hour = progress.hour();
        hour.isBefore(until);
        hour = hour.plus(Duration.ofHours(1))) {
      made += rate(hour, first, rateLine);
    }
    made += new Subscriptions(ports, rateLine).run(from, until);
    RateProgress.moveTo(table, first, until);
    return made;
  }

  /** What is done of an hour in one step: a sealed part, or an agreement that only carries. */
  private record Work(String position, Optional<AgreementHour> part, String agreementId) {}

  private int rate(Instant hour, Instant first, RateLine rateLine) {
    List<AgreementHour> parts = new ArrayList<>();
    sealed.forEachAgreement(hour, parts::add);
    Set<EntryId> there = new HashSet<>();
    int made = 0;
    for (int failed = 0; failed < ATTEMPTS_MAX; ) {
      RateProgress progress = RateProgress.read(table, first);
      if (progress.hour().isAfter(hour)) {
        return made; // another run went on
      }
      Map<String, Carry> carries = Carry.all(table);
      List<Work> work = work(parts, carries, there);
      if (progress.hour().equals(hour)) {
        work.removeIf(w -> w.position().compareTo(progress.after()) <= 0);
      }
      if (work.isEmpty()) {
        return made;
      }
      RateCommit commit = new RateCommit(ports, rateLine, carries);
      String last = "";
      for (Work one : work) {
        boolean taken =
            one.part()
                .map(part -> commit.add(part, true))
                .orElseGet(() -> commit.addQuiet(one.agreementId(), hour));
        if (!taken) {
          break;
        }
        last = one.position();
      }
      List<Write> writes = new ArrayList<>(List.of(progress.at(hour, last).write()));
      writes.addAll(commit.writes());
      Outcome outcome = Tables.commit(table, writes);
      if (outcome.applied()) {
        made += commit.lines();
        continue;
      }
      failed++;
      // One that was rated out of turn is not rated again; else somebody moved on: read again.
      if (outcome instanceof Outcome.Refused refused
          && Entry.is(writes.get(refused.index()).key())) {
        there.add(Keys.entryId(writes.get(refused.index()).key()));
      }
    }
    throw new PortException("hour " + hour + " cannot be rated");
  }

  private static List<Work> work(
      List<AgreementHour> parts, Map<String, Carry> carries, Set<EntryId> there) {
    List<Work> work = new ArrayList<>();
    Set<String> active = new HashSet<>();
    for (AgreementHour part : parts) {
      active.add(part.agreementId());
      if (!there.contains(EntryId.hour(part.agreementId(), part.hour(), part.part()))) {
        work.add(new Work(part.position(), Optional.of(part), part.agreementId()));
      }
    }
    for (String agreementId : new TreeSet<>(carries.keySet())) {
      if (!active.contains(agreementId)) {
        work.add(new Work(QUIET + agreementId, Optional.empty(), agreementId));
      }
    }
    return work;
  }

  private int retryUnrated() {
    int made = 0;
    for (Item item : Tables.list(table, Table.Query.all(Keys.UNRATED))) {
      made += retry(EntryId.parse(item.key().sort()).orElseThrow());
    }
    return made;
  }

  private int retry(EntryId id) {
    Optional<AgreementHour> part =
        sealed.parts(id.agreementId(), id.hour()).stream()
            .filter(p -> p.part() == id.part())
            .findFirst();
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Map<String, Carry> carries = Map.of(id.agreementId(), Carry.read(table, id.agreementId()));
      RateCommit commit = new RateCommit(ports, new RateLine(ports, terms, true), carries);
      boolean _ = commit.add(part.orElseThrow(), false);
      if (lines.has(id) || commit.rated(part.get()).isEmpty()) {
        return 0;
      }
      List<Write> writes = new ArrayList<>(commit.writes());
      writes.add(Write.delete(Keys.unrated(id)));
      if (Tables.commit(table, writes).applied()) {
        return commit.lines();
      }
    }
    throw new PortException("entry " + id + " cannot be stored");
  }
}
