package dev.weir.core.infer;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Sends a call to a replica. */
public interface ReplicaClient {

  /** The largest answer of a replica, in bytes. */
  int ANSWER_MAX_BYTES = 16 << 20;

  /**
   * Sends one call and waits for its answer.
   *
   * @throws NotReached where nothing was sent, so that another replica may be asked
   * @throws java.net.http.HttpTimeoutException where no answer came in time
   * @throws IOException where the connection broke after the call was sent
   */
  Reply invoke(Replica replica, String grant, String body, Duration deadline) throws IOException;

  /** Status, body, and when to try again where the replica says so. */
  record Reply(int status, String body, Optional<Long> retryAfterSeconds) {}

  /** The replica takes no connection. */
  final class NotReached extends IOException {

    private static final long serialVersionUID = 1L;

    public NotReached(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
