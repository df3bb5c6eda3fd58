package dev.weir.tck.sim.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Events as EventBridge sends them through an API destination: a JSON POST with the connection's
 * secret header, five seconds for an answer, at least once.
 */
final class Lifecycle {

  static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_MAX)
          .build();

  /** Where events go, and the header that the connection adds. */
  record Target(String url, String header, String secret) {}

  /**
   * The event, in the shape of the seller guide.
   *
   * @param type {@code License Updated}, without the role
   * @param role {@code Manufacturer} or {@code Proposer}
   * @param status of the agreement, or empty
   */
  ObjectNode event(String type, String role, String status, Agreement agreement, Instant at) {
    ObjectNode event =
        Simulator.JSON
            .createObjectNode()
            .put("version", "0")
            .put("id", UUID.randomUUID().toString())
            .put("detail-type", type + " - " + role)
            .put("source", "aws.agreement-marketplace")
            .put("account", "999988887777")
            .put("time", at.truncatedTo(ChronoUnit.SECONDS).toString())
            .put("region", "us-east-1");
    event.putArray("resources").add("arn:aws:aws-marketplace::aws:agreement:" + agreement.id());
    ObjectNode detail = event.putObject("detail");
    detail.put("requestId", UUID.randomUUID().toString()).put("catalog", "AWSMarketplace");
    ObjectNode about = detail.putObject("agreement").put("id", agreement.id());
    if (!status.isEmpty()) {
      about.put("status", status);
    }
    // Agreement events name neither licence nor product code; licence events name both, and print
    // the ARN in another form than ResolveCustomer answers it.
    String license = agreement.licenseArn();
    if (type.startsWith("License ") && license != null) {
      detail
          .putObject("license")
          .put(
              "arn",
              "aws:license-manager:us-east-1:999988887777:"
                  + license.substring(license.lastIndexOf(':') + 1));
    }
    if (type.startsWith("License ")) {
      detail.putObject("product").put("code", agreement.productCode()).put("id", "prod-example");
    }
    detail.putObject("acceptor").put("accountId", agreement.account());
    detail.putObject("proposer").put("accountId", "999988887777");
    detail.putObject("offer").put("id", "offer-example");
    return event;
  }

  /** Sends it; the status of the answer. */
  int send(ObjectNode event, Target target) {
    return post(
            target.url(), "application/json", event.toString(), target.header(), target.secret())
        .statusCode();
  }

  /** What the buyer's browser does after "Set up your account". */
  HttpResponse<String> postForm(String landing, String form) {
    return post(landing, "application/x-www-form-urlencoded", form, "accept", "text/html");
  }

  private HttpResponse<String> post(
      String url, String contentType, String body, String header, String value) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create(url))
              .timeout(ANSWER_MAX)
              .header("content-type", contentType)
              .header(header, value)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new SimRefusal(502, "no answer from " + url + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SimRefusal(503, "interrupted");
    }
  }
}
