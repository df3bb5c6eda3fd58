package dev.weir.tck.sim.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.Simulator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every limit of metering refuses its violator. */
class AwsSimMeteringTest extends OpenMarket {

  @Test
  void twentySixRecordsAreRefused() {
    JsonNode bought = seller.subscribe();
    ObjectNode[] records = new ObjectNode[26];
    for (int i = 0; i < records.length; i++) {
      records[i] = Seller.record(bought, "calls", HOUR, i);
    }
    assertEquals("ValidationException", seller.meter(records).type());
  }

  @Test
  void aMegabyteIsRefused() {
    ObjectNode body = Simulator.JSON.createObjectNode();
    body.putArray("UsageRecords");
    body.put("Padding", "x".repeat(1 << 20));
    assertEquals(413, seller.meterBody(body).status());
  }

  @ParameterizedTest
  @CsvSource({
    "-1, ValidationException",
    "2147483648, ValidationException",
    "99999999999999999999, ValidationException",
    "1.5, SerializationException",
    "\"7\", SerializationException"
  })
  void aQuantityThatIsNoInt32IsRefused(String quantity, String type) throws Exception {
    ObjectNode record = Seller.record(seller.subscribe(), "calls", HOUR, 0);
    record.set("Quantity", Simulator.JSON.readTree(quantity));
    assertEquals(type, seller.meter(record).type());
  }

  @Test
  void theLargestInt32AndZeroAreTaken() {
    JsonNode bought = seller.subscribe();
    Seller.Answer answer =
        seller.meter(
            Seller.record(bought, "calls", HOUR, Integer.MAX_VALUE),
            Seller.record(bought, "resolved_conversations", HOUR, 0));
    assertEquals("Success", answer.recordStatus(0));
    assertEquals("Success", answer.recordStatus(1));
  }

  @Test
  void aTextTimestampIsRefused() {
    ObjectNode record = Seller.record(seller.subscribe(), "calls", HOUR, 1);
    record.put("Timestamp", HOUR.toString());
    assertEquals("SerializationException", seller.meter(record).type());
  }

  @Test
  void twoProductsInOneCallAreRefused() {
    seller.control("/sim/product", Map.of("code", "other", "dimensions", List.of("calls")));
    JsonNode one = seller.subscribe();
    JsonNode other = seller.subscribe(Map.of("product", "other"));
    Seller.Answer answer =
        seller.meter(Seller.record(one, "calls", HOUR, 1), Seller.record(other, "calls", HOUR, 1));
    assertEquals("InvalidLicenseException", answer.type());
  }

  @ParameterizedTest
  @CsvSource({"2026-11-15T12:01:31Z, the future", "2026-11-14T12:00:29Z, more than 24 h ago"})
  void aTimestampOutsideTheWindowFailsTheWholeBatch(Instant at, String why) {
    seller.moveTo(NOON.minus(Duration.ofDays(3)));
    JsonNode bought = seller.subscribe();
    seller.moveTo(NOON);
    Seller.Answer answer =
        seller.meter(
            Seller.record(bought, "calls", HOUR, 1), Seller.record(bought, "calls", at, 1));
    assertEquals("TimestampOutOfBoundsException", answer.type(), why);
    assertTrue(seller.get("/sim/usage").path("records").isEmpty());
  }

  @Test
  void lastMonthIsClosedAtSixOnTheFirst() {
    seller.moveTo(Instant.parse("2026-11-30T20:10:00Z"));
    JsonNode bought = seller.subscribe();
    Instant lastHour = Instant.parse("2026-11-30T23:00:00Z");
    seller.moveTo(Instant.parse("2026-12-01T05:59:50Z"));
    assertEquals(200, seller.meter(Seller.record(bought, "calls", lastHour, 1)).status());
    seller.moveTo(Instant.parse("2026-12-01T06:00:01Z"));
    assertEquals(
        "TimestampOutOfBoundsException",
        seller.meter(Seller.record(bought, "calls", lastHour.minusSeconds(3600), 1)).type());
  }

  @Test
  void usageBeforeTheAgreementIsRefused() {
    JsonNode bought = seller.subscribe();
    assertEquals(
        "InvalidLicenseException",
        seller.meter(Seller.record(bought, "calls", HOUR.minusSeconds(3600), 1)).type());
  }

  @Test
  void anUnknownDimensionFailsTheWholeBatch() {
    JsonNode bought = seller.subscribe();
    Seller.Answer answer =
        seller.meter(
            Seller.record(bought, "calls", HOUR, 1), Seller.record(bought, "seats", HOUR, 1));
    assertEquals("InvalidUsageDimensionException", answer.type());
    assertTrue(seller.get("/sim/usage").path("records").isEmpty());
  }

  @Test
  void anUnknownLicenceFailsTheWholeBatch() {
    JsonNode bought = seller.subscribe();
    ObjectNode bad = Seller.record(bought, "calls", HOUR, 1).put("LicenseArn", "arn:aws:l-0");
    assertEquals(
        "InvalidLicenseException",
        seller.meter(Seller.record(bought, "calls", HOUR, 1), bad).type());
    assertTrue(seller.get("/sim/usage").path("records").isEmpty());
  }

  @Test
  void aLicenceOfAnotherAccountIsRefused() {
    ObjectNode bad =
        Seller.record(seller.subscribe(), "calls", HOUR, 1)
            .put("CustomerAWSAccountId", "111111111111");
    assertEquals("InvalidLicenseException", seller.meter(bad).type());
  }

  @Test
  void legacyProductsAreMeteredByCustomerAndProduct() {
    seller.control(
        "/sim/product",
        Map.of("code", "old", "dimensions", List.of("calls"), "identity", "LEGACY"));
    JsonNode bought = seller.subscribe(Map.of("product", "old"));
    Seller.Answer resolved = seller.resolve(bought.path("token").asText());
    assertTrue(resolved.body().path("LicenseArn").isMissingNode());
    ObjectNode record =
        Simulator.JSON
            .createObjectNode()
            .put("Timestamp", HOUR.getEpochSecond())
            .put("CustomerIdentifier", resolved.body().path("CustomerIdentifier").asText())
            .put("Dimension", "calls")
            .put("Quantity", 3);
    ObjectNode body = Simulator.JSON.createObjectNode().put("ProductCode", "old");
    body.putArray("UsageRecords").add(record);
    assertEquals("Success", seller.meterBody(body).recordStatus(0));
    body.remove("ProductCode");
    assertEquals("InvalidProductCodeException", seller.meterBody(body).type());
    body.put("ProductCode", "never-listed");
    assertEquals("InvalidProductCodeException", seller.meterBody(body).type());
    body.put("ProductCode", "old");
    record.put("CustomerIdentifier", "nobody");
    assertEquals("InvalidCustomerIdentifierException", seller.meterBody(body).type());
  }

  @Test
  void usageAllocationsMustAddUp() {
    ObjectNode record = Seller.record(seller.subscribe(), "calls", HOUR, 5);
    ArrayNode allocations = record.putArray("UsageAllocations");
    allocations.addObject().put("AllocatedUsageQuantity", 4);
    assertEquals("InvalidUsageAllocationsException", seller.meter(record).type());
  }

  @ParameterizedTest
  @CsvSource({
    // dedupe, identical, resend as it was, another quantity, same hour at another second
    "hour, success, Success, DuplicateRecord, DuplicateRecord",
    "hour, duplicate, DuplicateRecord, DuplicateRecord, DuplicateRecord",
    "exact, success, Success, DuplicateRecord, Success",
    "exact, duplicate, DuplicateRecord, DuplicateRecord, Success"
  })
  void theFirstWriteWinsUnderEveryReading(
      String dedupe, String identical, String resend, String other, String otherSecond) {
    seller.control("/sim/mode", Map.of("dedupe", dedupe, "identical", identical));
    JsonNode bought = seller.subscribe();
    ObjectNode record = Seller.record(bought, "calls", HOUR, 5);
    assertEquals("Success", seller.meter(record).recordStatus(0));
    assertEquals(resend, seller.meter(record).recordStatus(0));
    assertEquals(other, seller.meter(Seller.record(bought, "calls", HOUR, 6)).recordStatus(0));
    assertEquals(
        otherSecond,
        seller.meter(Seller.record(bought, "calls", HOUR.plusSeconds(1), 5)).recordStatus(0));
  }

  @Test
  void usageMayFollowForAnHourAfterTheLicenceIsGone() {
    JsonNode bought = seller.subscribe();
    seller.control(
        "/sim/event",
        Map.of(
            "type", "License Deprovisioned", "agreementId", bought.path("agreementId").asText()));
    seller.moveTo(NOON.plus(Duration.ofMinutes(59)));
    assertEquals("Success", seller.meter(Seller.record(bought, "calls", HOUR, 1)).recordStatus(0));
    seller.moveTo(NOON.plus(Duration.ofMinutes(61)));
    assertEquals(
        "CustomerNotSubscribed",
        seller.meter(Seller.record(bought, "resolved_conversations", HOUR, 1)).recordStatus(0));
  }

  @Test
  void theEleventhRequestOfASecondIsThrottled() {
    seller.control("/sim/mode", Map.of("throttle", true));
    JsonNode bought = seller.subscribe();
    ObjectNode record = Seller.record(bought, "calls", HOUR, 1);
    List<String> types = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      types.add(seller.meter(record).type());
    }
    assertTrue(types.contains("ThrottlingException"), types.toString());
    assertEquals("", types.getFirst());
  }

  @Test
  void faultsTakeNothingOrEverythingAsTold() {
    ObjectNode record = Seller.record(seller.subscribe(), "calls", HOUR, 1);
    seller.control("/sim/fault", Map.of("kind", "throttle"));
    assertEquals("ThrottlingException", seller.meter(record).type());
    seller.control("/sim/fault", Map.of("kind", "internal"));
    assertEquals("InternalServiceErrorException", seller.meter(record).type());
    seller.control("/sim/fault", Map.of("kind", "unprocessed"));
    JsonNode left = seller.meter(record).body().path("UnprocessedRecords");
    assertEquals(record.path("LicenseArn"), left.path(0).path("LicenseArn"));
    assertEquals(record.path("Timestamp").asDouble(), left.path(0).path("Timestamp").asDouble());
    seller.control("/sim/fault", Map.of("kind", "drop-before"));
    assertThrows(java.io.UncheckedIOException.class, () -> seller.meter(record));
    assertTrue(seller.get("/sim/usage").path("records").isEmpty());
    seller.control("/sim/fault", Map.of("kind", "drop-after"));
    assertThrows(java.io.UncheckedIOException.class, () -> seller.meter(record));
    assertEquals(1, seller.get("/sim/usage").path("records").size());
  }

  @Test
  void whatWasTakenOutlivesTheProcess() {
    JsonNode bought = seller.subscribe();
    seller.meter(Seller.record(bought, "calls", HOUR, 4));
    sim.close();
    sim = AwsSim.open("--port", "0", "--data", data.toString()).start();
    try (Seller again = new Seller(sim.base())) {
      again.moveTo(NOON);
      assertEquals(4, again.get("/sim/usage").path("totals").path(0).path("quantity").asInt());
      assertEquals(
          "DuplicateRecord", again.meter(Seller.record(bought, "calls", HOUR, 5)).recordStatus(0));
    }
  }
}
