package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Optional;

/**
 * The Open Inference Protocol, version 2 (KServe), on top of {@link Predict}: each input tensor is
 * one field of the instances, its first dimension the batch; {@code text} is a text model's field.
 * Thread-safe.
 */
public final class OpenInference {

  /** The most input tensors of one request. */
  static final int INPUTS_MAX = 4096;

  private final Ports ports;
  private final Entitled entitled;
  private final Predict predict;
  private final Replicas replicas;

  public OpenInference(Ports ports, Endpoints endpoints, Replicas replicas, ReplicaClient client) {
    this.ports = ports;
    this.entitled = new Entitled(ports, endpoints);
    this.predict = new Predict(ports, endpoints, replicas, client);
    this.replicas = replicas;
  }

  /**
   * {@code GET /v2/models/{model}}: its tensors as {@link #infer} takes and gives them, from the
   * {@code model.json} of its first version; none for a remote service, which is asked otherwise.
   */
  public Reply metadata(ApiKeys.Caller caller, String model) {
    Endpoint endpoint = entitled.endpoint(caller.agreement(), model);
    ObjectNode body = Json.MAPPER.createObjectNode().put("name", endpoint.name());
    body.put("platform", "weir");
    ArrayNode versions = body.putArray("versions");
    switch (endpoint.backend()) {
      case Endpoint.Own own -> {
        own.versions().forEach(v -> versions.add(v.version()));
        TensorList.of(ports, own.versions().getFirst().version()).addTo(body);
      }
      case Endpoint.Remote remote -> {
        versions.add(remote.model());
        TensorList.NONE.addTo(body);
      }
    }
    return Reply.json(Json.write(body));
  }

  /** {@code GET /v2/models/{model}/ready}: whether a replica would take a call now. */
  public boolean ready(ApiKeys.Caller caller, String model) {
    Endpoint endpoint = entitled.endpoint(caller.agreement(), model);
    return switch (endpoint.backend()) {
      case Endpoint.Own own ->
          own.versions().stream()
              .allMatch(v -> !replicas.ready(endpoint.name(), v.version()).isEmpty());
      case Endpoint.Remote _ -> true;
    };
  }

  /** {@code POST /v2/models/{model}/infer}: one call, metered and billed as any predict call. */
  public Reply infer(
      ApiKeys.Caller caller, String model, String body, Optional<String> idempotencyKey) {
    InferLimits.checkBody(body);
    JsonNode request = Json.parseTree(body);
    String instances = Json.write(instances(request.path("inputs")));
    Reply reply = predict.predict(caller, model, instances, idempotencyKey);
    JsonNode answered = Json.parseTree(reply.body());
    ObjectNode out = Json.MAPPER.createObjectNode();
    out.put("model_name", model).put("model_version", answered.path("version").asText(""));
    out.put("id", request.path("id").asText(answered.path("id").asText("")));
    outputs(out.putArray("outputs"), answered.path("predictions"));
    return new Reply(reply.status(), Reply.JSON, Json.write(out), reply.replayed());
  }

  private static ObjectNode instances(JsonNode inputs) {
    if (!inputs.isArray() || inputs.isEmpty() || inputs.size() > INPUTS_MAX) {
      throw invalid("\"inputs\" is not an array of 1.." + INPUTS_MAX + " tensors");
    }
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode instances = body.putArray("instances");
    int batch = batch(inputs.path(0), 0);
    for (int i = 0; i < batch; i++) {
      instances.addObject();
    }
    for (int i = 0; i < inputs.size(); i++) {
      JsonNode input = inputs.path(i);
      String name = input.path("name").asText("");
      if (name.isEmpty()) {
        throw invalid("/inputs/" + i + "/name is missing");
      }
      if (batch(input, i) != batch) {
        throw invalid("/inputs/" + i + "/shape/0 " + batch(input, i) + " is not " + batch);
      }
      JsonNode data = input.path("data");
      for (int row = 0; row < batch; row++) {
        JsonNode value = data.path(row);
        ((ObjectNode) instances.get(row)).set(name, value.isArray() ? value.path(0) : value);
      }
    }
    return body;
  }

  /**
   * The batch that a tensor's shape says, which its data must have: {@code [n]} or {@code [n,1]}.
   */
  private static int batch(JsonNode input, int index) {
    JsonNode shape = input.path("shape");
    boolean column = shape.size() == 1 || (shape.size() == 2 && shape.path(1).asInt() == 1);
    if (!column || !shape.path(0).isInt() || shape.path(0).intValue() < 1) {
      throw invalid("/inputs/" + index + "/shape is neither [n] nor [n, 1]");
    }
    int batch = shape.path(0).intValue();
    if (batch > InferLimits.BATCH_MAX) {
      throw new ProblemException(
          Problem.tooLarge("batch size " + batch + " > " + InferLimits.BATCH_MAX));
    }
    if (input.path("data").size() != batch) {
      throw invalid(
          "/inputs/" + index + "/data has " + input.path("data").size() + " values, not " + batch);
    }
    return batch;
  }

  /** One tensor for each field that the predictions have. */
  private static void outputs(ArrayNode outputs, JsonNode predictions) {
    for (String field : List.of("label", "score", "value", "answered", "answer")) {
      JsonNode first = predictions.path(0).path(field);
      if (first.isMissingNode()) {
        continue;
      }
      ObjectNode tensor = outputs.addObject().put("name", field);
      tensor.put("datatype", first.isNumber() ? "FP64" : first.isBoolean() ? "BOOL" : "BYTES");
      tensor.putArray("shape").add(predictions.size());
      ArrayNode data = tensor.putArray("data");
      predictions.forEach(prediction -> data.add(prediction.path(field)));
    }
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.invalid(detail));
  }
}
