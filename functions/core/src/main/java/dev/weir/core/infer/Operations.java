package dev.weir.core.infer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.json.Json;
import dev.weir.core.limit.Who;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that are answered later, on {@code Prefer: respond-async} (RFC 7240): kept, queued, done
 * once under a key of their own, and looked up for a day. Metered and billed as if they had been
 * answered at once. Thread-safe.
 */
public final class Operations {

  /** How long an operation can be looked up. */
  public static final Duration KEPT = Duration.ofHours(24);

  /** What their ids begin with, so that they are told from channels' calls in one queue. */
  private static final String PREFIX = "operation-";

  private static final int CONFLICT = 409;
  private static final int TOO_MANY = 429;
  private static final int UPSTREAM = 502;
  private static final int UNAVAILABLE = 503;

  private final Ports ports;
  private final Accounts accounts;
  private final Entitled entitled;
  private final Predict predict;
  private final ChatCompletions chat;
  private final Once once;
  private final Outbox outbox;

  public Operations(Ports ports, Endpoints endpoints, Replicas replicas, ReplicaClient client) {
    this.ports = ports;
    this.accounts = new Accounts(ports);
    this.entitled = new Entitled(ports, endpoints);
    this.predict = new Predict(ports, endpoints, replicas, client);
    this.chat = new ChatCompletions(ports, endpoints, replicas, client);
    this.once = new Once(ports);
    this.outbox = new Outbox(ports);
  }

  /** What is asked. */
  private enum Kind {
    PREDICT,
    CHAT
  }

  /** An operation; its request and its answer lie in blobs. */
  private record Row(
      String agreementId,
      Optional<String> keyId,
      Kind kind,
      String model,
      int attempts,
      Optional<Integer> status,
      Instant submittedAt,
      Optional<Instant> endedAt) {

    Row tried() {
      return new Row(agreementId, keyId, kind, model, attempts + 1, status, submittedAt, endedAt);
    }

    Row ended(int answered, Instant at) {
      return new Row(
          agreementId,
          keyId,
          kind,
          model,
          attempts,
          Optional.of(answered),
          submittedAt,
          Optional.of(at));
    }
  }

  /** Keeps a predict request; answers 202 with the operation. */
  public Reply predict(
      ApiKeys.Caller caller, String model, String body, Optional<String> idempotencyKey) {
    InferLimits.checkBody(body);
    Predict.instances(body);
    return submit(caller, Kind.PREDICT, model, body, idempotencyKey);
  }

  /** Keeps a chat request, which cannot be a stream; answers 202 with the operation. */
  public Reply chat(ApiKeys.Caller caller, String body, Optional<String> idempotencyKey) {
    ObjectNode request = Chat.parse(body);
    if (Chat.streamed(request)) {
      throw new ProblemException(
          Problem.invalid("\"stream\" is true, but what is answered later is answered whole"));
    }
    return submit(caller, Kind.CHAT, request.path("model").asText(), body, idempotencyKey);
  }

  private Reply submit(
      ApiKeys.Caller caller, Kind kind, String model, String body, Optional<String> key) {
    Agreement agreement = caller.agreement();
    entitled.endpoint(agreement, model);
    return once.run(
        agreement.id(),
        "POST /v1/operations " + kind + " " + model,
        key,
        body,
        attempt -> {
          String id = PREFIX + attempt.callId();
          Instant now = ports.clock().instant();
          put(requestBlob(id), body);
          Row row =
              new Row(
                  agreement.id(),
                  Optional.of(caller.key().id()),
                  kind,
                  model,
                  0,
                  Optional.empty(),
                  now,
                  Optional.empty());
          Reply reply = new Reply(202, Reply.JSON, Json.write(view(id, row)), false);
          Write queued = outbox.row(Queues.CALLS, id, Json.write(new Calls.Pointer(id)));
          List<Write> writes = new ArrayList<>(attempt.completion(reply));
          writes.add(
              Write.put(Keys.operation(id), Json.write(row), now.plus(KEPT), Condition.ABSENT));
          writes.add(queued);
          if (!Tables.commit(ports.table(), writes).applied()) {
            throw new ProblemException(Problem.unavailable("it could not be queued", 1));
          }
          outbox.flush(Outbox.rows(writes));
          return reply;
        });
  }

  /** Whether a pointer of the calls' queue is one to an operation. */
  public static boolean isOperation(String callId) {
    return callId.startsWith(PREFIX);
  }

  /** It must be tried again; without a time when the queue thinks right. */
  public record Later(String reason, Optional<Duration> after) {}

  /**
   * Makes one attempt. An answered operation is not answered again. No replica counts the call: the
   * commit that keeps the answer does, once, whichever attempt comes to it; an attempt whose
   * process died before is made again when its lease is over.
   *
   * @return empty where it is over
   */
  public Optional<Later> run(String id) {
    Optional<Item> item = ports.table().get(Keys.operation(id));
    if (item.isEmpty()) {
      return Optional.empty();
    }
    Row row = Json.read(item.get().body(), Row.class).tried();
    if (row.status().isPresent()) {
      return Optional.empty();
    }
    try {
      Reply reply = answer(id, row);
      end(id, item.get(), row, reply.status(), reply.body());
      return Optional.empty();
    } catch (ProblemException e) {
      Problem problem = e.problem();
      if (problem.status() == CONFLICT) { // another attempt holds it; this was none
        return Optional.of(later(problem));
      }
      if (mayPass(problem) && row.attempts() < Calls.ATTEMPTS_MAX) {
        ports.table().commit(List.of(replaced(item.get(), row)));
        return Optional.of(new Later(problem.detail(), Optional.empty()));
      }
      end(id, item.get(), row, problem.status(), Json.write(problem));
      return Optional.empty();
    }
  }

  /** What failed at the request itself would fail again, and a remote service might bill again. */
  private static boolean mayPass(Problem problem) {
    return switch (problem.status()) {
      case TOO_MANY, UNAVAILABLE -> true;
      case UPSTREAM -> problem.retryAfterSeconds().isPresent();
      default -> false;
    };
  }

  private static Later later(Problem problem) {
    return new Later(problem.detail(), problem.retryAfterSeconds().map(Duration::ofSeconds));
  }

  private Reply answer(String id, Row row) {
    Agreement agreement =
        accounts
            .agreement(row.agreementId())
            .orElseThrow(
                () -> new ProblemException(Problem.notFound("no agreement " + row.agreementId())));
    agreement
        .refusal()
        .ifPresent(reason -> {
          throw new ProblemException(reason);
        });
    Who who = Entitled.who(agreement, row.keyId());
    String body = text(requestBlob(id));
    return switch (row.kind()) {
      case PREDICT -> predict.predict(who, row.model(), body, Optional.of(id));
      case CHAT -> chat.complete(who, body, Optional.of(id));
    };
  }

  private void end(String id, Item item, Row row, int status, String answer) {
    put(answerBlob(id), answer);
    Row ended = row.ended(status, ports.clock().instant());
    ports.table().commit(List.of(replaced(item, ended)));
  }

  private static Write replaced(Item item, Row row) {
    return new Write.Put(
        item.key(), Json.write(row), Map.of(), item.expires(), Condition.atVersion(item.version()));
  }

  /** An operation of the caller's agreement, with its answer once it has one. */
  public Reply get(ApiKeys.Caller caller, String id) {
    Row row =
        Optional.of(id)
            .filter(Operations::isOperation)
            .flatMap(known -> ports.table().get(Keys.operation(known)))
            .map(item -> Json.read(item.body(), Row.class))
            .filter(found -> found.agreementId().equals(caller.agreement().id()))
            .orElseThrow(() -> new ProblemException(Problem.notFound("no operation " + id)));
    ObjectNode view = view(id, row);
    row.status()
        .ifPresent(status ->
            view.set(
                status / 100 == 2 ? "answer" : "problem", Json.parseTree(text(answerBlob(id)))));
    return Reply.json(Json.write(view));
  }

  private static ObjectNode view(String id, Row row) {
    ObjectNode view = Json.MAPPER.createObjectNode().put("id", id);
    view.put(
        "state",
        row.status().map(status -> status / 100 == 2 ? "SUCCEEDED" : "FAILED").orElse("SUBMITTED"));
    view.put("submittedAt", row.submittedAt().toString());
    row.endedAt().ifPresent(at -> view.put("endedAt", at.toString()));
    row.status().ifPresent(status -> view.put("status", status));
    return view;
  }

  private static String requestBlob(String id) {
    return "operations/" + id + "/request";
  }

  private static String answerBlob(String id) {
    return "operations/" + id + "/answer";
  }

  private void put(String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      ports.blobs().put(name, new ByteArrayInputStream(bytes), bytes.length);
    } catch (IOException e) {
      throw new PortException("blob " + name + " could not be put", e);
    }
  }

  private String text(String name) {
    try (InputStream in =
        ports.blobs().open(name).orElseThrow(() -> new PortException("no blob " + name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new PortException("blob " + name + " could not be read", e);
    }
  }
}
