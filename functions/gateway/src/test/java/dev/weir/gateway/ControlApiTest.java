package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.AccountWorld;
import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ControlApiTest {

  private final Deployment weir = new Deployment();

  private static final String PLUGIN =
      """
      {"id":"social-slack","version":"0.1","kind":"social","api":"1.0","sha512":"00","keyId":"k",
       "capabilities":["inbound","delivery"],
       "settings":[{"name":"api_base","type":"url","required":false,"fallback":"https://slack.example",
                    "help":"where"},
                   {"name":"client_id","type":"string","required":true,"help":"of the app"}],
       "secrets":[{"name":"signing_secret","help":"of the app"},
        {"name":"old_secret","help":"the one before","optional":true}],
       "meters":[]}
      """;

  private void catalog() {
    assertEquals(
        200,
        weir.control(
                "PUT", "/control/v1/products/support", "{\"name\":\"S\",\"endpoint\":\"support\"}")
            .status());
    assertEquals(
        200,
        weir.control(
                "PUT",
                "/control/v1/plans/team",
                "{\"productId\":\"support\",\"name\":\"Team\",\"currency\":\"USD\"}")
            .status());
    assertEquals(
        200,
        weir.control(
                "PUT",
                "/control/v1/plans/team/prices/1",
                """
                {"charges":[{"type":"per-unit","meter":"calls","includedQuantity":10,
                             "unitPriceMicros":1000000,"unitSize":1}]}
                """)
            .status());
  }

  @Test
  void noTokenAndWrongTokenAre401AsProblem() {
    Deployment.Answer none =
        Deployment.call(weir.control, "GET", "/control/v1/plans", null, Map.of());
    assertEquals(401, none.status());
    assertEquals("application/problem+json", none.headers().get("content-type"));
    assertEquals("/problems/unauthorized", none.body().path("type").asText());
    Deployment.Answer wrong =
        Deployment.call(
            weir.control, "GET", "/control/v1/plans", null, Map.of("authorization", "Bearer no"));
    assertEquals(401, wrong.status());
  }

  @Test
  void theReadTokenReadsAndNothingElse() {
    Map<String, String> reader = Map.of("authorization", "Bearer " + Deployment.READ_TOKEN);
    assertEquals(
        200, Deployment.call(weir.control, "GET", "/control/v1/plans", null, reader).status());
    assertEquals(
        403, Deployment.call(weir.control, "POST", "/control/v1/keys", "{}", reader).status());
  }

  @Test
  void unknownRoutesAndMethodsAreSaid() {
    assertEquals(404, weir.control("GET", "/control/v1/nothing", null).status());
    Deployment.Answer method = weir.control("DELETE", "/control/v1/plans", null);
    assertEquals(405, method.status());
    assertEquals("GET", method.headers().get("allow"));
  }

  @Test
  void nullAndAForeignPageTokenAreTheCallersFault() {
    Deployment.Answer nothing = weir.control("PUT", "/control/v1/products/a", "null");
    assertEquals(400, nothing.status(), nothing.body().toString());
    Deployment.Answer page = weir.control("GET", "/control/v1/agreements?page=not%20one", null);
    assertEquals(400, page.status(), page.body().toString());
    assertTrue(page.body().path("detail").asText().contains("not the next of a page before"));
  }

  @Test
  void malformedJsonUnknownFieldsAndMissingFieldsAreNamed() {
    Deployment.Answer malformed = weir.control("PUT", "/control/v1/products/a", "{\"name\":");
    assertEquals(400, malformed.status());
    assertTrue(malformed.body().path("detail").asText().startsWith("malformed JSON at line 1"));
    Deployment.Answer unknown =
        weir.control(
            "PUT", "/control/v1/products/a", "{\"name\":\"A\",\"endpoint\":\"e\",\"x\":1}");
    assertTrue(unknown.body().path("detail").asText().contains("\"x\""), unknown.body().toString());
    Deployment.Answer missing = weir.control("PUT", "/control/v1/products/a", "{\"name\":\"A\"}");
    assertTrue(missing.body().path("detail").asText().contains("\"endpoint\" is missing"));
    assertEquals(400, weir.control("GET", "/control/v1/agreements?limit=0", null).status());
  }

  @Test
  void aPriceVersionNeverChanges() {
    catalog();
    String other =
        """
        {"charges":[{"type":"per-unit","meter":"calls","includedQuantity":0,
                     "unitPriceMicros":5,"unitSize":1}]}
        """;
    assertEquals(409, weir.control("PUT", "/control/v1/plans/team/prices/1", other).status());
    assertEquals(200, weir.control("PUT", "/control/v1/plans/team/prices/2", other).status());
  }

  @Test
  void aChannelsSettingsAndSecretsAreCheckedAgainstTheManifest() {
    catalog();
    assertEquals(200, weir.control("PUT", "/control/v1/plugins/social-slack", PLUGIN).status());
    String body =
        """
        {"plugin":"social-slack","productId":"support","planId":"team","currency":"USD",
         "settings":%s,"secrets":%s}
        """;
    Deployment.Answer wrong =
        weir.control(
            "PUT",
            "/control/v1/channels/slack-emea",
            body.formatted("{\"api_base\":\"no url\",\"colour\":\"red\"}", "{\"pin\":\"1\"}"));
    assertEquals(422, wrong.status());
    List<String> pointers =
        wrong.body().path("errors").findValuesAsText("pointer").stream().sorted().toList();
    assertEquals(
        List.of(
            "/secrets/pin",
            "/secrets/signing_secret",
            "/settings/api_base",
            "/settings/client_id",
            "/settings/colour"),
        pointers);
    Deployment.Answer right =
        weir.control(
            "PUT",
            "/control/v1/channels/slack-emea",
            body.formatted("{\"client_id\":\"c\"}", "{\"signing_secret\":\"s3cret\"}"));
    assertEquals(200, right.status(), right.body().toString());
    assertEquals(
        "https://weir.example/channels/slack-emea/events",
        right.body().path("urls").path("events").asText());
    assertFalse(
        weir.control("GET", "/control/v1/channels", null).body().toString().contains("s3cret"));
  }

  private Agreement agreement() {
    catalog();
    return new Accounts(weir.ports)
        .openAgreement(AccountWorld.sale("slack-emea", "T1", "Ada", "support", "team", 1, "USD"));
  }

  @Test
  void aKeyIsShownOnceAndItsHashNever() {
    Agreement agreement = agreement();
    Deployment.Answer connected =
        weir.control(
            "PUT",
            "/control/v1/endpoints/support",
            "{\"remote\":{\"baseUrl\":\"https://model.example/v1\",\"model\":\"m\",\"key\":\"sk\"}}");
    assertEquals(200, connected.status(), connected.body().toString());
    Deployment.Answer issued =
        weir.control("POST", "/control/v1/keys", "{\"agreementId\":\"" + agreement.id() + "\"}");
    assertEquals(201, issued.status(), issued.body().toString());
    String key = issued.body().path("key").asText();
    Deployment.Answer listed =
        weir.control("GET", "/control/v1/keys?agreement=" + agreement.id(), null);
    assertFalse(listed.body().toString().contains(key));
    assertFalse(listed.body().toString().contains("sha256"));
    String id = issued.body().path("id").asText();
    Map<String, String> caller = Map.of("authorization", "Bearer " + key);
    assertEquals(200, Deployment.call(weir.infer, "GET", "/v1/models", null, caller).status());
    assertEquals(200, weir.control("POST", "/control/v1/keys/" + id + "/revoke", "{}").status());
    assertEquals(401, Deployment.call(weir.infer, "GET", "/v1/models", null, caller).status());
  }

  @Test
  void anAnswerThatHoldsASecretIsNotKeptForAReplay() {
    String body = "{\"agreementId\":\"" + agreement().id() + "\"}";
    Map<String, String> headers =
        Map.of("authorization", "Bearer " + Deployment.TOKEN, "idempotency-key", "k-1");
    String one =
        Deployment.call(weir.control, "POST", "/control/v1/keys", body, headers)
            .body()
            .path("key")
            .asText();
    String two =
        Deployment.call(weir.control, "POST", "/control/v1/keys", body, headers)
            .body()
            .path("key")
            .asText();
    assertNotEquals(one, two);
  }

  @Test
  void aPostIsAnsweredTheSameUnderItsIdempotencyKey() {
    String end = "/control/v1/agreements/" + agreement().id() + "/end";
    Map<String, String> headers =
        Map.of("authorization", "Bearer " + Deployment.TOKEN, "idempotency-key", "k-2");
    Deployment.Answer first = Deployment.call(weir.control, "POST", end, "{}", headers);
    assertEquals(200, first.status(), first.body().toString());
    Deployment.Answer again = Deployment.call(weir.control, "POST", end, "{}", headers);
    assertEquals(first.body(), again.body());
    assertEquals("true", again.headers().get("idempotent-replayed"));
    Deployment.Answer other = Deployment.call(weir.control, "POST", end, "{ }", headers);
    assertEquals(422, other.status());
  }

  @Test
  void aRemoteServiceWithPricesCanBeSoldAtOnce() {
    String body =
        """
        {"remote":{"baseUrl":"https://model.example/v1","model":"m","inputPriceMicros":%d,
                   "outputPriceMicros":600000000,"currency":"CNY"}}
        """;
    String path = "/control/v1/endpoints/chat";
    assertEquals(200, weir.control("PUT", path, body.formatted(200000000)).status());
    assertEquals(200, weir.control("PUT", path, body.formatted(200000000)).status());
    assertEquals(200, weir.control("PUT", path, body.formatted(300000000)).status());
    Deployment.Answer plan = weir.control("GET", "/control/v1/plans/chat", null);
    assertEquals("CNY", plan.body().path("currency").asText());
    assertEquals(2, plan.body().path("prices").size());
  }

  @Test
  void unknownThingsAre404() {
    for (String path :
        List.of(
            "/control/v1/jobs/none",
            "/control/v1/models/none",
            "/control/v1/endpoints/none",
            "/control/v1/agreements/none",
            "/control/v1/lines/none/explanation",
            "/control/v1/statements/none",
            "/control/v1/calls/none")) {
      assertEquals(404, weir.control("GET", path, null).status(), path);
    }
  }

  @Test
  void anEmptyDeploymentAddsUp() {
    Deployment.Answer proof = weir.control("GET", "/control/v1/proof", null);
    assertEquals(200, proof.status(), proof.body().toString());
    assertTrue(proof.body().path("holds").asBoolean());
    assertEquals(200, weir.control("GET", "/control/v1/overview", null).status());
    assertEquals(200, weir.control("GET", "/control/v1/usage?by=channel", null).status());
    assertEquals(400, weir.control("GET", "/control/v1/usage?from=yesterday", null).status());
  }
}
