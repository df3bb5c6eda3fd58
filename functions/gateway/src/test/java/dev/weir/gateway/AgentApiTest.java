package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class AgentApiTest {

  private final Deployment weir = new Deployment();

  @Test
  void anUnknownTokenClaimsNothing() {
    Map<String, String> headers = Map.of("authorization", "Bearer nobody");
    assertEquals(
        401,
        Deployment.call(weir.agent, "POST", "/agent/v1/claim", "{\"clockMs\":0}", headers)
            .status());
    assertEquals(
        401, Deployment.call(weir.agent, "POST", "/agent/v1/claim", "{}", Map.of()).status());
  }

  @Test
  void usageWithoutTheEndpointsTokenIsRefused() {
    Map<String, String> headers =
        Map.of("authorization", "Bearer nobody", AgentApi.ENDPOINT, "support");
    String batch =
        "{\"source\":{\"host\":\"h\",\"boot\":\"b\"},\"after\":0,\"facts\":[],\"closing\":false}";
    assertEquals(
        401, Deployment.call(weir.agent, "POST", "/agent/v1/usage", batch, headers).status());
  }
}
