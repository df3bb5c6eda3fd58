package dev.weir.local.simulate;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.weir.core.bill.Acknowledge;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.EventPointer;
import dev.weir.core.channel.Events;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.memory.Crash;
import dev.weir.host.Report;
import dev.weir.loader.LoadedChannel;
import dev.weir.local.server.LocalContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The channel host of one market, with its plugin, and the gateway's ear for what it says. */
final class ChannelSide {

  private static final Duration VISIBILITY = Duration.ofMinutes(2);
  private static final Context CONTEXT =
      new LocalContext("Report", new UUID(0, 0), Duration.ofMinutes(1));
  private static final Duration BACKOFF = Duration.ofSeconds(20);

  private final World world;
  private final Market market;
  private final LoadedChannel channel;
  private final Machine host;
  private final Map<String, Integer> handed = new HashMap<>();

  ChannelSide(World world, Market market, LoadedChannel channel) {
    this.world = world;
    this.market = market;
    this.channel = channel;
    this.host = new Machine(world, channel.channelId(), Duration.ZERO);
  }

  String channelId() {
    return channel.channelId();
  }

  Market market() {
    return market;
  }

  /** How often a line was handed to the plugin's host: after more than once, nobody knows. */
  int handed(String lineId) {
    return handed.getOrDefault(lineId, 0);
  }

  /** Works on messages to the market. */
  void report() {
    Ports ports = host.ports();
    host.mayCrash();
    try {
      Queue queue = ports.queue(Queues.report(channel.channelId()));
      for (Queue.Received message : queue.receive(Queue.RECEIVE_MAX, VISIBILITY)) {
        List<ReportTask.Line> lines =
            Json.read(message.body(), ReportTask.class) instanceof ReportTask.Report report
                ? report.lines()
                : List.of();
        lines.forEach(line -> handed.merge(line.id(), 1, Integer::sum));
        market.begin(world.now(), lines);
        SQSBatchResponse response =
            new Report(ports, channel).handleRequest(event(message), CONTEXT);
        if (response.getBatchItemFailures().isEmpty()) {
          queue.acknowledge(message.receipt());
        } else {
          queue.release(message.receipt(), BACKOFF);
        }
      }
    } catch (PortException e) {
      // the messages come again
    } catch (Crash e) {
      host.restart();
    }
  }

  /** Whether a message can be received now. */
  boolean waiting() {
    return world.base().queue(Queues.report(channel.channelId())).depth().visible() > 0;
  }

  private static SQSEvent event(Queue.Received message) {
    SQSEvent.SQSMessage one = new SQSEvent.SQSMessage();
    one.setMessageId(message.id());
    one.setBody(message.body());
    one.setAttributes(
        Map.of(
            "ApproximateReceiveCount",
            Integer.toString(message.receives()),
            "MessageGroupId",
            message.group()));
    SQSEvent event = new SQSEvent();
    event.setRecords(List.of(one));
    return event;
  }

  /** Works on what channel hosts stored, as the gateway does. */
  static void hear(World world, Shop shop) {
    Machine gateway = new Machine(world, "events", Duration.ZERO);
    gateway.mayCrash();
    Ports ports = gateway.ports();
    try {
      Queue queue = ports.queue(Queues.CHANNEL_EVENTS);
      for (Queue.Received message : queue.receive(Queue.RECEIVE_MAX, VISIBILITY)) {
        EventPointer pointer = Json.read(message.body(), EventPointer.class);
        Optional<ChannelEvent> event = new Events(ports).read(pointer);
        if (event.orElse(null) instanceof ChannelEvent.Reported reported) {
          new Acknowledge(ports).apply(reported.channelId(), reported.acks(), reported.attempt());
        } else if (event.orElse(null) instanceof ChannelEvent.Cancelled cancelled) {
          Endings.end(world, shop, ports, cancelled);
        }
        queue.acknowledge(message.receipt());
      }
    } catch (PortException | Crash e) {
      // the messages come again
    }
  }

  void calm() {
    host.calm();
  }
}
