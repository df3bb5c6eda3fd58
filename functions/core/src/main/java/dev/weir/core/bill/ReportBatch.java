package dev.weir.core.bill;

import dev.weir.core.json.Columns;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Report lines of one channel and hour that are stored, sent and answered together: one item, since
 * a write costs as much for one line as for many.
 *
 * @param id begins with the hour, so that batches sort by it
 * @param version of the item; 0 where there is none yet
 * @param lines 1 to {@link #LINES_MAX}; a line's id is the batch's and its place in it
 */
record ReportBatch(String channelId, String id, long version, List<ReportLine> lines) {

  /** So that a batch fits into an item whatever its lines hold. */
  static final int LINES_MAX = 60;

  /** Fewer lines than this share no item only where there are no more. */
  static final int LINES_MIN = 25;

  ReportBatch {
    lines = List.copyOf(lines);
    if (lines.isEmpty() || lines.size() > LINES_MAX) {
      throw new IllegalArgumentException("lines " + lines.size() + " not in 1.." + LINES_MAX);
    }
  }

  /**
   * A line as stored; the rest follows from the batch.
   *
   * @param parts empty where the line reports its own hour's line of its own channel and no other
   */
  private record Row(
      String agreementId,
      String bindingId,
      String meter,
      long quantity,
      int scale,
      Optional<List<ReportLine.Part>> parts,
      ReportLine.State state,
      int attempt,
      Optional<Instant> notBefore,
      String reason) {}

  /** Puts new lines of one channel and hour into as few batches as the channel's limits let. */
  static List<ReportBatch> of(List<ReportLine> lines, int batchMax) {
    int size = size(batchMax);
    List<ReportBatch> batches = new ArrayList<>();
    for (int from = 0; from < lines.size(); from += size) {
      List<ReportLine> some = lines.subList(from, Math.min(lines.size(), from + size));
      ReportLine first = some.getFirst();
      String id =
          Hours.name(first.hour())
              + "-"
              + StableId.of("report", first.channelId(), first.agreementId(), first.meter());
      List<ReportLine> named = new ArrayList<>();
      for (ReportLine line : some) {
        named.add(line.named(lineId(id, named.size())));
      }
      batches.add(new ReportBatch(first.channelId(), id, 0, named));
    }
    return batches;
  }

  /** How many lines a full batch has. */
  static int size(int batchMax) {
    return Math.clamp(batchMax, LINES_MIN, LINES_MAX);
  }

  private static String lineId(String batchId, int place) {
    return "%s-%02d".formatted(batchId, place);
  }

  /** The batch of a line. */
  static String idOf(String lineId) {
    int dash = lineId.lastIndexOf('-');
    return dash <= 0 ? lineId : lineId.substring(0, dash);
  }

  static ReportBatch of(String channelId, Item item) {
    String id = item.key().sort();
    Instant hour = Hours.parse(id.substring(0, id.indexOf('-')));
    List<ReportLine> lines = new ArrayList<>();
    for (Row row : Json.read(item.body(), Columns.class).rows(Row.class)) {
      lines.add(
          new ReportLine(
              lineId(id, lines.size()),
              channelId,
              row.agreementId(),
              row.bindingId(),
              row.meter(),
              hour,
              row.quantity(),
              row.scale(),
              row.parts()
                  .orElseGet(
                      () -> own(channelId, row.agreementId(), row.meter(), hour, row.quantity())),
              row.state(),
              row.attempt(),
              row.notBefore(),
              row.reason()));
    }
    return new ReportBatch(channelId, id, item.version(), lines);
  }

  private static List<ReportLine.Part> own(
      String channelId, String agreementId, String meter, Instant hour, long quantity) {
    String lineId = EntryId.hour(agreementId, hour, 0).line(channelId, meter);
    return quantity == 0 ? List.of() : List.of(new ReportLine.Part(lineId, quantity));
  }

  /** The writes that store a new batch, and name it as one that is on its way. */
  List<Write> create() {
    return List.of(write(), Write.put(Keys.due(channelId, id), "{}", Condition.ABSENT));
  }

  /** The write that replaces it, refused where somebody else did before. */
  Write write() {
    List<Row> rows = lines.stream().map(this::row).toList();
    return Write.put(
        Keys.report(channelId, id),
        Json.write(Columns.of(rows)),
        version == 0 ? Condition.ABSENT : Condition.atVersion(version));
  }

  private Row row(ReportLine line) {
    List<ReportLine.Part> own =
        own(channelId, line.agreementId(), line.meter(), line.hour(), line.quantity());
    return new Row(
        line.agreementId(),
        line.bindingId(),
        line.meter(),
        line.quantity(),
        line.scale(),
        line.parts().equals(own) ? Optional.empty() : Optional.of(line.parts()),
        line.state(),
        line.attempt(),
        line.notBefore(),
        line.reason());
  }

  ReportBatch with(List<ReportLine> other) {
    return new ReportBatch(channelId, id, version, other);
  }

  boolean ended() {
    return lines.stream().allMatch(line -> line.state().ended());
  }
}
