package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/** Rated lines. Stateless and thread-safe. */
public final class Lines {

  private final Table table;

  public Lines(Ports ports) {
    this.table = ports.table();
  }

  private record Place(String partition, String sort) {}

  /** The writes that store a line; the first is refused where it is there already. */
  List<Write> writes(Key key, Line line) {
    return List.of(
        Write.put(key, Json.write(line), Condition.ABSENT),
        Write.put(
            Keys.line(line.id()),
            Json.write(new Place(key.partition(), key.sort())),
            Condition.ABSENT));
  }

  boolean has(Key key) {
    return table.get(key).isPresent();
  }

  public Optional<Line> find(String lineId) {
    return table
        .get(Keys.line(lineId))
        .map(item -> Json.read(item.body(), Place.class))
        .flatMap(place -> table.get(new Key(place.partition(), place.sort())))
        .map(item -> Json.read(item.body(), Line.class));
  }

  /** The line, or a 404 problem. */
  Line require(String lineId) {
    return find(lineId)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no line " + lineId)));
  }

  /** An agreement's lines of a month, by hour; flat charges last. */
  public List<Line> list(String agreementId, YearMonth month) {
    return Tables.list(table, Table.Query.all(Keys.lines(agreementId, month))).stream()
        .map(item -> Json.read(item.body(), Line.class))
        .toList();
  }
}
