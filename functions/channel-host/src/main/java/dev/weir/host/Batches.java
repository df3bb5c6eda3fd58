package dev.weir.host;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.weir.core.port.PortException;
import dev.weir.spi.ChannelException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Works through a batch of queue messages. One that fails goes back to the queue, and so does every
 * later one of its group, because a group keeps its order.
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

    Again(String why) {
      super(why, null, false, false);
    }
  }

  static SQSBatchResponse run(SQSEvent event, String channelId, Work work) {
    List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
    Set<String> stopped = new HashSet<>();
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      Map<String, String> attributes =
          message.getAttributes() == null ? Map.of() : message.getAttributes();
      String group = attributes.getOrDefault("MessageGroupId", "");
      if (stopped.contains(group) || !done(message, attributes, channelId, work)) {
        failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
        if (!group.isEmpty()) {
          stopped.add(group);
        }
      }
    }
    return new SQSBatchResponse(failures);
  }

  private static boolean done(
      SQSEvent.SQSMessage message, Map<String, String> attributes, String channelId, Work work) {
    int receives = Integer.parseInt(attributes.getOrDefault("ApproximateReceiveCount", "1"));
    try {
      work.on(message.getBody(), receives);
      return true;
    } catch (Again e) {
      LOG.log(System.Logger.Level.INFO, "again: {0} (channel {1})", e.getMessage(), channelId);
      return false;
    } catch (ChannelException e) {
      Failures.log(e, channelId);
      return false;
    } catch (PortException | IllegalStateException | IllegalArgumentException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "message " + message.getMessageId() + " failed (channel " + channelId + ")",
          e);
      return false;
    }
  }
}
