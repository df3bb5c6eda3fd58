package dev.weir.core.channel;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a channel must tell the other side: the body of {@code report-<channel>}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ReportTask.Report.class, name = "report"),
  @JsonSubTypes.Type(value = ReportTask.Settle.class, name = "settle"),
  @JsonSubTypes.Type(value = ReportTask.Offboard.class, name = "offboard")
})
public sealed interface ReportTask {

  /** The most lines of one message, which keeps it well below a queue's 256 KB. */
  int LINES_MAX = 200;

  /**
   * Sealed lines to report.
   *
   * @param attempt 1 on the first send; higher where an earlier outcome is unknown or retryable
   * @param until when another message takes its place: one that is read later is left
   */
  record Report(List<Line> lines, int attempt, Optional<Instant> until) implements ReportTask {

    /** One that is good for ever. */
    public Report(List<Line> lines, int attempt) {
      this(lines, attempt, Optional.empty());
    }

    public Report {
      lines = List.copyOf(lines);
      if (lines.isEmpty() || lines.size() > LINES_MAX) {
        throw new IllegalArgumentException("lines " + lines.size() + " not in 1.." + LINES_MAX);
      }
      if (attempt < 1) {
        throw new IllegalArgumentException("attempt " + attempt + " < 1");
      }
    }
  }

  /**
   * One sealed hour of one meter of one binding.
   *
   * @param hour the hour's start
   * @param quantity in units of 10⁻ˢ, s = {@code scale}
   * @param finalBy until when the line is taken at most, where the relation has ended
   */
  record Line(
      String id,
      String bindingId,
      String meter,
      Instant hour,
      long quantity,
      int scale,
      Optional<Instant> finalBy) {

    /** A line of a relation that goes on. */
    public Line(String id, String bindingId, String meter, Instant hour, long quantity, int scale) {
      this(id, bindingId, meter, hour, quantity, scale, Optional.empty());
    }
  }

  /**
   * A settlement statement to send. Amounts are 10⁻⁶ of the currency's minor unit.
   *
   * @param key the idempotency key
   */
  record Settle(
      String statementId,
      Instant from,
      Instant to,
      String currency,
      List<SettleLine> lines,
      long totalMicros,
      String key)
      implements ReportTask {
    public Settle {
      lines = List.copyOf(lines);
    }
  }

  /** The vendor ended the relation; the other side is to end it, too, as far as it can. */
  record Offboard(String bindingId) implements ReportTask {}

  /** A binding's revenue and the partner's share of it. */
  record SettleLine(
      String bindingId,
      String meter,
      long quantity,
      long revenueMicros,
      int shareBasisPoints,
      long shareMicros) {}
}
