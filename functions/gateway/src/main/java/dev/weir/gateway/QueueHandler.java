package dev.weir.gateway;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.weir.core.port.Postpone;
import dev.weir.core.port.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of one queue. A message that fails is named in the answer, and with it all later ones
 * of its group in this batch, so that a group's order holds. Thread-safe.
 */
abstract class QueueHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {

  private static final System.Logger LOG = System.getLogger(QueueHandler.class.getName());

  private final Queue queue;

  QueueHandler(Queue queue) {
    this.queue = queue;
  }

  /**
   * Works on one message. Called again with the same body it must change nothing more.
   *
   * @throws RuntimeException where the message must come again
   */
  abstract void work(String body);

  @Override
  public final SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
    Map<String, Worked> held = new HashMap<>();
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      String group = message.getAttributes().getOrDefault("MessageGroupId", "");
      Worked before = held.get(group);
      Worked worked = before == null ? worked(message) : before;
      if (worked instanceof Again again) {
        failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
        again.after().ifPresent(wait -> Postpone.by(queue, message.getReceiptHandle(), wait));
        if (!group.isEmpty()) {
          held.put(group, worked);
        }
      }
    }
    return new SQSBatchResponse(failures);
  }

  private sealed interface Worked {}

  private record Done() implements Worked {}

  /** Without a time it comes again when the queue thinks right. */
  private record Again(Optional<Duration> after) implements Worked {}

  private Worked worked(SQSEvent.SQSMessage message) {
    try {
      work(message.getBody());
      return new Done();
    } catch (Later e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "message comes again: " + e.getMessage());
      return new Again(Optional.ofNullable(e.after));
    } catch (RuntimeException e) {
      String id = message.getMessageId();
      LOG.log(System.Logger.Level.WARNING, "message " + id + " failed: " + e.getMessage(), e);
      return new Again(Optional.empty());
    }
  }

  /** Not a failure: it is too early. */
  static final class Later extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Duration after;

    /**
     * Too early.
     *
     * @param after when it makes sense; empty where the queue's own time will do
     */
    Later(String reason, Optional<Duration> after) {
      super(reason, null, false, false);
      this.after = after.orElse(null);
    }
  }
}
