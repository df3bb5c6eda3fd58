package dev.weir.host;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Postpone;
import dev.weir.core.port.Queue;
import dev.weir.spi.ChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Works through a batch of queue messages. One that fails goes back to the queue, and so does every
 * later one of its group, because a group keeps its order. Where the other side names a time, they
 * come again at that time, else when the queue thinks right.
 */
final class Batches {

  private static final System.Logger LOG = System.getLogger(Batches.class.getName());

  private Batches() {}

  /** Work on one message. */
  @FunctionalInterface
  interface Work {
    /** Returns where the message is done with; throws {@link Again} where it must come back. */
    void on(String body, int receives);
  }

  /** The message must be received again. */
  static final class Again extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration after;

    Again(String why, Duration after) {
      super(why, null, false, false);
      this.after = after;
    }
  }

  private sealed interface Outcome {}

  private record Done() implements Outcome {}

  private record Back(Optional<Duration> after) implements Outcome {}

  static SQSBatchResponse run(SQSEvent event, Queue queue, String channelId, Work work) {
    List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
    Map<String, Outcome> stopped = new HashMap<>();
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      Map<String, String> attributes =
          message.getAttributes() == null ? Map.of() : message.getAttributes();
      String group = attributes.getOrDefault("MessageGroupId", "");
      Outcome before = stopped.get(group);
      Outcome outcome = before == null ? work(message, attributes, channelId, work) : before;
      if (outcome instanceof Back back) {
        failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
        back.after().ifPresent(wait -> Postpone.by(queue, message.getReceiptHandle(), wait));
        if (!group.isEmpty()) {
          stopped.put(group, outcome);
        }
      }
    }
    return new SQSBatchResponse(failures);
  }

  private static Outcome work(
      SQSEvent.SQSMessage message, Map<String, String> attributes, String channelId, Work work) {
    int receives = Integer.parseInt(attributes.getOrDefault("ApproximateReceiveCount", "1"));
    try {
      work.on(message.getBody(), receives);
      return new Done();
    } catch (Again e) {
      LOG.log(System.Logger.Level.INFO, "again: {0} (channel {1})", e.getMessage(), channelId);
      return new Back(Optional.of(e.after));
    } catch (ChannelException e) {
      Failures.log(e, channelId);
      return new Back(e.retryAfterMs().map(Duration::ofMillis));
    } catch (PortException | IllegalStateException | IllegalArgumentException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "message " + message.getMessageId() + " failed (channel " + channelId + ")",
          e);
      return new Back(Optional.empty());
    }
  }
}
