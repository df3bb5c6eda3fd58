package dev.weir.gateway;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A deployment in memory whose handlers are called with API Gateway's own events. */
final class Deployment {

  static final String TOKEN = "vendor-token";
  static final String READ_TOKEN = "read-token";

  final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T10:00:00Z"));
  final Ports ports = MemoryPorts.create(clock);
  final ControlApi control;
  final InferApi infer;
  final AgentApi agent;

  Deployment() {
    ports.secrets().put(House.PUBLIC_URL, "https://weir.example");
    ports.secrets().put(ControlApi.TOKEN, TOKEN);
    ports.secrets().put(ControlApi.READ_TOKEN, READ_TOKEN);
    this.control = new ControlApi(ports);
    this.infer = new InferApi(ports);
    this.agent = new AgentApi(ports);
  }

  /** An answer, its body read as JSON where it has one. */
  record Answer(int status, Map<String, String> headers, JsonNode body) {}

  Answer control(String method, String path, String body) {
    return call(control, method, path, body, Map.of("authorization", "Bearer " + TOKEN));
  }

  static Answer call(
      RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> handler,
      String method,
      String path,
      String body,
      Map<String, String> headers) {
    int at = path.indexOf('?');
    APIGatewayV2HTTPEvent event =
        APIGatewayV2HTTPEvent.builder()
            .withRawPath(at < 0 ? path : path.substring(0, at))
            .withRawQueryString(at < 0 ? "" : path.substring(at + 1))
            .withHeaders(new HashMap<>(headers))
            .withBody(body)
            .withRequestContext(
                APIGatewayV2HTTPEvent.RequestContext.builder()
                    .withHttp(
                        APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                            .withMethod(method)
                            .withPath(path)
                            .build())
                    .build())
            .build();
    APIGatewayV2HTTPResponse response = handler.handleRequest(event, null);
    JsonNode json =
        response.getBody().isEmpty()
            ? Json.MAPPER.createObjectNode()
            : Json.parseTree(response.getBody());
    return new Answer(response.getStatusCode(), response.getHeaders(), json);
  }
}
