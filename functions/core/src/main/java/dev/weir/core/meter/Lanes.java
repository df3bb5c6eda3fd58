package dev.weir.core.meter;

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
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Adds up and archives the facts that lie under the lanes. Each lane is a source. Its rows have no
 * order that lasts, so a row is deleted after its batch was applied and before the next one is cut:
 * the source remembers the blobs whose rows may still lie there. Stateless and thread-safe.
 */
public final class Lanes {

  /** The most rows of one commit: the facts of as many calls. */
  public static final int ROWS_MAX = Table.PAGE_MAX_ITEMS;

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
      Table.Page page = table.query(Table.Query.all(Keys.lane(lane)).limit(ROWS_MAX));
      List<List<UsageFact>> rows = page.items().stream().map(Facts::of).toList();
      if (rows.isEmpty()) {
        passed(source, now);
        return facts;
      }
      Cut cut = cut(rows, source.fence());
      boolean all =
          page.next().isEmpty() && cut.taken() == rows.stream().mapToInt(List::size).sum();
      Outcome outcome = commitCut.commit(source, cut, s -> all ? s.passed(now) : s);
      facts += outcome.applied() ? cut.taken() : 0;
    }
    throw new PortException("lane " + lane + " is not empty after " + ROUNDS_MAX + " commits");
  }

  /** As many whole rows as fit into a commit: a row is deleted whole. */
  private Cut cut(List<List<UsageFact>> rows, Instant fence) {
    List<UsageFact> facts = rows.stream().flatMap(List::stream).toList();
    Cut cut = Cut.of(facts, fence, check);
    int whole = 0;
    for (List<UsageFact> row : rows) {
      if (whole + row.size() > cut.taken()) {
        return Cut.of(facts.subList(0, whole), fence, check);
      }
      whole += row.size();
    }
    return cut;
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
    NavigableSet<String> keys = new TreeSet<>();
    facts.forEach(fact -> keys.add(fact.key()));
    if (keys.isEmpty()) {
      return;
    }
    // A row has the key of its first fact; which facts were first only the lane knows.
    List<Key> rows = new ArrayList<>();
    Table.Query between =
        new Table.Query(
            partition,
            keys.first(),
            keys.last() + "!", // sorts before all that a key can hold
            false,
            ROWS_MAX,
            Optional.empty());
    Tables.forEach(
        table,
        between,
        row -> {
          if (keys.contains(row.key().sort())) {
            rows.add(row.key());
          }
        });
    List<Write> deletes = new ArrayList<>();
    for (Key row : rows) {
      deletes.add(Write.delete(row));
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
