package dev.weir.core.bill;

import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A market that takes the first record of an hour, answers an identical one either way, is busy at
 * times, and whose answers get lost.
 */
final class FirstWriteWinsMarket {

  private record Hour(String bindingId, String meter, Instant hour) {}

  private final Map<Hour, Long> records = new HashMap<>();
  private final Random random;
  private final String channelId;
  private final boolean sayDuplicate;
  private int troublePercent = 25;

  FirstWriteWinsMarket(String channelId, long seed) {
    this.channelId = channelId;
    this.random = new Random(seed);
    this.sayDuplicate = seed % 2 == 0;
  }

  void calm() {
    troublePercent = 0;
  }

  long total() {
    return records.values().stream().mapToLong(Long::longValue).sum();
  }

  private boolean trouble() {
    return random.nextInt(100) < troublePercent;
  }

  /** Works off the channel's queue, as its host does. */
  void run(Ports ports) {
    Queue queue = ports.queue(Queues.report(channelId));
    for (Queue.Received message : queue.receive(10, Duration.ofMinutes(2))) {
      ReportTask.Report report = (ReportTask.Report) Json.read(message.body(), ReportTask.class);
      List<LineAck> acks = new ArrayList<>();
      for (ReportTask.Line line : report.lines()) {
        acks.add(take(line));
      }
      if (trouble()) {
        continue; // the host died after the call: the message comes again
      }
      int attempt = report.attempt() + message.receives() - 1;
      new Acknowledge(ports).apply(channelId, acks, attempt);
      queue.acknowledge(message.receipt());
    }
  }

  private LineAck take(ReportTask.Line line) {
    if (trouble()) {
      return new LineAck.Rejected(line.id(), "UNPROCESSED", "busy", true);
    }
    Hour hour = new Hour(line.bindingId(), line.meter(), line.hour());
    Long before = records.putIfAbsent(hour, line.quantity());
    if (before == null || (before == line.quantity() && !sayDuplicate)) {
      return new LineAck.Accepted(line.id(), "");
    }
    return new LineAck.Duplicate(
        line.id(),
        before == line.quantity() ? LineAck.Sameness.UNKNOWN : LineAck.Sameness.DIFFERENT);
  }
}
