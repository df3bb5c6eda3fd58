package dev.weir.gateway;

import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.EventPointer;
import dev.weir.core.channel.Events;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import java.util.Optional;

/** Works on what channels stored: the row says what happened, the message only that it did. */
public final class ChannelEventsQueue extends QueueHandler {

  private final Events events;
  private final ChannelWork work;

  /** For Lambda. */
  public ChannelEventsQueue() {
    this(Wiring.ports());
  }

  public ChannelEventsQueue(Ports ports) {
    super(ports.queue(Queues.CHANNEL_EVENTS));
    this.events = new Events(ports);
    this.work = new ChannelWork(House.on(ports));
  }

  @Override
  void work(String body) {
    EventPointer pointer = Json.read(body, EventPointer.class);
    Optional<ChannelEvent> event = events.read(pointer);
    event.ifPresent(work::on);
  }
}
