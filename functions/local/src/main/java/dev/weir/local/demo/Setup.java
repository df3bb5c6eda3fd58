package dev.weir.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.loader.PluginSigner;
import dev.weir.local.cli.Api;
import dev.weir.local.cli.Failure;
import dev.weir.local.cli.Money;
import dev.weir.local.cli.Plugins;
import dev.weir.local.demo.Simulators.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What a vendor does once: publishes plugins, states prices, opens channels. */
final class Setup {

  static final String FEISHU = "feishu-cn";
  static final String SLACK = "slack-emea";
  static final String PARTNER = "acme-reseller";
  static final String AWS = "aws-marketplace";
  static final List<String> CHANNELS = List.of(FEISHU, SLACK, PARTNER, AWS);

  static final String PRODUCT = "customer-service";
  static final String ENDPOINT = "support";
  static final String AWS_EVENT_SECRET = "demo-event-secret-of-at-least-32-characters";
  static final String AWS_PRODUCT = "weir-demo-product";

  private static final List<String> PLUGINS =
      List.of("social-feishu", "social-slack", "partner-reseller", "marketplace-aws");

  private final Api api;
  private final Simulators simulators;

  Setup(Api api, Simulators simulators) {
    this.api = api;
    this.simulators = simulators;
  }

  /** Signs the four built jars with a fresh key and installs them. */
  void installPlugins(Path home, Path work) {
    PluginSigner.Keys keys = PluginSigner.generate();
    api.post("/local/v1/publishers", Map.of("name", "demo", "publicKey", keys.publicKey()));
    try {
      Files.createDirectories(work);
      for (String plugin : PLUGINS) {
        Path jar = work.resolve(plugin + ".jar");
        Files.copy(
            home.resolve("plugins").resolve(plugin + ".jar"),
            jar,
            StandardCopyOption.REPLACE_EXISTING);
        PluginSigner.sign(jar, keys.privateKey());
        Plugins.install(api, jar);
      }
    } catch (IOException e) {
      throw Failure.machine("the built plugins cannot be signed: " + e.getMessage(), e);
    }
  }

  /** One product, a plan for each channel, and what computing costs. */
  void statePrices() {
    ObjectNode compute = Json.MAPPER.createObjectNode();
    compute
        .putObject("microsPerVcpuSecond")
        .put("CNY", Money.micros("0.000096", "CNY"))
        .put("USD", Money.micros("0.0000133", "USD"));
    api.put("/control/v1/compute-prices", compute);
    api.put(
        "/control/v1/products/" + PRODUCT,
        Map.of("name", "Customer service", "endpoint", ENDPOINT));
    meter("calls", "call");
    meter("messages", "message");
    meter("resolved_conversations", "conversation");
    plan("feishu-cny", "CNY", "19.00", List.of("resolved_conversations", "0.30", "20"));
    plan("slack-usd", "USD", "5.00", List.of("messages", "0.02", "50"));
    plan("reseller-usd", "USD", "", List.of("calls", "0.03", "0"));
    plan("aws-usd", "USD", "", List.of("calls", "0.04", "0"));
  }

  private void meter(String id, String unit) {
    api.put("/control/v1/meters/" + id, Map.of("unit", unit, "scale", 0));
  }

  /** A plan with an optional monthly price and one price per unit beyond what is included. */
  private void plan(String id, String currency, String flat, List<String> perUnit) {
    api.put(
        "/control/v1/plans/" + id, Map.of("productId", PRODUCT, "name", id, "currency", currency));
    ObjectNode price = Json.MAPPER.createObjectNode();
    ArrayNode charges = price.putArray("charges");
    if (!flat.isEmpty()) {
      charges
          .addObject()
          .put("type", "flat")
          .put("amountMicros", Money.micros(flat, currency))
          .put("period", "MONTH");
    }
    charges
        .addObject()
        .put("type", "per-unit")
        .put("meter", perUnit.get(0))
        .put("includedQuantity", Long.parseLong(perUnit.get(2)))
        .put("unitPriceMicros", Money.micros(perUnit.get(1), currency))
        .put("unitSize", 1);
    api.put("/control/v1/plans/" + id + "/prices/1", price);
  }

  /** Opens the four channels against the simulators. */
  void openChannels() {
    JsonNode feishu = simulators.of(Side.FEISHU).get("/sim/app");
    channel(FEISHU, "social-feishu", "feishu-cny", "CNY", 0, 0)
        .setting("base_url", simulators.url(Side.FEISHU))
        .setting("app_id", feishu.path("appId").asText())
        .secret("app_secret", feishu.path("appSecret").asText())
        .secret("encrypt_key", feishu.path("encryptKey").asText())
        .secret("verification_token", feishu.path("verificationToken").asText())
        .open();
    JsonNode slack = simulators.of(Side.SLACK).get("/sim/app");
    channel(SLACK, "social-slack", "slack-usd", "USD", 0, 0)
        .setting("base_url", simulators.url(Side.SLACK))
        .setting("client_id", slack.path("clientId").asText())
        .secret("client_secret", slack.path("clientSecret").asText())
        .secret("signing_secret", slack.path("signingSecret").asText())
        .open();
    channel(PARTNER, "partner-reseller", "reseller-usd", "USD", 0, 2000)
        .partner("acme")
        .setting("webhook_url", simulators.url(Side.PARTNER) + "/webhooks")
        .secret("webhook_secret", "whsec_" + base64("weir-to-reseller-example-key01"))
        .secret("inbound_secret", "whsec_" + base64("reseller-to-weir-example-key01"))
        .open();
    channel(AWS, "marketplace-aws", "aws-usd", "USD", 300, 0)
        .setting("product_code", AWS_PRODUCT)
        .setting("metering_endpoint", simulators.url(Side.AWS))
        .setting("entitlement_endpoint", simulators.url(Side.AWS))
        .secret("event_secret", AWS_EVENT_SECRET)
        .open();
  }

  static String base64(String text) {
    return Base64.getEncoder()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private ChannelDraft channel(
      String id, String plugin, String plan, String currency, int fee, int share) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("plugin", plugin).put("productId", PRODUCT).put("planId", plan);
    body.put("currency", currency).put("feeBasisPoints", fee).put("shareBasisPoints", share);
    return new ChannelDraft(id, body, body.putObject("settings"), body.putObject("secrets"));
  }

  /** A channel on its way. */
  private final class ChannelDraft {
    private final String id;
    private final ObjectNode body;
    private final ObjectNode settings;
    private final ObjectNode secrets;

    ChannelDraft(String id, ObjectNode body, ObjectNode settings, ObjectNode secrets) {
      this.id = id;
      this.body = body;
      this.settings = settings;
      this.secrets = secrets;
    }

    ChannelDraft partner(String partner) {
      body.put("partner", partner);
      return this;
    }

    ChannelDraft setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    ChannelDraft secret(String name, String value) {
      secrets.put(name, value);
      return this;
    }

    void open() {
      api.put("/control/v1/channels/" + id, body);
    }
  }
}
