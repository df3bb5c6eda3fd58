package dev.weir.gateway;

import dev.weir.core.notice.Tell;
import dev.weir.core.notice.WebhookUrls;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import java.util.Optional;

/** Tells notices to the vendor and to customers. */
public final class NoticesQueue extends QueueHandler {

  private final Tell tell;

  /** For Lambda. */
  public NoticesQueue() {
    this(Wiring.ports());
  }

  public NoticesQueue(Ports ports) {
    super(ports.queue(Queues.NOTICES));
    this.tell = new Tell(ports, WebhookUrls.of(House.on(ports).publicUrl()));
  }

  @Override
  void work(String body) {
    tell.run(body)
        .ifPresent(wait -> {
          throw new Later("a target was not reached", Optional.of(wait));
        });
  }
}
