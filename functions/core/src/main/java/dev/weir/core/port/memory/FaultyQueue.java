package dev.weir.core.port.memory;

import dev.weir.core.port.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A queue that does all that "at least once" allows. Order within a group is kept. */
final class FaultyQueue implements Queue {

  private static final int DELAY_MAX_SECONDS = 5;

  private final Queue queue;
  private final Faults faults;

  FaultyQueue(Queue queue, Faults faults) {
    this.queue = queue;
    this.faults = faults;
  }

  @Override
  public void send(String group, String body, Duration delay) {
    boolean late = group.isEmpty() && delay.isZero() && faults.happens(Fault.DELAY);
    Duration added = late ? Duration.ofSeconds(1 + faults.below(DELAY_MAX_SECONDS)) : delay;
    faults.change(() -> queue.send(group, body, added));
  }

  @Override
  public List<Received> receive(int max, Duration visibility) {
    faults.step();
    if (faults.happens(Fault.DELAY)) {
      return List.of();
    }
    List<Received> received = new ArrayList<>(queue.receive(max, visibility));
    faults.step();
    for (Received message : received) {
      if (message.group().isEmpty() && faults.happens(Fault.DUPLICATE)) {
        queue.release(message.receipt(), Duration.ZERO);
      }
    }
    boolean ordered = received.stream().anyMatch(message -> !message.group().isEmpty());
    if (received.size() > 1 && !ordered && faults.happens(Fault.REORDER)) {
      Collections.rotate(received, 1 + faults.below(received.size() - 1));
    }
    return received;
  }

  @Override
  public void acknowledge(String receipt) {
    faults.change(() -> queue.acknowledge(receipt));
  }

  @Override
  public void release(String receipt, Duration delay) {
    faults.change(() -> queue.release(receipt, delay));
  }

  @Override
  public List<Received> deadLetters(int max) {
    return faults.reading(() -> queue.deadLetters(max));
  }

  @Override
  public void replay(String id) {
    faults.change(() -> queue.replay(id));
  }

  @Override
  public Depth depth() {
    return faults.reading(queue::depth);
  }
}
