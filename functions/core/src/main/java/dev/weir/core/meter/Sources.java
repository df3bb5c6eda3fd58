package dev.weir.core.meter;

import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Who sends batches, and who of them is still heard of. Stateless and thread-safe. */
public final class Sources {

  /** How long sealing waits for a source that is silent. */
  public static final Duration LEASE = Duration.ofMinutes(10);

  static final int ATTEMPTS_MAX = 32;

  private final Table table;
  private final InstantSource clock;
  private final Incidents incidents;

  public Sources(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.incidents = new Incidents(ports);
  }

  /** All sources that ever were. */
  public List<Source> list() {
    return Tables.list(table, Table.Query.all(Keys.SOURCES)).stream().map(Source::of).toList();
  }

  public Optional<Source> find(SourceName name) {
    return table.get(Keys.source(name.id())).map(Source::of);
  }

  /** The source, registered where it was not: from then on sealing waits for it. */
  public Source register(SourceName name) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      // The gate first: a source that is registered behind it would miss the fence.
      Gate gate = Gate.open(table, clock);
      Optional<Source> there = find(name);
      if (there.isPresent()) {
        return there.get();
      }
      Source fresh = Source.fresh(name, gate.fence(), Optional.of(leaseEnd()));
      Outcome _ = Tables.commit(table, List.of(fresh.write(), gate.check()));
    }
    throw new PortException("source " + name.id() + " cannot be registered");
  }

  /**
   * The source, alive again where it was lost or closed: from then on sealing waits for it, and it
   * is behind the fence, which passes by those that do not live.
   */
  Source revive(Source source) {
    for (int i = 0; i < ATTEMPTS_MAX && source.state() != Source.State.LIVE; i++) {
      Gate gate = Gate.open(table, clock);
      Source alive =
          source.is(Source.State.LIVE).fenced(gate.fence(), gate.sealed()).leased(leaseEnd());
      Outcome _ = Tables.commit(table, List.of(alive.write(), gate.check()));
      source = find(source.name()).orElseThrow();
    }
    return source;
  }

  private Instant leaseEnd() {
    return clock.instant().plus(LEASE);
  }

  /** Whether every host that lives has sent all that it served before a moment. */
  public boolean passed(Instant moment) {
    return list().stream()
        .filter(source -> source.state() == Source.State.LIVE && source.leaseUntil().isPresent())
        .noneMatch(source -> source.until().isBefore(moment));
  }

  /** Marks sources whose lease ended as lost, each with an incident; answers them. */
  public List<Source> sweep() {
    Instant now = clock.instant();
    List<Source> lost = new ArrayList<>();
    for (Source source : list()) {
      boolean ended = source.leaseUntil().isPresent() && source.leaseUntil().get().isBefore(now);
      if (source.state() == Source.State.LIVE && ended) {
        markLost(source).ifPresent(lost::add);
      }
    }
    return lost;
  }

  /** Marks a source as lost, unless it was heard of meanwhile. */
  private Optional<Source> markLost(Source source) {
    Source lost = source.is(Source.State.LOST);
    String detail =
        "host %s, boot %s, lease ended %s: facts after number %d and since %s may be missing"
            .formatted(
                source.name().host(),
                source.name().boot(),
                source.leaseUntil().map(Instant::toString).orElse("never"),
                source.seq(),
                source.until());
    Write incident = incidents.write(Incident.Kind.LOST_SOURCE, source.name().id(), detail);
    Outcome outcome = Tables.commit(table, List.of(lost.write(), incident));
    return outcome.applied() ? Optional.of(lost) : Optional.empty();
  }

  /** Changes a source until the change is in; the change must be one that may be made again. */
  Source change(SourceName name, UnaryOperator<Source> change) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Source before =
          find(name).orElseThrow(() -> new IllegalStateException("no source " + name.id()));
      Source after = change.apply(before);
      if (after.equals(before) || Tables.commit(table, List.of(after.write())).applied()) {
        return after;
      }
    }
    throw new PortException("source " + name.id() + " cannot be changed");
  }
}
