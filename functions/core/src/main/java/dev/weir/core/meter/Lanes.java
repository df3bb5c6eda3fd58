package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds up and archives the facts that lie under the lanes. Each lane is a source. Its rows have no
 * order that lasts, so a row is deleted after its batch was applied and before the next one is cut:
 * the source remembers the blobs whose rows may still lie there. Stateless and thread-safe.
 */
public final class Lanes {

  /** The most facts of one commit. */
  public static final int FACTS_MAX = Table.PAGE_MAX_ITEMS;

  /** The most commits per lane of one {@link #drain()}. */
  static final int ROUNDS_MAX = 1000;

  private final Ports ports;
  private final Table table;
  private final InstantSource clock;
  private final Sources sources;
  private final CommitCut commitCut;
  private final Archive archive;
  private final FactCheck check;

  public Lanes(Ports ports) {
    this(ports, FactCheck.standard(ports));
  }

  public Lanes(Ports ports, FactCheck check) {
    this.ports = ports;
    this.table = ports.table();
    this.clock = ports.clock();
    this.sources = new Sources(ports);
    this.commitCut = new CommitCut(ports);
    this.archive = new Archive(ports.blobs());
    this.check = check;
  }

  /**
   * Empties all lanes.
   *
   * @return how many facts were applied now
   */
  public long drain() {
    Gate _ = Gate.open(ports); // registers the lanes
    long facts = 0;
    for (int lane = 0; lane < Facts.LANES; lane++) {
      facts += drain(lane);
    }
    return facts;
  }

  private long drain(int lane) {
    long facts = 0;
    SourceName name = SourceName.lane(lane);
    for (int i = 0; i < ROUNDS_MAX; i++) {
      Source source = clean(name);
      Instant now = clock.instant();
      Table.Page page = table.query(Table.Query.all(Keys.lane(lane)).limit(FACTS_MAX));
      List<UsageFact> rows =
          page.items().stream().map(item -> Json.read(item.body(), UsageFact.class)).toList();
      if (rows.isEmpty()) {
        passed(source, now);
        return facts;
      }
      Cut cut = Cut.of(rows, source.fence(), check);
      boolean all = page.next().isEmpty() && cut.taken() == rows.size();
      Outcome outcome = commitCut.commit(source, cut, s -> all ? s.passed(now) : s);
      facts += outcome.applied() ? cut.taken() : 0;
    }
    throw new PortException("lane " + lane + " is not empty after " + ROUNDS_MAX + " commits");
  }

  /** An idle lane's time matters to sealing once an hour; only then is it written. */
  private void passed(Source source, Instant now) {
    if (!Hours.of(source.until()).equals(Hours.of(now))) {
      // Refused where another drain moved it: then that one's time counts.
      Outcome _ = Tables.commit(table, List.of(source.passed(now).write()));
    }
  }

  /** Deletes the rows of the batch that was applied last. */
  private Source clean(SourceName name) {
    for (int i = 0; i < Sources.ATTEMPTS_MAX; i++) {
      Source source = sources.find(name).orElseThrow();
      if (source.uncleaned().isEmpty()) {
        return source;
      }
      for (String blob : source.uncleaned()) {
        List<UsageFact> facts =
            archive
                .read(blob)
                .orElseThrow(() -> new PortException("archived facts " + blob + " are missing"));
        delete(name, facts);
      }
      Outcome _ = Tables.commit(table, List.of(source.uncleaned(List.of()).write()));
    }
    throw new PortException("lane " + name.boot() + " cannot be cleaned");
  }

  private void delete(SourceName lane, List<UsageFact> facts) {
    String partition = Keys.lane(Integer.parseInt(lane.boot()));
    List<Write> deletes = new ArrayList<>();
    for (UsageFact fact : facts) {
      deletes.add(Write.delete(new Key(partition, fact.key())));
      if (deletes.size() == Table.WRITES_MAX) {
        commit(deletes);
      }
    }
    if (!deletes.isEmpty()) {
      commit(deletes);
    }
  }

  private void commit(List<Write> deletes) {
    if (!Tables.commit(table, List.copyOf(deletes)).applied()) {
      throw new PortException("applied facts cannot be removed from their lane yet");
    }
    deletes.clear();
  }
}
