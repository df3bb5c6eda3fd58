package dev.weir.tck.sim.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** A seller's client, signing with the AWS SDK; what is signed can be spoilt on purpose. */
final class Seller implements AutoCloseable {

  record Answer(int status, JsonNode body) {
    String type() {
      return body.path("__type").asText();
    }

    String recordStatus(int index) {
      return body.path("Results").path(index).path("Status").asText();
    }
  }

  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  String accessKey = AwsSim.ACCESS_KEY_ID;
  String secretKey = AwsSim.SECRET_KEY;
  String service = "aws-marketplace";
  String region = "us-east-1";
  Clock clock = Clock.systemUTC();

  Seller(URI base) {
    this.base = base;
  }

  Answer call(String target, String body) {
    return send(target, body, body);
  }

  /** Signs one body and sends another. */
  Answer send(String target, String signedBody, String sentBody) {
    SdkHttpRequest unsigned =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(base.resolve("/"))
            .putHeader("content-type", "application/x-amz-json-1.1")
            .putHeader("x-amz-target", target)
            .build();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(r ->
                r.identity(AwsCredentialsIdentity.create(accessKey, secretKey))
                    .request(unsigned)
                    .payload(
                        ContentStreamProvider.fromByteArray(
                            signedBody.getBytes(StandardCharsets.UTF_8)))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                    .putProperty(HttpSigner.SIGNING_CLOCK, clock));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve("/"))
            .timeout(Duration.ofSeconds(5))
            .POST(HttpRequest.BodyPublishers.ofString(sentBody));
    signed
        .request()
        .headers()
        .forEach((name, values) -> {
          if (!name.equalsIgnoreCase("host")) {
            values.forEach(v -> request.header(name, v));
          }
        });
    return exchange(request.build());
  }

  Answer control(String path, Object body) {
    return exchange(
        HttpRequest.newBuilder(base.resolve(path))
            .POST(HttpRequest.BodyPublishers.ofString(Simulator.JSON.valueToTree(body).toString()))
            .build());
  }

  JsonNode get(String path) {
    return exchange(HttpRequest.newBuilder(base.resolve(path)).GET().build()).body();
  }

  Answer exchange(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), Simulator.JSON.readTree(response.body()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonNode subscribe() {
    return subscribe(Map.of());
  }

  JsonNode subscribe(Map<String, Object> with) {
    return control("/sim/subscribe", with).body();
  }

  static ObjectNode record(JsonNode agreement, String dimension, Instant at, long quantity) {
    return Simulator.JSON
        .createObjectNode()
        .put("Timestamp", at.getEpochSecond())
        .put("CustomerAWSAccountId", agreement.path("account").asText())
        .put("LicenseArn", agreement.path("licenseArn").asText())
        .put("Dimension", dimension)
        .put("Quantity", quantity);
  }

  Answer meter(ObjectNode... records) {
    ObjectNode body = Simulator.JSON.createObjectNode();
    ArrayNode list = body.putArray("UsageRecords");
    for (ObjectNode record : records) {
      list.add(record);
    }
    return meterBody(body);
  }

  Answer meterBody(ObjectNode body) {
    return call("AWSMPMeteringService.BatchMeterUsage", body.toString());
  }

  Answer resolve(String token) {
    return call(
        "AWSMPMeteringService.ResolveCustomer",
        Simulator.JSON.createObjectNode().put("RegistrationToken", token).toString());
  }

  /** Moves the market's clock to a time, and the signer's with it. */
  void moveTo(Instant now) {
    long offsetMs = Duration.between(Instant.now(), now).toMillis();
    control("/sim/clock", Map.of("offsetMs", offsetMs));
    clock = Clock.offset(Clock.system(ZoneOffset.UTC), Duration.ofMillis(offsetMs));
  }

  @Override
  public void close() {
    http.close();
  }
}
