package dev.weir.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.local.cli.Api;
import dev.weir.local.cli.Endpoints;
import dev.weir.local.demo.Simulators.Side;
import dev.weir.worker.samples.Sample;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The demo's other sides and its way of setting a deployment up, for tests that run the deployment
 * themselves. Slack and the reseller sell a remote service, the marketplace a model trained here.
 */
public final class Stage implements AutoCloseable {

  public static final String SLACK = Setup.SLACK;
  public static final String PARTNER = Setup.PARTNER;
  public static final String AWS = Setup.AWS;

  /** The remote endpoint's name, and the own model's. */
  public static final String REMOTE = Setup.ENDPOINT;

  public static final String OWN = "table";

  /** How long Slack waits between its second and third attempt here; a minute in reality. */
  private static final int SLACK_MINUTE_MS = 1500;

  /** Three seconds in reality; what is shown here is no speed, on machines however busy. */
  private static final int SLACK_ACK_MS = 10_000;

  private static final Duration DEPLOY_MAX = Duration.ofSeconds(60);

  private final Path home;
  private final Path work;
  private final Simulators simulators;
  private List<String> partnerKeys = List.of();
  private List<String> awsKeys = List.of();

  private Stage(Path home, Path work, Simulators simulators) {
    this.home = home;
    this.work = work;
    this.simulators = simulators;
  }

  /** Starts the simulators; what they keep lies in {@link #kept}. */
  public static Stage open(Path home, Path work) {
    return new Stage(home, work, Simulators.start(home, work.resolve("simulators")));
  }

  /** A file of a simulator. */
  public static Path kept(Path work, String channel, String file) {
    Side side =
        switch (channel) {
          case Setup.SLACK -> Side.SLACK;
          case Setup.PARTNER -> Side.PARTNER;
          case Setup.AWS -> Side.AWS;
          default -> throw new IllegalArgumentException("no channel " + channel + " here");
        };
    return work.resolve("simulators").resolve(side.name()).resolve(file);
  }

  /** Channels, prices, a remote service, a trained model on one replica, two customers each. */
  public void setUp(Api api, String remoteUrl) {
    Setup setup = new Setup(api, simulators);
    setup.statePrices();
    for (String meter : List.of("input_tokens", "output_tokens")) {
      api.put("/control/v1/meters/" + meter, Map.of("unit", "token", "scale", 0));
    }
    setup.installPlugins(home, work.resolve("signed"));
    setup.openChannels();
    api.put(
        "/control/v1/endpoints/" + REMOTE,
        Map.of("remote", Map.of("baseUrl", remoteUrl, "model", "stand-in")));
    sellOwnModel(api);
    simulators
        .of(Side.SLACK)
        .post(
            "/sim/mode",
            Map.of(
                "retryMinuteMs", SLACK_MINUTE_MS, "readsPerMinute", 6000, "ackMs", SLACK_ACK_MS));
    Customers customers = new Customers(api, new Api(api.base(), Optional.empty()), simulators);
    customers.slack();
    customers.partner();
    customers.aws();
    partnerKeys = customers.partnerKeys();
    awsKeys = customers.awsKeys();
  }

  private void sellOwnModel(Api api) {
    Training training = new Training(api, new PrintWriter(System.out));
    training.upload(Sample.BREAST_CANCER);
    training.follow(training.submit(Sample.BREAST_CANCER));
    String model = Sample.BREAST_CANCER.dataset();
    api.put("/control/v1/endpoints/" + OWN, Map.of("model", model, "replicas", 1));
    Endpoints.awaitReady(api, OWN, DEPLOY_MAX);
    api.put("/control/v1/products/" + OWN, Map.of("name", "Table", "endpoint", OWN));
    api.put("/control/v1/plans/" + OWN, Map.of("productId", OWN, "name", OWN, "currency", "USD"));
    ObjectNode price = Json.MAPPER.createObjectNode();
    price
        .putArray("charges")
        .addObject()
        .put("type", "per-unit")
        .put("meter", "calls")
        .put("includedQuantity", 0)
        .put("unitPriceMicros", 4_000_000)
        .put("unitSize", 1);
    api.put("/control/v1/plans/" + OWN + "/prices/1", price);
    ObjectNode channel = Json.MAPPER.createObjectNode();
    channel.put("plugin", "marketplace-aws").put("productId", OWN).put("planId", OWN);
    channel.put("currency", "USD").put("feeBasisPoints", 300).put("shareBasisPoints", 0);
    channel
        .putObject("settings")
        .put("product_code", Setup.AWS_PRODUCT)
        .put("metering_endpoint", simulators.url(Side.AWS))
        .put("entitlement_endpoint", simulators.url(Side.AWS));
    channel.putObject("secrets").put("event_secret", Setup.AWS_EVENT_SECRET);
    api.put("/control/v1/channels/" + AWS, channel);
  }

  public List<String> partnerKeys() {
    return partnerKeys;
  }

  public List<String> awsKeys() {
    return awsKeys;
  }

  /**
   * A user of a workspace writes to the bot; the event's id, whatever its first attempt brought.
   */
  public String say(int team, String user, String text) {
    JsonNode said =
        simulators
            .of(Side.SLACK)
            .post(
                "/sim/say",
                Map.of(
                    "team",
                    Customers.SLACK_TEAMS.get(team % Customers.SLACK_TEAMS.size()),
                    "user",
                    user,
                    "text",
                    text));
    return said.path("eventId").asText();
  }

  /** Gives all sides the deployment's time, or a later one. */
  public void setOffset(long offsetMs) {
    simulators.setOffset(offsetMs);
  }

  /** Ends a month and issues what is due for it. */
  public void endMonth(Api api, YearMonth month) {
    new Closing(api, simulators).endMonth(month);
  }

  @Override
  public void close() {
    simulators.close();
  }
}
