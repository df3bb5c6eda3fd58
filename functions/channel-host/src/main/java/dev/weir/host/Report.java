package dev.weir.host;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.weir.core.channel.Bindings;
import dev.weir.core.channel.ChannelBinding;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.EventPointer;
import dev.weir.core.channel.Events;
import dev.weir.core.channel.Receipt;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Sha256;
import dev.weir.loader.LoadedChannel;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reports sealed lines, sends settlement statements and ends relations. Thread-safe.
 *
 * <p>What is known of a line is never lost to what is not known of another: each line gets exactly
 * one acknowledgement. Only where nothing is known of any line does the message come back, and then
 * one attempt higher.
 */
public final class Report implements RequestHandler<SQSEvent, SQSBatchResponse> {

  private final Ports ports;
  private final LoadedChannel channel;
  private final String channelId;
  private final Events events;
  private final Bindings bindings;
  private final Lines lines;

  public Report(Ports ports, LoadedChannel channel) {
    this.ports = ports;
    this.channel = channel;
    this.channelId = channel.channelId();
    this.events = new Events(ports);
    this.bindings = new Bindings(ports);
    this.lines = new Lines(ports, channel);
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    return Batches.run(
        event,
        ports.queue(Queues.report(channelId)),
        channelId,
        (body, receives) -> {
          switch (Json.read(body, ReportTask.class)) {
            case ReportTask.Report report -> report(report, receives);
            case ReportTask.Settle settle -> settle(settle);
            case ReportTask.Offboard offboard -> offboard(offboard);
          }
        });
  }

  private void report(ReportTask.Report report, int receives) {
    Instant now = ports.clock().instant();
    if (report.until().filter(until -> !now.isBefore(until)).isPresent()) {
      // After an outage many messages of the same lines wait; the newest one is enough.
      return;
    }
    String ids = report.lines().stream().map(ReportTask.Line::id).collect(Collectors.joining("\n"));
    String key = "reported:" + Sha256.hex(report.attempt() + "\n" + ids);
    if (repeated(key)) {
      return;
    }
    int attempt = report.attempt() + receives - 1;
    events.store(
        new ChannelEvent.Reported(
            channelId,
            key,
            ports.clock().instant(),
            lines.report(report.lines(), attempt),
            attempt));
  }

  private void settle(ReportTask.Settle settle) {
    String key = "settled:" + settle.key();
    if (repeated(key)) {
      return;
    }
    events.store(
        new ChannelEvent.Settled(
            channelId, key, ports.clock().instant(), settle.statementId(), send(settle)));
  }

  /** What the other side cannot do just now is tried again; what it refuses is left to a person. */
  private void offboard(ReportTask.Offboard task) {
    Optional<ChannelBinding> binding = bindings.get(channelId, task.bindingId());
    if (binding.isEmpty() || channel.onboarding().isEmpty()) {
      return;
    }
    try {
      channel.onboarding().get().offboard(Translate.binding(binding.get()));
    } catch (ChannelException e) {
      if (Failures.retryable(e)) {
        throw e;
      }
      Failures.log(e, channelId);
    }
  }

  private boolean repeated(String key) {
    Optional<ChannelEvent> before = events.read(new EventPointer(channelId, key));
    before.ifPresent(events::store);
    return before.isPresent();
  }

  private Receipt send(ReportTask.Settle settle) {
    Optional<Settlement> settlement = channel.settlement();
    if (settlement.isEmpty()) {
      return Translate.rejected(ErrorCode.UNSUPPORTED, "this channel takes no statements");
    }
    List<Settlement.Line> statement =
        settle.lines().stream()
            .map(line ->
                new Settlement.Line(
                    line.bindingId(),
                    line.meter(),
                    line.quantity(),
                    line.revenueMicros(),
                    line.shareBasisPoints(),
                    line.shareMicros()))
            .toList();
    try {
      return switch (settlement
          .get()
          .send(
              new Settlement.Statement(
                  settle.statementId(),
                  settle.from(),
                  settle.to(),
                  settle.currency(),
                  statement,
                  settle.totalMicros()),
              settle.key())) {
        case dev.weir.spi.Receipt.Sent sent -> new Receipt.Sent(sent.remoteId());
        case dev.weir.spi.Receipt.Rejected r -> Translate.rejected(r.code(), r.reason());
        case dev.weir.spi.Receipt.Deferred d ->
            throw new Batches.Again(
                "statement " + settle.statementId() + " until " + d.until() + ": " + d.reason(),
                Duration.between(ports.clock().instant(), d.until()));
      };
    } catch (ChannelException e) {
      if (Failures.retryable(e)) {
        throw e;
      }
      Failures.log(e, channelId);
      return Translate.rejected(e.code(), String.valueOf(e.getMessage()));
    }
  }
}
