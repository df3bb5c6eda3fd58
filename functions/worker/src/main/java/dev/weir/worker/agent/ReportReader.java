package dev.weir.worker.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weir.core.job.AgentWire;
import dev.weir.core.job.JobLimits;
import dev.weir.core.job.MetricPoint;
import dev.weir.core.job.Progress;
import dev.weir.core.json.Json;
import dev.weir.worker.OffsetClock;
import dev.weir.worker.train.Reports;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Follows the lines that the algorithm appends. Lines that are not reports are skipped. */
final class ReportReader {

  private static final int READ_MAX_BYTES = 1 << 20;

  private final Path file;
  private final OffsetClock clock;
  private final Deque<MetricPoint> waiting = new ArrayDeque<>();
  private Progress progress = Progress.NONE;
  private long offset;

  ReportReader(Path file, OffsetClock clock) {
    this.file = file;
    this.clock = clock;
  }

  /** What is new, at most what one heartbeat carries; the rest comes with the next. */
  AgentWire.Heartbeat next() throws IOException {
    follow();
    List<MetricPoint> points = new ArrayList<>();
    while (points.size() < JobLimits.METRICS_MAX && !waiting.isEmpty()) {
      points.add(waiting.removeFirst());
    }
    return new AgentWire.Heartbeat(progress, points, clock.hostMs());
  }

  /** Puts points back that could not be sent. */
  void unsent(AgentWire.Heartbeat beat) {
    beat.metrics().reversed().forEach(waiting::addFirst);
  }

  boolean more() {
    return !waiting.isEmpty();
  }

  private void follow() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    byte[] fresh;
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(offset);
      fresh = new byte[(int) Math.min(READ_MAX_BYTES, in.length() - offset)];
      in.readFully(fresh);
    }
    int end = fresh.length;
    while (end > 0 && fresh[end - 1] != '\n') {
      end--;
    }
    offset += end;
    new String(fresh, 0, end, StandardCharsets.UTF_8).lines().forEach(this::line);
  }

  private void line(String text) {
    try {
      Reports.Line line = Json.MAPPER.readValue(text, Reports.Line.class);
      line.progress().ifPresent(p -> progress = p);
      line.metric().ifPresent(point -> waiting.addLast(point.at(clock.instant())));
    } catch (JsonProcessingException e) {
      // Somebody else's line.
    }
  }
}
