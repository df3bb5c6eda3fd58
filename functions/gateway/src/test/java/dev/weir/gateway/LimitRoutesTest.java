package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.meter.Budgets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Limits are set through the control API, hold in the inference API, and are seen again. */
final class LimitRoutesTest {

  private static final String ASK =
      "{\"model\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private final Deployment weir = new Deployment();

  private String key() {
    weir.control(
        "PUT",
        "/control/v1/endpoints/chat",
        """
        {"remote":{"baseUrl":"http://127.0.0.1:9/v1","model":"m","inputPriceMicros":200000000}}\
        """);
    JsonNode sold =
        weir.control("POST", "/control/v1/agreements", "{\"customer\":\"A\",\"planId\":\"chat\"}")
            .body();
    JsonNode issued =
        weir.control(
                "POST",
                "/control/v1/keys",
                "{\"agreementId\":\"" + sold.path("id").asText() + "\"}")
            .body();
    return issued.path("key").asText();
  }

  private Deployment.Answer ask(String key) {
    return Deployment.call(
        weir.infer, "POST", "/v1/chat/completions", ASK, Map.of("authorization", "Bearer " + key));
  }

  @Test
  void aBudgetRefusesInOpenAisFormAndShowsItsBound() {
    String key = key();
    assertEquals(502, ask(key).status()); // the service is down, but it was asked
    String body = "{\"on\":\"vendor\",\"of\":\"USD\",\"perMonth\":1000000}";
    assertEquals(200, weir.control("PUT", "/control/v1/limits/usd", body).status());
    weir.clock.advance(Duration.ofSeconds(10));

    Deployment.Answer refused = ask(key);
    assertEquals(402, refused.status());
    assertEquals("application/json", refused.headers().get("content-type"));
    assertEquals("insufficient_quota", refused.body().at("/error/type").asText());
    String message = refused.body().at("/error/message").asText();
    assertTrue(message.startsWith("limit usd: 0.01 USD of the month's 0.01 USD left"), message);

    Budgets.Of of = Budgets.Of.at("usd", "USD", weir.clock.instant());
    new Budgets(weir.ports).reserve(of, "t1", 300_000, 1_000_000, Duration.ofMinutes(1));
    new Budgets(weir.ports).reserve(of, "t2", 400_000, 1_000_000, Duration.ofMinutes(9));
    weir.clock.advance(Duration.ofMinutes(1));
    assertEquals(1L, new Schedule(weir.ports).handleRequest(null, null).get("tranches"));
    JsonNode view = weir.control("GET", "/control/v1/budgets/usd", null).body();
    assertEquals(1_000_000, view.path("limit").asLong());
    assertEquals(400_000, view.path("reserved").asLong());
    assertEquals(300_000, view.path("expired").asLong());
    assertEquals(700_000, view.path("bound").asLong());
    assertEquals(
        view, weir.control("GET", "/control/v1/budgets?month=2026-11", null).body().at("/items/0"));
  }

  @Test
  void aRateRefusesWithRetryAfterUntilItIsRemoved() {
    String key = key();
    String body = "{\"on\":\"vendor\",\"of\":\"calls\",\"perMinute\":1}";
    assertEquals(200, weir.control("PUT", "/control/v1/limits/slow", body).status());
    assertEquals(502, ask(key).status());
    Deployment.Answer refused = ask(key);
    assertEquals(429, refused.status());
    assertEquals("60", refused.headers().get("retry-after"));
    assertEquals("rate_limit_error", refused.body().at("/error/type").asText());
    assertEquals(404, weir.control("GET", "/control/v1/budgets/slow", null).status());

    JsonNode listed = weir.control("GET", "/control/v1/limits", null).body().at("/items/0");
    assertEquals("rate", listed.path("type").asText(), listed.toString());
    assertEquals(weir.control("GET", "/control/v1/limits/slow", null).body(), listed);
    assertEquals(200, weir.control("POST", "/control/v1/limits/slow/remove", "{}").status());
    assertEquals(404, weir.control("POST", "/control/v1/limits/slow/remove", "{}").status());
    weir.clock.advance(Duration.ofSeconds(10));
    assertEquals(502, ask(key).status());
  }

  @Test
  void aLimitThatMakesNoSenseIsRefused() {
    for (String body :
        new String[] {
          "{\"on\":\"vendor\",\"of\":\"calls\"}",
          "{\"on\":\"vendor\",\"of\":\"calls\",\"perMinute\":1,\"perMonth\":1}",
          "{\"on\":\"vendor\",\"of\":\"calls\",\"perMinute\":1,\"hard\":false}",
          "{\"on\":\"everybody\",\"of\":\"calls\",\"perMinute\":1}",
          "{\"on\":\"vendor\",\"of\":\"compute_us\",\"perMonth\":1}"
        }) {
      assertEquals(422, weir.control("PUT", "/control/v1/limits/x", body).status(), body);
    }
    String nobody = "{\"on\":\"customer:nobody\",\"of\":\"calls\",\"perMonth\":1}";
    Deployment.Answer unknown = weir.control("PUT", "/control/v1/limits/x", nobody);
    assertEquals(404, unknown.status());
    assertEquals("no customer nobody", unknown.body().path("detail").asText());
    assertEquals(0, weir.control("GET", "/control/v1/limits", null).body().path("items").size());
    assertEquals(
        0, weir.control("GET", "/control/v1/budget-alerts", null).body().path("items").size());
  }
}
