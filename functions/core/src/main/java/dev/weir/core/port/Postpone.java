package dev.weir.core.port;

import java.time.Duration;

/** Hides a received message for as long as somebody said, where it comes back in any case. */
public final class Postpone {

  /** The longest wait that is obeyed; who asks for more is asked again after it. */
  public static final Duration MAX = Duration.ofHours(1);

  private static final System.Logger LOG = System.getLogger(Postpone.class.getName());

  private Postpone() {}

  /** Where it fails, the message comes back at the queue's own time. */
  public static void by(Queue queue, String receipt, Duration wait) {
    Duration most = wait.compareTo(MAX) > 0 ? MAX : wait;
    try {
      queue.release(receipt, most.isNegative() ? Duration.ZERO : most);
    } catch (PortException e) {
      LOG.log(System.Logger.Level.WARNING, "message is not postponed: " + e.getMessage(), e);
    }
  }
}
