package dev.weir.tck.sim.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.Simulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the market says of those who bought. */
class AwsSimRegistrationTest extends OpenMarket {

  @Test
  void aTokenIsResolvedOnceOnly() {
    JsonNode bought = seller.subscribe();
    Seller.Answer first = seller.resolve(bought.path("token").asText());
    assertEquals(bought.path("licenseArn"), first.body().path("LicenseArn"));
    assertEquals(bought.path("account"), first.body().path("CustomerAWSAccountId"));
    assertTrue(first.body().path("CustomerIdentifier").isMissingNode());
    assertEquals("ExpiredTokenException", seller.resolve(bought.path("token").asText()).type());
  }

  @Test
  void aTokenMayBeToldToBeReusable() {
    seller.control("/sim/mode", Map.of("tokens", "reusable"));
    String token = seller.subscribe().path("token").asText();
    assertEquals(200, seller.resolve(token).status());
    assertEquals(200, seller.resolve(token).status());
  }

  @Test
  void anOldTokenIsExpired() {
    String token = seller.subscribe().path("token").asText();
    seller.moveTo(NOON.plus(Duration.ofHours(4)).plusSeconds(1));
    assertEquals("ExpiredTokenException", seller.resolve(token).type());
  }

  @Test
  void anInventedTokenIsInvalid() {
    assertEquals("InvalidTokenException", seller.resolve("invented").type());
  }

  @Test
  void anEmptyPageMayNotBeTheLast() {
    seller.control("/sim/mode", Map.of("emptyPages", 2, "pageSize", 1));
    JsonNode bought =
        seller.subscribe(
            Map.of(
                "entitlements",
                List.of(
                    Map.of("dimension", "calls", "value", 10),
                    Map.of("dimension", "seats", "value", 3))));
    List<Integer> sizes = new ArrayList<>();
    JsonNode page;
    ObjectNode request = Simulator.JSON.createObjectNode().put("ProductCode", Market.PRODUCT_CODE);
    request.putObject("Filter").putArray("LICENSE_ARN").add(bought.path("licenseArn").asText());
    do {
      page = seller.call("AWSMPEntitlementService.GetEntitlements", request.toString()).body();
      sizes.add(page.path("Entitlements").size());
      request.set("NextToken", page.path("NextToken"));
    } while (page.path("NextToken").isTextual());
    assertEquals(List.of(0, 0, 1, 1), sizes);
  }

  @Test
  void twoIdentitiesInOneFilterAreRefused() {
    ObjectNode request = Simulator.JSON.createObjectNode().put("ProductCode", Market.PRODUCT_CODE);
    ObjectNode filter = request.putObject("Filter");
    filter.putArray("CUSTOMER_IDENTIFIER").add("a");
    filter.putArray("CUSTOMER_AWS_ACCOUNT_ID").add("b");
    assertEquals(
        "InvalidParameterException",
        seller.call("AWSMPEntitlementService.GetEntitlements", request.toString()).type());
  }

  @Test
  void licenceEventsPrintTheArnAsTheGuideDoes() {
    JsonNode bought = seller.subscribe();
    JsonNode event =
        seller
            .control(
                "/sim/event",
                Map.of(
                    "type", "License Updated", "agreementId", bought.path("agreementId").asText()))
            .body()
            .path("event");
    String printed = event.path("detail").path("license").path("arn").asText();
    String resolved = bought.path("licenseArn").asText();
    assertNotEquals(resolved, printed);
    assertEquals(
        resolved.substring(resolved.lastIndexOf(':')), printed.substring(printed.lastIndexOf(':')));
  }
}
