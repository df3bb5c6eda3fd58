package dev.weir.gateway;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A consumer of one queue. A message that fails is named in the answer, and with it all later ones
 * of its group in this batch, so that a group's order holds. Thread-safe.
 */
abstract class QueueHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {

  private static final System.Logger LOG = System.getLogger(QueueHandler.class.getName());

  /**
   * Works on one message. Called again with the same body it must change nothing more.
   *
   * @throws RuntimeException where the message must come again
   */
  abstract void work(String body);

  @Override
  public final SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
    Set<String> held = new HashSet<>();
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      String group = message.getAttributes().getOrDefault("MessageGroupId", "");
      if (held.contains(group) || !worked(message)) {
        failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
        if (!group.isEmpty()) {
          held.add(group);
        }
      }
    }
    return new SQSBatchResponse(failures);
  }

  private boolean worked(SQSEvent.SQSMessage message) {
    try {
      work(message.getBody());
      return true;
    } catch (Later e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "message comes again: " + e.getMessage());
      return false;
    } catch (RuntimeException e) {
      String id = message.getMessageId();
      LOG.log(System.Logger.Level.WARNING, "message " + id + " failed: " + e.getMessage(), e);
      return false;
    }
  }

  /** Not a failure: it is too early. */
  static final class Later extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Later(String reason) {
      super(reason, null, false, false);
    }
  }
}
