package dev.weir.tck.sim.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not signed as the market asks is refused. */
class AwsSimSignatureTest extends OpenMarket {

  @Test
  void aSignatureOfTheSdkHolds() {
    JsonNode bought = seller.subscribe();
    Seller.Answer answer = seller.meter(Seller.record(bought, "calls", HOUR, 7));
    assertEquals(200, answer.status(), answer.body().toString());
    assertEquals("Success", answer.recordStatus(0));
    assertEquals(7, seller.get("/sim/usage").path("totals").path(0).path("quantity").asInt());
  }

  @Test
  void anUnsignedRequestIsRefused() {
    Seller.Answer answer =
        seller.exchange(
            HttpRequest.newBuilder(sim.base().resolve("/"))
                .header("content-type", "application/x-amz-json-1.1")
                .header("x-amz-target", "AWSMPMeteringService.BatchMeterUsage")
                .POST(HttpRequest.BodyPublishers.ofString("{\"UsageRecords\":[]}"))
                .build());
    assertEquals(403, answer.status());
    assertEquals("MissingAuthenticationTokenException", answer.type());
  }

  @Test
  void anAlteredBodyIsRefused() {
    JsonNode bought = seller.subscribe();
    String body = "{\"UsageRecords\":[" + Seller.record(bought, "calls", HOUR, 7).toString() + "]}";
    Seller.Answer answer =
        seller.send(
            "AWSMPMeteringService.BatchMeterUsage",
            body,
            body.replace("\"Quantity\":7", "\"Quantity\":9"));
    assertEquals("InvalidSignatureException", answer.type());
    assertTrue(seller.get("/sim/usage").path("records").isEmpty());
  }

  @Test
  void aWrongSecretIsRefused() {
    seller.secretKey = "not-the-secret";
    assertEquals("InvalidSignatureException", seller.meter().type());
  }

  @Test
  void anUnknownAccessKeyIsRefused() {
    seller.accessKey = "AKIAUNKNOWN";
    assertEquals("UnrecognizedClientException", seller.meter().type());
  }

  @Test
  void aSignatureForAnotherServiceIsRefused() {
    seller.service = "s3";
    assertEquals("InvalidSignatureException", seller.meter().type());
  }

  @ParameterizedTest
  @CsvSource({"-6", "6"})
  void aSignatureOfAnotherTimeIsRefused(int minutes) {
    seller.clock = Clock.fixed(NOON.plus(Duration.ofMinutes(minutes)), ZoneOffset.UTC);
    assertEquals("InvalidSignatureException", seller.meter().type());
  }
}
