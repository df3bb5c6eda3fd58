package dev.weir.core.infer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.json.Json;
import dev.weir.core.limit.Pass;
import dev.weir.core.limit.Who;
import dev.weir.core.port.Ports;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /v1/chat/completions} in OpenAI's shape, for Weir's own text models and for remote
 * services. Thread-safe.
 */
public final class ChatCompletions {

  private static final String ROUTE = "POST /v1/chat/completions";

  private final Ports ports;
  private final Entitled entitled;
  private final TextAnswers answers;
  private final RemoteCall remote;
  private final DirectCalls direct;
  private final Once once;

  public ChatCompletions(
      Ports ports, Endpoints endpoints, Replicas replicas, ReplicaClient client) {
    this.ports = ports;
    this.entitled = new Entitled(ports, endpoints);
    this.remote = new RemoteCall(ports.secrets());
    this.answers = new TextAnswers(new Inference(ports, endpoints, replicas, client), remote);
    this.direct = new DirectCalls(ports);
    this.once = new Once(ports);
  }

  /** Whether a body asks for a stream; what cannot be read does not. */
  public static boolean wantsStream(String body) {
    return Chat.streamed(Chat.parse(body));
  }

  /**
   * Answers at once. A streamed request gets all its events as one text: a function behind an HTTP
   * API cannot pass them on one by one, which {@link #stream} does.
   */
  public Reply complete(ApiKeys.Caller caller, String body, Optional<String> idempotencyKey) {
    return complete(Entitled.who(caller), body, idempotencyKey);
  }

  Reply complete(Who who, String body, Optional<String> idempotencyKey) {
    Agreement agreement = who.agreement();
    ObjectNode request = Chat.parse(body);
    Endpoint endpoint = entitled.endpoint(agreement, request.path("model").textValue());
    return once.run(
        agreement.id(),
        ROUTE,
        idempotencyKey,
        body,
        attempt ->
            switch (endpoint.backend()) {
              case Endpoint.Own own -> own(endpoint, own, who, request, attempt);
              case Endpoint.Remote service ->
                  entitled.within(
                      who,
                      Grant.Billing.ROW,
                      () -> RemoteCall.most(service, request),
                      pass -> remote(endpoint, service, agreement, request, attempt, pass));
            });
  }

  /**
   * Answers event by event while they come. What a customer who leaves, or whose service breaks
   * off, was given by then is counted by Weir, marked, and billed before this throws; where that
   * was no text at all, nothing is billed.
   *
   * @param sink gets the data of each event and, when the call is recorded, {@code [DONE]}
   * @throws ProblemException where the request is refused, or the service failed; some events may
   *     have been given by then
   */
  public void stream(
      ApiKeys.Caller caller, String body, Optional<String> idempotencyKey, EventSink sink) {
    ObjectNode request = Chat.parse(body);
    Who who = Entitled.who(caller);
    Agreement agreement = who.agreement();
    Endpoint endpoint = entitled.endpoint(agreement, request.path("model").textValue());
    Sse.Collected live = new Sse.Collected(sink, idempotencyKey.isPresent());
    Reply reply =
        once.run(
            agreement.id(),
            ROUTE,
            idempotencyKey,
            body,
            attempt ->
                switch (endpoint.backend()) {
                  case Endpoint.Own own -> own(endpoint, own, who, request, attempt);
                  case Endpoint.Remote service ->
                      entitled.within(
                          who,
                          Grant.Billing.ROW,
                          () -> RemoteCall.most(service, request),
                          pass -> live(endpoint, service, agreement, request, attempt, live, pass));
                });
    if (live.begun()) {
      sink.event(Sse.DONE);
    } else {
      Sse.events(reply).forEach(sink::event);
    }
  }

  private Reply live(
      Endpoint endpoint,
      Endpoint.Remote service,
      Agreement agreement,
      ObjectNode request,
      Once.Attempt attempt,
      Sse.Collected live,
      Pass pass) {
    ChatChunks.Passed passed = remote.stream(endpoint, service, request, live);
    if (passed.ended().isPresent()) {
      if (passed.anything()) {
        direct.commit(agreement, endpoint, attempt.callId(), passed.tokens(), List.of(), pass);
      }
      pass.nothing();
      throw passed.ended().get();
    }
    Reply reply = Sse.reply(live.list());
    direct.commit(
        agreement, endpoint, attempt.callId(), passed.tokens(), attempt.completion(reply), pass);
    return reply;
  }

  private Reply own(
      Endpoint endpoint, Endpoint.Own own, Who who, ObjectNode request, Once.Attempt attempt) {
    return entitled.within(
        who,
        attempt.billing(),
        Entitled::ownMost,
        pass -> own(endpoint, own, who.agreement(), request, attempt, pass));
  }

  private Reply own(
      Endpoint endpoint,
      Endpoint.Own own,
      Agreement agreement,
      ObjectNode request,
      Once.Attempt attempt,
      Pass pass) {
    Inference.Call call = call(agreement, attempt);
    Call.Answer answer = answers.own(endpoint, own, call, Chat.question(request));
    Reply reply =
        Chat.streamed(request)
            ? Sse.reply(events(request, endpoint, attempt, answer))
            : Reply.json(
                Json.write(Chat.completion(attempt.callId(), endpoint.name(), seconds(), answer)));
    if (call.billing() == Grant.Billing.ROW) {
      direct.commitOwn(
          agreement,
          endpoint,
          attempt.callId(),
          answer.tokens(),
          answer.computeUs(),
          attempt.completion(reply),
          pass);
    }
    return reply;
  }

  private List<String> events(
      ObjectNode request, Endpoint endpoint, Once.Attempt attempt, Call.Answer answer) {
    boolean usage = request.path("stream_options").path("include_usage").asBoolean(false);
    return Chat.events(attempt.callId(), endpoint.name(), seconds(), answer, usage);
  }

  private Reply remote(
      Endpoint endpoint,
      Endpoint.Remote service,
      Agreement agreement,
      ObjectNode request,
      Once.Attempt attempt,
      Pass pass) {
    Reply reply;
    Tokens tokens;
    if (Chat.streamed(request)) {
      Sse.Collected events = new Sse.Collected(event -> {}, true);
      ChatChunks.Passed passed = remote.stream(endpoint, service, request, events);
      if (passed.ended().isPresent()) {
        throw passed.ended().get(); // nobody was given anything yet
      }
      tokens = passed.tokens();
      reply = Sse.reply(events.list());
    } else {
      RemoteCall.Answer answer = remote.complete(endpoint, service, request);
      tokens = answer.tokens();
      reply = Reply.json(Json.write(answer.body()));
    }
    direct.commit(agreement, endpoint, attempt.callId(), tokens, attempt.completion(reply), pass);
    return reply;
  }

  private static Inference.Call call(Agreement agreement, Once.Attempt attempt) {
    return new Inference.Call(
        attempt.callId(),
        agreement.id(),
        agreement.billedThrough(),
        attempt.billing(),
        InferLimits.DEADLINE);
  }

  private long seconds() {
    return ports.clock().instant().getEpochSecond();
  }
}
