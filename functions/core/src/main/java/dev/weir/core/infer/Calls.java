package dev.weir.core.infer;

import dev.weir.core.json.Json;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Questions that came through a channel: stored, answered later, and billed by the commit that
 * makes the answer durable. Thread-safe.
 */
public final class Calls {

  /** How long what was said is kept. */
  public static final Duration KEPT = Duration.ofDays(30);

  /** How often an answer is tried. */
  public static final int ATTEMPTS_MAX = 6;

  /** How long an attempt holds a call before another may take it. */
  public static final Duration LEASE = Duration.ofSeconds(60);

  private final Ports ports;
  private final Outbox outbox;
  private final Attempts attempts;

  public Calls(Ports ports, Endpoints endpoints, Replicas replicas, ReplicaClient client) {
    this.ports = ports;
    this.outbox = new Outbox(ports);
    this.attempts = new Attempts(ports, endpoints, replicas, client);
  }

  /** The body of a message on the queue {@link Queues#CALLS}. */
  public record Pointer(String callId) {}

  /** What became of one attempt. */
  public sealed interface Ran {}

  /** It is over: answered, or given up; the message can be acknowledged. */
  public record Over(Call call) implements Ran {}

  /** It should be tried again after that time. */
  public record Later(Duration after, String reason) implements Ran {}

  /** The id of a channel's event as a call; the same event has the same. */
  public static String callId(String channelId, String dedupeKey) {
    return StableId.of("channel-call", channelId, dedupeKey);
  }

  /**
   * The writes that queue a question, for the commit that takes the channel's event. They are
   * refused where the call exists.
   */
  public List<Write> writes(Call.Question question) {
    if (question.text().length() > InferLimits.TEXT_MAX_CHARS) {
      throw new ProblemException(
          Problem.tooLarge(
              "text %d characters > %d (channel %s)"
                  .formatted(
                      question.text().length(), InferLimits.TEXT_MAX_CHARS, question.channelId())));
    }
    Instant expires = ports.clock().instant().plus(KEPT);
    List<Write> writes = new ArrayList<>();
    writes.add(
        Write.put(
            Keys.call(question.callId()),
            Json.write(new Call.Submitted(question, 0)),
            expires,
            Condition.ABSENT));
    for (String user : List.of(question.user(), "")) {
      String subject = Keys.subject(question.channelId(), question.bindingId(), user);
      Write row = Write.put(Keys.said(subject, question.callId()), "{}", expires, Condition.ALWAYS);
      if (writes.stream().noneMatch(write -> write.key().equals(row.key()))) {
        writes.add(row);
      }
    }
    writes.add(
        outbox.row(
            Queues.CALLS, Conversation.id(question), Json.write(new Pointer(question.callId()))));
    return writes;
  }

  /** Queues a question in a commit of its own; one that was queued before is not queued again. */
  public void enqueue(Call.Question question) {
    List<Write> writes = writes(question);
    if (Tables.commit(ports.table(), writes).applied()) {
      outbox.flush(Outbox.rows(writes));
    } else if (get(question.callId()).isEmpty()) {
      throw new ProblemException(Problem.unavailable("the call could not be queued", 1));
    }
  }

  public Optional<Call> get(String callId) {
    return attempts.call(callId);
  }

  /** Makes one attempt at a call. Any number of these may run at once; one of them bills. */
  public Ran run(String callId) {
    Optional<Item> item = ports.table().get(Keys.call(callId));
    if (item.isEmpty()) {
      return new Later(Duration.ofSeconds(1), "call " + callId + " has no row yet");
    }
    Instant now = ports.clock().instant();
    Call call = Json.read(item.get().body(), Call.class);
    return switch (call) {
      case Call.Done done -> new Over(done);
      case Call.Failed failed -> new Over(failed);
      case Call.Direct direct -> new Over(direct);
      case Call.Submitted submitted -> attempts.start(item.get(), submitted.start(now.plus(LEASE)));
      case Call.Running running ->
          now.isBefore(running.leaseUntil())
              ? new Later(Duration.between(now, running.leaseUntil()), "it is being answered")
              : attempts.start(item.get(), running.taken(now.plus(LEASE)));
    };
  }
}
