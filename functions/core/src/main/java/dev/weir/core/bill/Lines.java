package dev.weir.core.bill;

import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/** Rated lines, as they stand in the entries of the books. Stateless and thread-safe. */
public final class Lines {

  private final Table table;

  public Lines(Ports ports) {
    this.table = ports.table();
  }

  boolean has(EntryId id) {
    return table.get(Keys.entry(id)).isPresent();
  }

  Optional<Entry> entry(EntryId id) {
    return table.get(Keys.entry(id)).map(Entry::of);
  }

  public Optional<Line> find(String lineId) {
    return EntryId.parse(lineId)
        .flatMap(this::entry)
        .flatMap(
            entry -> entry.lines().stream().filter(line -> line.id().equals(lineId)).findFirst());
  }

  /** The line, or a 404 problem. */
  Line require(String lineId) {
    return find(lineId)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no line " + lineId)));
  }

  /** An agreement's lines of a month, by hour; others, such as flat charges, last. */
  public List<Line> list(String agreementId, YearMonth month) {
    return Tables.list(table, Keys.entries(agreementId, month)).stream()
        .flatMap(item -> Entry.of(item).lines().stream())
        .toList();
  }
}
