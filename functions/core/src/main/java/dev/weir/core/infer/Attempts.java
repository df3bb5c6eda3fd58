package dev.weir.core.infer;

import static dev.weir.core.infer.Calls.ATTEMPTS_MAX;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Suspension;
import dev.weir.core.channel.Deliver;
import dev.weir.core.infer.Calls.Later;
import dev.weir.core.infer.Calls.Over;
import dev.weir.core.infer.Calls.Ran;
import dev.weir.core.json.Json;
import dev.weir.core.limit.Admission;
import dev.weir.core.limit.Reservation;
import dev.weir.core.limit.Who;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Outcome;
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
import java.util.Map;
import java.util.Optional;

/**
 * One attempt at a queued call, from the commit that begins it and reserves what it may spend to
 * the one that answers and bills, or gives back. Thread-safe.
 */
final class Attempts {

  private static final int COMMITS_MAX = 8;
  private static final Later FASTER =
      new Later(Duration.ofSeconds(1), "another attempt was faster");

  private final Ports ports;
  private final Outbox outbox;
  private final Accounts accounts;
  private final Entitled entitled;
  private final Admission admission;
  private final TextAnswers answers;
  private final Meters meters;
  private final Conversations conversations;

  Attempts(Ports ports, Endpoints endpoints, Replicas replicas, ReplicaClient client) {
    this.ports = ports;
    this.outbox = new Outbox(ports);
    this.accounts = new Accounts(ports);
    this.entitled = new Entitled(ports, endpoints);
    this.admission = endpoints.admission();
    this.answers =
        new TextAnswers(
            new Inference(ports, endpoints, replicas, client), new RemoteCall(ports.secrets()));
    this.meters = new Meters(ports);
    this.conversations = new Conversations(ports);
  }

  Optional<Call> call(String callId) {
    return ports.table().get(Keys.call(callId)).map(item -> Json.read(item.body(), Call.class));
  }

  /** The commit that begins an attempt also reserves what it may spend. */
  Ran start(Item item, Call.Running running) {
    Item held = new Item(item.key(), item.version() + 1, Map.of(), "", item.expires());
    Call.Question question = running.question();
    Attempt attempt;
    try {
      Agreement agreement = open(question.agreementId());
      Endpoint endpoint = entitled.endpoint(agreement);
      Reservation reservation = reserve(running, agreement, endpoint);
      attempt = new Attempt(held, running, agreement, endpoint, reservation);
    } catch (ProblemException e) {
      if (e.problem().status() == 429) { // of a rate: no attempt was made
        return new Later(
            Duration.ofSeconds(e.problem().retryAfterSeconds().orElse(1L)), e.problem().detail());
      }
      return begun(item, running, List.of()) instanceof Outcome.Applied
          ? failed(held, running, e.problem(), List.of())
          : FASTER;
    }
    Reservation reservation = attempt.reservation();
    return switch (begun(item, running, admission.reserving(reservation))) {
      case Outcome.Applied _ -> answered(attempt);
      case Outcome.Refused(int index) when index > 0 && index % 2 == 0 ->
          refused(item, attempt, admission.refused(reservation, index - 1));
      case Outcome.Refused _, Outcome.Conflict _, Outcome.Unknown _ -> FASTER;
    };
  }

  /** One attempt, as its beginning left it. */
  private record Attempt(
      Item held,
      Call.Running running,
      Agreement agreement,
      Endpoint endpoint,
      Reservation reservation) {}

  private Outcome begun(Item item, Call.Running running, List<Write> reserving) {
    List<Write> writes = new ArrayList<>();
    writes.add(replaced(item, item.version(), running));
    writes.addAll(reserving);
    return Tables.commit(ports.table(), writes);
  }

  private Reservation reserve(Call.Running running, Agreement agreement, Endpoint endpoint) {
    Call.Question asked = running.question();
    return admission.reserve(
        new Who(agreement, Optional.empty(), asked.channelId()),
        asked.callId() + "-" + running.attempts(),
        () ->
            switch (endpoint.backend()) {
              case Endpoint.Own _ -> Entitled.ownMost();
              case Endpoint.Remote service -> TextAnswers.most(service, asked.text());
            });
  }

  /** A budget that cannot hold the call ends it, without an attempt. */
  private Ran refused(Item item, Attempt attempt, ProblemException problem) {
    return begun(item, attempt.running(), List.of()) instanceof Outcome.Applied
        ? failed(attempt.held(), attempt.running(), problem.problem(), List.of())
        : FASTER;
  }

  private Ran answered(Attempt attempt) {
    Call.Running running = attempt.running();
    try {
      Call.Answer answer = answer(attempt.endpoint(), attempt.agreement(), running.question());
      return finish(attempt, answer);
    } catch (ProblemException e) {
      return failed(
          attempt.held(),
          running,
          e.problem(),
          admission.settling(attempt.reservation(), Map.of()));
    }
  }

  private Agreement open(String agreementId) {
    Agreement agreement =
        accounts
            .agreement(agreementId)
            .orElseThrow(
                () -> new ProblemException(Problem.notFound("no agreement " + agreementId)));
    Optional<Problem> refusal = agreement.refusal();
    if (refusal.isPresent()) {
      throw new ProblemException(refusal.get());
    }
    return agreement;
  }

  private Call.Answer answer(Endpoint endpoint, Agreement agreement, Call.Question question) {
    return switch (endpoint.backend()) {
      case Endpoint.Own own ->
          answers.own(
              endpoint,
              own,
              new Inference.Call(
                  question.callId(),
                  agreement.id(),
                  question.channelId(),
                  Grant.Billing.ROW,
                  InferLimits.DEADLINE),
              question.text());
      case Endpoint.Remote service -> answers.remote(endpoint, service, question.text());
    };
  }

  /** The commit that answers and bills: Running → Done, the reply's delivery, and the facts. */
  private Ran finish(Attempt attempt, Call.Answer answer) {
    Item held = attempt.held();
    Call.Running running = attempt.running();
    Map<String, Long> used = used(attempt.endpoint(), answer);
    Call.Question asked = running.question();
    for (int i = 0; i < COMMITS_MAX; i++) {
      Instant now = ports.clock().instant();
      Conversations.Next next = conversations.next(asked, answer, now);
      Call.Done done = running.done(answer, next.firstAnswer(), now);
      List<Write> writes = new ArrayList<>();
      writes.add(replaced(held, held.version(), done));
      writes.add(delivery(asked, answer, next.firstAnswer()));
      writes.addAll(facts(attempt.endpoint(), asked, answer, now));
      writes.addAll(next.writes());
      writes.addAll(admission.settling(attempt.reservation(), used));
      if (ports.table().commit(writes).applied()) {
        outbox.flush(Outbox.rows(writes));
        admission.settled(attempt.reservation(), used);
        return new Over(done);
      }
      Optional<Call> there = call(asked.callId());
      if (there.isPresent() && there.get() instanceof Call.Done already) {
        return new Over(already);
      }
      if (there.isEmpty() || !there.get().equals(running)) {
        return new Later(Duration.ofSeconds(1), "another attempt took the call");
      }
    }
    return new Later(Duration.ofSeconds(1), "its conversation is busy");
  }

  private static Map<String, Long> used(Endpoint endpoint, Call.Answer answer) {
    return switch (endpoint.backend()) {
      case Endpoint.Own _ -> Entitled.ownMost();
      case Endpoint.Remote _ -> Meters.used(answer.tokens());
    };
  }

  private List<Write> facts(
      Endpoint endpoint, Call.Question asked, Call.Answer answer, Instant now) {
    return switch (endpoint.backend()) {
      case Endpoint.Own _ ->
          meters.own(
              asked.agreementId(), asked.channelId(), asked.callId(), answer.computeUs(), now);
      case Endpoint.Remote _ ->
          meters.remote(
              asked.agreementId(), asked.channelId(), asked.callId(), answer.tokens(), now);
    };
  }

  private Write delivery(Call.Question asked, Call.Answer answer, boolean firstAnswer) {
    Deliver deliver =
        new Deliver(
            asked.callId(),
            asked.bindingId(),
            asked.conversation(),
            answer.text(),
            asked.attributes(),
            answer.answered(),
            firstAnswer,
            answer.tokens().input(),
            answer.tokens().output(),
            false,
            asked.callId());
    return row(asked, deliver);
  }

  private Write row(Call.Question asked, Deliver deliver) {
    return outbox.row(
        Queues.deliver(asked.channelId()), Conversation.id(asked), Json.write(deliver));
  }

  /** Tells who asked that no answer will come. It costs nothing. */
  private Write notice(Call.Question asked, Problem problem, boolean mayPass) {
    String text = asked.text();
    String said =
        mayPass
            ? Languages.notNow(text)
            : problem.type().equals(Suspension.PROBLEM)
                ? Languages.suspended(text)
                : Languages.notAvailable(text);
    return row(
        asked,
        new Deliver(
            asked.callId(),
            asked.bindingId(),
            asked.conversation(),
            said,
            asked.attributes(),
            false,
            false,
            0,
            0,
            true,
            asked.callId()));
  }

  /**
   * Ends an attempt that has no answer.
   *
   * @param voiding releases what it reserved
   */
  private Ran failed(Item held, Call.Running running, Problem problem, List<Write> voiding) {
    boolean mayPass = problem.status() >= 500 || problem.status() == 429;
    if (mayPass && running.attempts() < ATTEMPTS_MAX) {
      ports.table().commit(with(replaced(held, held.version(), running.again()), voiding));
      long seconds = problem.retryAfterSeconds().orElse(1L << running.attempts());
      return new Later(Duration.ofSeconds(seconds), problem.detail());
    }
    Call.Failed failed = running.failed(problem.detail(), ports.clock().instant());
    List<Write> writes = with(replaced(held, held.version(), failed), voiding);
    writes.add(notice(running.question(), problem, mayPass));
    if (Tables.commit(ports.table(), writes).applied()) {
      outbox.flush(Outbox.rows(writes));
      return new Over(failed);
    }
    return new Later(Duration.ofSeconds(1), "another attempt took the call");
  }

  private static List<Write> with(Write first, List<Write> more) {
    List<Write> writes = new ArrayList<>(List.of(first));
    writes.addAll(more);
    return writes;
  }

  private static Write replaced(Item item, long version, Call call) {
    return new Write.Put(
        item.key(), Json.write(call), Map.of(), item.expires(), Condition.atVersion(version));
  }
}
