package dev.weir.plugin.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.loader.CloudCredentials;
import dev.weir.spi.Binding;
import dev.weir.spi.Channel;
import dev.weir.spi.Onboarding.Applicant;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Reporting.SealedLine;
import dev.weir.spi.Step;
import dev.weir.tck.TestClock;
import dev.weir.tck.TestContext;
import dev.weir.tck.sim.SimProcess;
import dev.weir.tck.sim.aws.AwsSim;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The market in its own process, and a channel of one of its products. */
final class Market implements AutoCloseable {

  static final String PRODUCT = "weir1support2example3";
  static final String EVENT_SECRET = "an-event-secret-of-some-forty-characters";

  /** The middle of a month, so that no test meets the month's end by chance. */
  static final Instant NOON = Instant.parse("2026-11-15T12:00:30Z");

  static final Instant HOUR = Instant.parse("2026-11-15T12:00:00Z");

  final SimProcess sim;
  private int lines;

  Market(Path data) {
    sim = SimProcess.start(AwsSim.class, data);
    sim.post(
        "/sim/product",
        Map.of("code", "legacy1", "dimensions", List.of("calls"), "identity", "LEGACY"));
    sim.post(
        "/sim/product",
        Map.of("code", "both1", "dimensions", List.of("calls"), "identity", "BOTH"));
    sim.post("/sim/product", Map.of("code", "other1", "dimensions", List.of("calls")));
  }

  /** Time and switches as documented. */
  void reset() {
    moveTo(NOON);
    sim.post(
        "/sim/mode",
        Map.of(
            "dedupe",
            "hour",
            "identical",
            "success",
            "tokens",
            "single",
            "throttle",
            false,
            "typeNamespace",
            false,
            "emptyPages",
            0,
            "pageSize",
            25));
  }

  void moveTo(Instant now) {
    sim.post("/sim/clock", Map.of("offsetMs", Duration.between(Instant.now(), now).toMillis()));
  }

  TestContext.Builder world(String product) {
    return TestContext.of("aws-marketplace")
        .setting("product_code", product)
        .setting("metering_endpoint", sim.base().toString())
        .setting("entitlement_endpoint", sim.base().toString())
        .secret("event_secret", EVENT_SECRET)
        .clock(new TestClock(NOON))
        .credentials(
            new CloudCredentials(AwsSim.ACCESS_KEY_ID, AwsSim.SECRET_KEY, Optional.empty()));
  }

  JsonNode subscribe(Map<String, Object> with) {
    return sim.post("/sim/subscribe", with);
  }

  /** A buyer who subscribed and registered. */
  Binding buyer(Channel channel, String product) {
    JsonNode bought = subscribe(Map.of("product", product));
    Step step = post(channel, bought.path("token").asText(), bought.path("agreementId").asText());
    return ((Step.Bound) step).binding();
  }

  static Step post(Channel channel, String token, String agreement) {
    return channel.onboarding().orElseThrow().begin(applicant("POST", "", form(token, agreement)));
  }

  static String form(String token, String agreement) {
    return "x-amzn-marketplace-token="
        + URLEncoder.encode(token, StandardCharsets.UTF_8)
        + "&x-amzn-marketplace-offer-type=&x-amzn-marketplace-agreement-id="
        + agreement;
  }

  static Applicant applicant(String method, String query, String body) {
    RawRequest request =
        new RawRequest(
            method,
            "/onboard",
            query,
            Map.of("content-type", List.of("application/x-www-form-urlencoded")),
            body.getBytes(StandardCharsets.UTF_8));
    return new Applicant("nonce", "https://weir.example/cb", Optional.of(request), Map.of());
  }

  SealedLine line(Binding binding, String meter, Instant hour, long quantity) {
    lines++;
    return new SealedLine("line-" + lines, binding, meter, hour, quantity, 0, 1);
  }

  void fault(String kind, int skip) {
    sim.post("/sim/fault", Map.of("kind", kind, "skip", skip));
  }

  /** What the market has in its own store for a buyer, by dimension. */
  Map<String, Long> usage(Binding binding) {
    Map<String, Long> usage = new TreeMap<>();
    for (JsonNode total : sim.get("/sim/usage").path("totals")) {
      if (total.path("account").asText().equals(binding.attributes().get(Licence.ACCOUNT))
          && total
              .path("licenseArn")
              .asText()
              .equals(binding.attributes().getOrDefault(Licence.LICENSE, "null"))) {
        usage.put(total.path("dimension").asText(), total.path("quantity").asLong());
      }
    }
    return usage;
  }

  @Override
  public void close() {
    sim.close();
  }
}
