package dev.weir.local.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Hours;
import dev.weir.loader.Pace;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Http;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code BatchMeterUsage} as documented, where the documents differ as the seed says: records
 * collide in an hour or only at an exact time; an identical one succeeds again or is a duplicate.
 */
final class AwsMarket implements Http {

  private static final int RECORDS_MAX = 25;
  private static final int BYTES_MAX = 1_000_000;

  /** Room for two records of {@link Shop}'s customers, and for none of the longest. */
  private static final int BYTES_FEW = 330;

  private final Market market;
  private final boolean byExactTime;
  private final boolean identicalSucceeds;
  private final Set<String> licences;
  private final int bytesMax;

  AwsMarket(Market market, Set<String> licences) {
    this.market = market;
    this.licences = Set.copyOf(licences);
    this.byExactTime = market.random().nextBoolean();
    this.identicalSucceeds = market.random().nextBoolean();
    this.bytesMax = market.world().plays(Scene.NARROW) ? BYTES_FEW : BYTES_MAX;
  }

  @Override
  public Http signedByHost(String service, String region) {
    return this;
  }

  @Override
  public Response send(Request request) {
    if (request.body().length > bytesMax) {
      // Said by our own side, which knows the limit from the manifest.
      throw new ChannelException(Pace.TOO_LARGE, request.body().length + " B > " + bytesMax + " B");
    }
    return switch (market.mood()) {
      case FINE -> answer(request);
      case THROTTLED -> failure(400, "ThrottlingException");
      case FAILED ->
          failure(market.random().nextBoolean() ? 500 : 400, "InternalServiceErrorException");
      case LOST_BEFORE -> throw new ChannelException(ErrorCode.UNAVAILABLE, "injected: time-out");
      case LOST_AFTER -> {
        Response _ = answer(request);
        throw new ChannelException(ErrorCode.UNAVAILABLE, "injected: time-out after the work");
      }
    };
  }

  private static Response failure(int status, String type) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("__type", type).put("message", type);
    return new Response(status, Map.of(), Json.write(body).getBytes(StandardCharsets.UTF_8));
  }

  private Response answer(Request request) {
    JsonNode records =
        Json.parseTree(new String(request.body(), StandardCharsets.UTF_8)).path("UsageRecords");
    Violation.unless(
        records.size() <= RECORDS_MAX, "%d usage records > %d", records.size(), RECORDS_MAX);
    for (JsonNode record : records) {
      String licence = record.path("LicenseArn").asText();
      if (!licences.contains(licence) || market.isBroken(licence)) {
        return failure(400, "InvalidLicenseException");
      }
      if (!market.open(at(record))) {
        return failure(400, "TimestampOutOfBoundsException");
      }
      long quantity = record.path("Quantity").asLong(-1);
      if (quantity < 0 || quantity > Integer.MAX_VALUE) {
        return failure(400, "ValidationException");
      }
    }
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode results = body.putArray("Results");
    ArrayNode unprocessed = body.putArray("UnprocessedRecords");
    for (JsonNode record : records) {
      if (market.unprocessed()) {
        unprocessed.add(record);
      } else {
        results.addObject().put("Status", status(record)).set("UsageRecord", record);
      }
    }
    return new Response(200, Map.of(), Json.write(body).getBytes(StandardCharsets.UTF_8));
  }

  private static Instant at(JsonNode record) {
    return Instant.ofEpochSecond(record.path("Timestamp").asLong());
  }

  private String key(String licence, String dimension, Instant at) {
    return licence + " " + dimension + " " + (byExactTime ? at : Hours.of(at));
  }

  private String status(JsonNode record) {
    String licence = record.path("LicenseArn").asText();
    String dimension = record.path("Dimension").asText();
    if (market.isUnsubscribed(licence) || market.isOver(licence, at(record))) {
      return "CustomerNotSubscribed";
    }
    Market.Taken one =
        new Market.Taken(licence, dimension, at(record), record.path("Quantity").asLong(), false);
    Optional<Market.Taken> before = market.find(key(licence, dimension, one.at()));
    if (before.isEmpty()) {
      market.take(key(licence, dimension, one.at()), one);
      return "Success";
    }
    boolean identical =
        before.get().quantity() == one.quantity() && before.get().at().equals(one.at());
    return identical && identicalSucceeds ? "Success" : "DuplicateRecord";
  }

  /** Somebody else's record of an hour. */
  void foreign(String licence, String dimension, Instant hour, long quantity) {
    market.takeForeign(
        key(licence, dimension, hour), new Market.Taken(licence, dimension, hour, quantity, true));
  }

  static List<String> dimensions() {
    return List.of("calls", Shop.RESOLVED);
  }
}
