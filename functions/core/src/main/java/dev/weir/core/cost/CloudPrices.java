package dev.weir.core.cost;

import dev.weir.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A cloud's list prices in US dollars; from a file, so that anyone can put in their own.
 *
 * @param checked when somebody looked
 * @param source where
 */
public record CloudPrices(
    String region,
    String checked,
    String source,
    double dynamoWritesUsdPerMillion,
    double dynamoReadsUsdPerMillion,
    double dynamoStorageUsdPerGbMonth,
    double s3PutsUsdPerMillion,
    double s3GetsUsdPerMillion,
    double s3StorageUsdPerGbMonth,
    double lambdaRequestsUsdPerMillion,
    double lambdaUsdPerGbSecond,
    double httpApiRequestsUsdPerMillion,
    double sqsFifoRequestsUsdPerMillion) {

  private static final String FILE = "prices-us-east-1.json";

  /** The prices that come with Weir. */
  public static CloudPrices standard() {
    try (InputStream in = CloudPrices.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + FILE);
      }
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("resource " + FILE + " cannot be read", e);
    }
  }

  /** Prices from a file's text; a 400 problem where it is no such file. */
  public static CloudPrices of(String json) {
    return Json.parse(json, CloudPrices.class);
  }
}
