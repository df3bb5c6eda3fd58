package dev.weir.core.infer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;

/** {@code GET /v1/models}: what the caller's agreement may call. Thread-safe. */
public final class ModelList {

  private final Entitled entitled;

  public ModelList(Ports ports, Endpoints endpoints) {
    this.entitled = new Entitled(ports, endpoints);
  }

  /** In OpenAI's shape. */
  public Reply list(ApiKeys.Caller caller) {
    Endpoint endpoint = entitled.endpoint(caller.agreement());
    ObjectNode list = Json.MAPPER.createObjectNode().put("object", "list");
    list.putArray("data")
        .addObject()
        .put("id", endpoint.name())
        .put("object", "model")
        .put("created", endpoint.createdAt().getEpochSecond())
        .put("owned_by", "vendor");
    return Reply.json(Json.write(list));
  }
}
