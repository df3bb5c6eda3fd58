package dev.weir.core.infer;

/**
 * Where the events of a streamed answer go, one at a time. What it throws says that the customer is
 * gone: the stream ends, and only what it took before is billed.
 */
@FunctionalInterface
public interface EventSink {

  /** Takes the data of one event; it was delivered once this returns. */
  void event(String data);

  /** Comes about once a second between events: a moment to see whether anybody still listens. */
  default void idle() {}
}
