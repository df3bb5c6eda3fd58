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
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.loader.LoadedChannel;
import dev.weir.loader.Manifest;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Delivery;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Measuring;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings replies to where they were asked and measures what was delivered. Thread-safe.
 *
 * <p>A reply is sent again, under the same key, until the plugin says that it is there or never
 * will be. The event that says so carries the quantities; the gateway makes facts of them.
 */
public final class Deliver implements RequestHandler<SQSEvent, SQSBatchResponse> {

  private final Ports ports;
  private final LoadedChannel channel;
  private final String channelId;
  private final Events events;
  private final Bindings bindings;

  public Deliver(Ports ports, LoadedChannel channel) {
    this.ports = ports;
    this.channel = channel;
    this.channelId = channel.channelId();
    this.events = new Events(ports);
    this.bindings = new Bindings(ports);
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    return Batches.run(
        event,
        ports.queue(Queues.deliver(channelId)),
        channelId,
        (body, receives) -> deliver(Json.read(body, dev.weir.core.channel.Deliver.class)));
  }

  private void deliver(dev.weir.core.channel.Deliver task) {
    String key = "delivered:" + task.key();
    Optional<ChannelEvent> before = events.read(new EventPointer(channelId, key));
    if (before.isPresent()) {
      events.store(before.get());
      return;
    }
    Optional<ChannelBinding> binding = bindings.get(channelId, task.bindingId());
    Receipt receipt =
        binding
            .map(b -> send(b, task))
            .orElseGet(() -> new Receipt.Rejected("NOT_BOUND", "binding " + task.bindingId()));
    Map<String, Long> quantities =
        switch (receipt) {
          case Receipt.Sent sent -> task.notice() ? Map.of() : measure(task);
          case Receipt.Rejected rejected -> Map.of();
        };
    events.store(
        new ChannelEvent.Delivered(
            channelId,
            key,
            ports.clock().instant(),
            task.bindingId(),
            task.callId(),
            receipt,
            quantities));
  }

  private Receipt send(ChannelBinding binding, dev.weir.core.channel.Deliver task) {
    Optional<Delivery> delivery = channel.delivery();
    if (delivery.isEmpty()) {
      return Translate.rejected(ErrorCode.UNSUPPORTED, "this channel delivers nothing");
    }
    Delivery.Reply reply =
        new Delivery.Reply(task.callId(), task.conversation(), task.text(), task.attributes());
    try {
      return receipt(delivery.get().deliver(Translate.binding(binding), reply, task.key()), task);
    } catch (ChannelException e) {
      if (Failures.retryable(e)) {
        throw e;
      }
      Failures.log(e, channelId);
      return Translate.rejected(e.code(), String.valueOf(e.getMessage()));
    }
  }

  private Receipt receipt(dev.weir.spi.Receipt receipt, dev.weir.core.channel.Deliver task) {
    return switch (receipt) {
      case dev.weir.spi.Receipt.Sent sent -> new Receipt.Sent(sent.remoteId());
      case dev.weir.spi.Receipt.Rejected r -> Translate.rejected(r.code(), r.reason());
      case dev.weir.spi.Receipt.Deferred d ->
          throw new Batches.Again(
              "call " + task.callId() + " until " + d.until() + ": " + d.reason(),
              Duration.between(ports.clock().instant(), d.until()));
    };
  }

  /**
   * Quantities of declared meters only; zeros that say nothing are left out. A call is one fact of
   * a meter, so only what is summed up can be counted twice in it.
   */
  private Map<String, Long> measure(dev.weir.core.channel.Deliver task) {
    Map<String, Long> quantities = new TreeMap<>();
    Optional<Measuring> measuring = channel.measuring();
    if (measuring.isEmpty()) {
      return quantities;
    }
    Measuring.Completion completion =
        new Measuring.Completion(
            task.callId(),
            task.bindingId(),
            task.conversation(),
            task.answered(),
            task.firstAnswer(),
            task.inputTokens(),
            task.outputTokens());
    Manifest manifest = channel.manifest();
    for (Measuring.Quantity quantity : measuring.get().measure(completion)) {
      Manifest.@Nullable Meter declared = manifest.meters().get(quantity.meter());
      if (declared == null) {
        throw new ChannelException(
            ErrorCode.INTERNAL,
            "meter " + quantity.meter() + " is not declared by plugin " + manifest.id());
      }
      if (declared.aggregation() != Manifest.Aggregation.SUM
          && quantities.containsKey(quantity.meter())) {
        throw new ChannelException(
            ErrorCode.INTERNAL,
            "meter %s is %s and counted twice in call %s (plugin %s)"
                .formatted(quantity.meter(), declared.aggregation(), task.callId(), manifest.id()));
      }
      if (quantity.value() > 0 || declared.aggregation().countsZero()) {
        quantities.merge(quantity.meter(), quantity.value(), Math::addExact);
      }
    }
    return quantities;
  }
}
