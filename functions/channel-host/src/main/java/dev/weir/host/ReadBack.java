package dev.weir.host;

import dev.weir.core.channel.LineAck;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Reporting;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks the other side what it has on record, where that is not known otherwise. */
final class ReadBack {

  private final Reporting reporting;
  private final String channelId;

  ReadBack(Reporting reporting, String channelId) {
    this.reporting = reporting;
    this.channelId = channelId;
  }

  /** What makes two records one. */
  private record Place(String bindingId, String meter, Instant hour) {
    static Place of(Reporting.SealedLine line) {
      return new Place(line.binding().id(), line.meter(), line.hour());
    }
  }

  /**
   * Duplicates, by line, for those lines of which the other side has a record. None where it has no
   * way to ask, or does not answer: the lines are then reported as if it had not been asked.
   */
  Map<String, LineAck> known(List<Reporting.SealedLine> lines) {
    Map<Place, Long> quantities = new HashMap<>();
    records(lines)
        .forEach(line -> quantities.merge(Place.of(line), line.quantity(), Math::addExact));
    Map<String, LineAck> known = new HashMap<>();
    for (Reporting.SealedLine line : lines) {
      Long quantity = quantities.get(Place.of(line));
      if (quantity != null) {
        LineAck.Sameness same =
            quantity == line.quantity() ? LineAck.Sameness.SAME : LineAck.Sameness.DIFFERENT;
        known.put(line.id(), new LineAck.Duplicate(line.id(), same));
      }
    }
    return known;
  }

  private List<Reporting.SealedLine> records(List<Reporting.SealedLine> lines) {
    List<Instant> hours =
        lines.stream().map(Reporting.SealedLine::hour).sorted(Comparator.naturalOrder()).toList();
    try {
      Optional<List<Reporting.SealedLine>> records =
          reporting.readBack(hours.getFirst(), hours.getLast().plus(Duration.ofHours(1)));
      return records.orElse(List.of());
    } catch (ChannelException e) {
      Failures.log(e, channelId);
      return List.of();
    }
  }
}
