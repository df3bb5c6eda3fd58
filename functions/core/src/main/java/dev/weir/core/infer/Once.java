package dev.weir.core.infer;

import dev.weir.core.meter.StableId;
import dev.weir.core.port.Idempotency;
import dev.weir.core.port.Ids;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Optional;

/** Does the work of a request once per Idempotency-Key; a repeated one is answered for free. */
final class Once {

  private final Idempotency idempotency;
  private final Ids ids;

  Once(Ports ports) {
    this.idempotency = new Idempotency(ports);
    this.ids = new Ids(ports.clock());
  }

  /** The work of one request. */
  interface Work {
    Reply run(Attempt attempt);
  }

  /** One attempt at a request: its call's id, and how to keep the answer. */
  final class Attempt {

    private final String callId;
    private final Optional<Idempotency.Ticket> ticket;
    private boolean kept;

    private Attempt(String callId, Optional<Idempotency.Ticket> ticket) {
      this.callId = callId;
      this.ticket = ticket;
    }

    String callId() {
      return callId;
    }

    /**
     * Who counts the call on one of Weir's own replicas. Under a key it is the commit that keeps
     * the answer: a journal could not tell that the same request comes a second time.
     */
    Grant.Billing billing() {
      return ticket.isPresent() ? Grant.Billing.ROW : Grant.Billing.JOURNAL;
    }

    /** To be included where the work ends in a commit of its own. */
    List<Write> completion(Reply reply) {
      kept = true;
      return ticket
          .map(known -> List.<Write>of(idempotency.completion(known, reply.status(), wire(reply))))
          .orElse(List.of());
    }
  }

  Reply run(String principal, String route, Optional<String> key, String body, Work work) {
    if (key.isEmpty()) {
      return work.run(new Attempt(ids.next(), Optional.empty()));
    }
    return switch (idempotency.begin(principal, route, key.get(), StableId.of(body))) {
      case Idempotency.Fresh(Idempotency.Ticket ticket) -> fresh(ticket, work);
      case Idempotency.Replay(int status, String kept) -> replay(status, kept);
      case Idempotency.InProgress(long seconds) ->
          throw new ProblemException(
              Problem.conflict("a request with this Idempotency-Key is in progress")
                  .retryAfter(seconds));
      case Idempotency.Mismatch _ ->
          throw new ProblemException(
              Problem.invalid("another body was sent under this Idempotency-Key"));
    };
  }

  private Reply fresh(Idempotency.Ticket ticket, Work work) {
    boolean done = false;
    try {
      Attempt attempt = new Attempt(ids.next(), Optional.of(ticket));
      Reply reply = work.run(attempt);
      if (!attempt.kept) {
        idempotency.complete(ticket, reply.status(), wire(reply));
      }
      done = true;
      return reply;
    } finally {
      if (!done) {
        idempotency.abandon(ticket);
      }
    }
  }

  /** The content type's first letter says which it is: {@code j}son or an {@code e}vent stream. */
  private static String wire(Reply reply) {
    return (reply.contentType().equals(Reply.JSON) ? "j" : "e") + reply.body();
  }

  private static Reply replay(int status, String kept) {
    String type = kept.startsWith("j") ? Reply.JSON : Reply.EVENT_STREAM;
    return new Reply(status, type, kept.substring(1), true);
  }
}
