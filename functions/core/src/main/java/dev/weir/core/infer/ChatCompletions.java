package dev.weir.core.infer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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

  /** Answers at once; a streamed request gets all its events as one text. */
  public Reply complete(ApiKeys.Caller caller, String body, Optional<String> idempotencyKey) {
    ObjectNode request = Chat.parse(body);
    Agreement agreement = caller.agreement();
    Endpoint endpoint = entitled.endpoint(agreement, request.path("model").textValue());
    return once.run(
        agreement.id(),
        ROUTE,
        idempotencyKey,
        body,
        attempt ->
            switch (endpoint.backend()) {
              case Endpoint.Own own -> own(endpoint, own, agreement, request, attempt.callId());
              case Endpoint.Remote service ->
                  remote(endpoint, service, agreement, request, attempt);
            });
  }

  /**
   * Answers event by event while they come.
   *
   * @param sink gets the data of each event and, when the call is recorded, {@code [DONE]}; what it
   *     throws ends the stream
   */
  public void stream(ApiKeys.Caller caller, String body, Consumer<String> sink) {
    ObjectNode request = Chat.parse(body);
    Agreement agreement = caller.agreement();
    Endpoint endpoint = entitled.endpoint(agreement, request.path("model").textValue());
    once.run(
        agreement.id(),
        ROUTE,
        Optional.empty(),
        body,
        attempt -> {
          switch (endpoint.backend()) {
            case Endpoint.Own own ->
                ownEvents(endpoint, own, agreement, request, attempt.callId()).forEach(sink);
            case Endpoint.Remote service -> {
              Tokens tokens = remote.stream(endpoint, service, request, sink);
              direct.commit(agreement, endpoint, attempt.callId(), tokens, List.of());
            }
          }
          sink.accept(Sse.DONE);
          return Reply.json("");
        });
  }

  private Reply own(
      Endpoint endpoint, Endpoint.Own own, Agreement agreement, ObjectNode request, String callId) {
    if (Chat.streamed(request)) {
      return Sse.reply(ownEvents(endpoint, own, agreement, request, callId));
    }
    Call.Answer answer =
        answers.own(endpoint, own, call(agreement, callId), Chat.question(request));
    return Reply.json(Json.write(Chat.completion(callId, endpoint.name(), seconds(), answer)));
  }

  private List<String> ownEvents(
      Endpoint endpoint, Endpoint.Own own, Agreement agreement, ObjectNode request, String callId) {
    Call.Answer answer =
        answers.own(endpoint, own, call(agreement, callId), Chat.question(request));
    boolean usage = request.path("stream_options").path("include_usage").asBoolean(false);
    return Chat.events(callId, endpoint.name(), seconds(), answer, usage);
  }

  private Reply remote(
      Endpoint endpoint,
      Endpoint.Remote service,
      Agreement agreement,
      ObjectNode request,
      Once.Attempt attempt) {
    Reply reply;
    Tokens tokens;
    if (Chat.streamed(request)) {
      Sse.Collected events = new Sse.Collected();
      tokens = remote.stream(endpoint, service, request, events);
      reply = Sse.reply(events.list());
    } else {
      RemoteCall.Answer answer = remote.complete(endpoint, service, request);
      tokens = answer.tokens();
      reply = Reply.json(Json.write(answer.body()));
    }
    direct.commit(agreement, endpoint, attempt.callId(), tokens, attempt.completion(reply));
    return reply;
  }

  private static Inference.Call call(Agreement agreement, String callId) {
    return new Inference.Call(
        callId,
        agreement.id(),
        agreement.billedThrough(),
        Grant.Billing.JOURNAL,
        InferLimits.DEADLINE);
  }

  private long seconds() {
    return ports.clock().instant().getEpochSecond();
  }
}
