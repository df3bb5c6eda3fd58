package dev.weir.tck.sim.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code BatchMeterUsage}. Everything that makes the service refuse a whole request is checked
 * before the first record is taken, so a refused request changes nothing.
 */
final class Metering {

  static final int RECORDS_MAX = 25;
  static final int REQUEST_MAX_BYTES = 1 << 20;
  static final int ALLOCATIONS_MAX = 2500;

  /** Usage may still be sent this long after a licence was taken away. */
  static final Duration FINAL_WINDOW = Duration.ofHours(1);

  /** On the first of a month the previous month is closed at this time, UTC. */
  static final LocalTime MONTH_CLOSES = LocalTime.of(6, 0);

  private final Market market;
  private final UsageStore store;

  Metering(Market market, UsageStore store) {
    this.market = market;
    this.store = store;
  }

  /** A record that may be taken; {@code agreement} is the one it was used under. */
  private record Candidate(
      ObjectNode raw, Agreement agreement, String dimension, Instant at, int quantity) {}

  /**
   * Takes a batch.
   *
   * @param unprocessed how many of the first records to hand back as not processed
   */
  ObjectNode batch(int bodyBytes, JsonNode request, String region, int unprocessed) {
    if (bodyBytes >= REQUEST_MAX_BYTES) {
      throw new AwsError(
          413,
          "RequestEntityTooLargeException",
          "request " + bodyBytes + " B >= " + REQUEST_MAX_BYTES + " B");
    }
    List<Candidate> candidates = new ArrayList<>();
    for (JsonNode record : records(request)) {
      candidates.add(candidate(record, text(request, "ProductCode")));
    }
    requireOneProduct(candidates);
    ArrayNode results = JsonNodeFactory.instance.arrayNode();
    ArrayNode left = JsonNodeFactory.instance.arrayNode();
    for (Candidate candidate : candidates) {
      if (left.size() < unprocessed) {
        left.add(echo(candidate));
      } else {
        results.add(take(candidate, region));
      }
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.set("Results", results);
    answer.set("UnprocessedRecords", left);
    return answer;
  }

  private static ArrayNode records(JsonNode request) {
    if (!(request.get("UsageRecords") instanceof ArrayNode records)) {
      throw AwsError.validation("UsageRecords must not be null");
    }
    if (records.size() > RECORDS_MAX) {
      throw AwsError.validation("UsageRecords: " + records.size() + " records > " + RECORDS_MAX);
    }
    return records;
  }

  private Candidate candidate(JsonNode record, @Nullable String productCode) {
    if (!(record instanceof ObjectNode raw)) {
      throw AwsError.client("SerializationException", "a usage record is not an object");
    }
    JsonNode timestamp = raw.path("Timestamp");
    if (!timestamp.isNumber()) {
      throw AwsError.client("SerializationException", "Timestamp is not a number of seconds");
    }
    Instant at = Instant.ofEpochMilli(Math.round(timestamp.asDouble() * 1000));
    String dimension = text(raw, "Dimension");
    if (dimension == null) {
      throw AwsError.validation("Dimension must not be null");
    }
    int quantity = quantity(raw);
    checkAllocations(raw, quantity);
    Agreement agreement = agreement(raw, productCode);
    Product product = market.product(agreement.productCode());
    if (!product.dimensions().contains(dimension)) {
      throw AwsError.client(
          "InvalidUsageDimensionException",
          "dimension " + dimension + " is not one of product " + product.code());
    }
    checkWindow(at, agreement);
    return new Candidate(raw, agreement, dimension, at, quantity);
  }

  private static int quantity(ObjectNode raw) {
    JsonNode quantity = raw.path("Quantity");
    if (quantity.isMissingNode()) {
      return 0;
    }
    if (!quantity.isIntegralNumber()) {
      throw AwsError.client("SerializationException", "Quantity is not an integer");
    }
    if (!quantity.canConvertToInt() || quantity.intValue() < 0) {
      throw AwsError.validation(
          "Quantity " + quantity.asText() + " not in 0.." + Integer.MAX_VALUE);
    }
    return quantity.intValue();
  }

  private static void checkAllocations(ObjectNode raw, int quantity) {
    if (!(raw.get("UsageAllocations") instanceof ArrayNode allocations)) {
      return;
    }
    long sum = 0;
    for (JsonNode allocation : allocations) {
      sum += allocation.path("AllocatedUsageQuantity").asLong();
    }
    if (allocations.isEmpty() || allocations.size() > ALLOCATIONS_MAX || sum != quantity) {
      throw AwsError.client(
          "InvalidUsageAllocationsException",
          allocations.size() + " allocations sum up to " + sum + ", quantity is " + quantity);
    }
  }

  private Agreement agreement(ObjectNode raw, @Nullable String productCode) {
    String license = text(raw, "LicenseArn");
    String account = text(raw, "CustomerAWSAccountId");
    String identifier = text(raw, "CustomerIdentifier");
    if (identifier != null && (account != null || license != null)) {
      throw AwsError.validation("CustomerIdentifier excludes CustomerAWSAccountId and LicenseArn");
    }
    if (license != null) {
      Optional<Agreement> found = market.byLicense(license);
      if (found.isEmpty()
          || !found.get().account().equals(account)
          || (productCode != null && !productCode.equals(found.get().productCode()))) {
        throw invalidLicense(license);
      }
      return found.get();
    }
    if (productCode == null) {
      throw AwsError.client("InvalidProductCodeException", "neither ProductCode nor LicenseArn");
    }
    if (market.findProduct(productCode).isEmpty()) {
      throw AwsError.client("InvalidProductCodeException", "no product " + productCode);
    }
    if (market.product(productCode).identity() == Product.Identity.LICENSE) {
      throw invalidLicense("(none)");
    }
    String customer = identifier != null ? identifier : account;
    return market
        .byCustomer(productCode, customer == null ? "" : customer)
        .orElseThrow(
            () -> AwsError.client("InvalidCustomerIdentifierException", "no customer " + customer));
  }

  private static AwsError invalidLicense(String license) {
    return AwsError.client(
        "InvalidLicenseException",
        "LicenseArn " + license + " is not valid, not this customer's, or not of this product");
  }

  private void checkWindow(Instant at, Agreement agreement) {
    Instant now = market.now();
    Instant oldest = now.minus(market.mode().window());
    YearMonth month = YearMonth.from(now.atOffset(ZoneOffset.UTC));
    Instant monthStart = month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    Instant closes = month.atDay(1).atTime(MONTH_CLOSES).toInstant(ZoneOffset.UTC);
    boolean closed = at.isBefore(monthStart) && !now.isBefore(closes);
    if (at.isAfter(now) || at.isBefore(oldest) || closed) {
      throw AwsError.client(
          "TimestampOutOfBoundsException",
          "timestamp " + at + " not in " + (closed ? monthStart : oldest) + ".." + now);
    }
    Instant firstHour = agreement.startedAt().truncatedTo(ChronoUnit.HOURS);
    if (at.isBefore(firstHour)) {
      throw AwsError.client(
          "InvalidLicenseException",
          "timestamp " + at + " before the agreement began at " + agreement.startedAt());
    }
  }

  private static void requireOneProduct(List<Candidate> candidates) {
    long products = candidates.stream().map(c -> c.agreement().productCode()).distinct().count();
    if (products > 1) {
      throw AwsError.client(
          "InvalidLicenseException", products + " products in one request, at most 1");
    }
  }

  /** The record as AWS repeats it: times are written with a decimal point and an exponent. */
  private static ObjectNode echo(Candidate c) {
    return c.raw().deepCopy().put("Timestamp", c.at().toEpochMilli() / 1000.0);
  }

  private ObjectNode take(Candidate c, String region) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.set("UsageRecord", echo(c));
    Instant gone = c.agreement().deprovisionedAt();
    if (gone != null && (c.at().isAfter(gone) || market.now().isAfter(gone.plus(FINAL_WINDOW)))) {
      return result.put("Status", "CustomerNotSubscribed");
    }
    boolean hour = market.mode().dedupe() == Mode.Dedupe.HOUR;
    Instant slot = hour ? c.at().truncatedTo(ChronoUnit.HOURS) : c.at();
    String key =
        String.join("\n", region, c.agreement().usageKey(), c.dimension(), slot.toString());
    Optional<UsageStore.Taken> before = store.find(key);
    if (before.isEmpty()) {
      UsageStore.Taken taken =
          store.add(key, c.agreement(), c.dimension(), c.at(), c.quantity(), market.now());
      return result.put("Status", "Success").put("MeteringRecordId", taken.meteringRecordId());
    }
    boolean same =
        before.get().quantity() == c.quantity() && before.get().timestamp().equals(c.at());
    if (same && market.mode().identical() == Mode.Identical.SUCCESS) {
      return result
          .put("Status", "Success")
          .put("MeteringRecordId", before.get().meteringRecordId());
    }
    return result.put("Status", "DuplicateRecord");
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value != null && value.isTextual() ? value.asText() : null;
  }
}
