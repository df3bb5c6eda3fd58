package dev.weir.local.server;

import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A queue that a function and the pump which calls it share. What the function put off to a time of
 * its own is not put off by the pump again, as SQS leaves the visibility alone that a function
 * changed. Thread-safe.
 */
public final class HandedQueue implements Queue {

  private final Queue queue;
  private final Set<String> putOff = ConcurrentHashMap.newKeySet();

  private HandedQueue(Queue queue) {
    this.queue = queue;
  }

  static HandedQueue of(Queue queue) {
    return queue instanceof HandedQueue handed ? handed : new HandedQueue(queue);
  }

  /** The same ports, with one such queue for each name. */
  public static Ports in(Ports ports) {
    Map<String, Queue> queues = new ConcurrentHashMap<>();
    return new Ports(
        ports.table(),
        ports.blobs(),
        name -> queues.computeIfAbsent(name, n -> of(ports.queue(n))),
        ports.hosts(),
        ports.secrets(),
        ports.clock());
  }

  /** For the pump: releases what the function did not release itself. */
  void releaseUnlessPutOff(String receipt, Duration delay) {
    if (!putOff.remove(receipt)) {
      queue.release(receipt, delay);
    }
  }

  @Override
  public void release(String receipt, Duration delay) {
    putOff.add(receipt);
    queue.release(receipt, delay);
  }

  @Override
  public void acknowledge(String receipt) {
    putOff.remove(receipt);
    queue.acknowledge(receipt);
  }

  @Override
  public void send(String group, String body, Duration delay) {
    queue.send(group, body, delay);
  }

  @Override
  public List<Received> receive(int max, Duration visibility) {
    return queue.receive(max, visibility);
  }

  @Override
  public List<Received> deadLetters(int max) {
    return queue.deadLetters(max);
  }

  @Override
  public void replay(String id) {
    queue.replay(id);
  }

  @Override
  public Depth depth() {
    return queue.depth();
  }
}
