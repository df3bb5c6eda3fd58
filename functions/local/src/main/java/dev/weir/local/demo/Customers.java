package dev.weir.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.local.cli.Api;
import dev.weir.local.cli.Failure;
import dev.weir.local.demo.Simulators.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings customers in, each through its channel's own protocol. */
final class Customers {

  static final List<String> FEISHU_TENANTS = List.of("tenant-yunshang", "tenant-nanshan");
  static final List<String> SLACK_TEAMS = List.of("T0NORTHWIND", "T0CONTOSO00");

  private static final Duration OPEN_MAX = Duration.ofSeconds(30);
  private static final Pattern CODE = Pattern.compile("<code>([^<]+)</code>");

  private final Api api;
  private final Api customers;
  private final Simulators simulators;
  private final List<String> partnerKeys = new ArrayList<>();
  private final List<String> awsKeys = new ArrayList<>();

  Customers(Api api, Api customers, Simulators simulators) {
    this.api = api;
    this.customers = customers;
    this.simulators = simulators;
  }

  /** The API keys that resold customers drew, and those that marketplace buyers drew. */
  List<String> partnerKeys() {
    return List.copyOf(partnerKeys);
  }

  List<String> awsKeys() {
    return List.copyOf(awsKeys);
  }

  private String url(String channel, String path) {
    return api.base() + "/channels/" + channel + path;
  }

  /** Feishu proves the request URL, then tells of each tenant's install by a signed event. */
  void feishu() {
    Api feishu = simulators.of(Side.FEISHU);
    JsonNode app = feishu.post("/sim/app", Map.of("requestUrl", url(Setup.FEISHU, "/events")));
    hold(app.path("verified").asBoolean(), "Feishu could not verify the request URL: " + app);
    for (String tenant : FEISHU_TENANTS) {
      JsonNode installed = feishu.post("/sim/install", Map.of("tenant", tenant));
      hold(
          installed.path("acknowledged").asBoolean(),
          "Feishu's install of " + tenant + " was not acknowledged");
    }
    await(Setup.FEISHU, FEISHU_TENANTS.size());
  }

  /** Each workspace's administrator opens the install link in a browser and presses Allow. */
  void slack() {
    Api slack = simulators.of(Side.SLACK);
    JsonNode app =
        slack.post(
            "/sim/app",
            Map.of(
                "requestUrl", url(Setup.SLACK, "/events"),
                "redirectUrl", url(Setup.SLACK, "/onboard/callback")));
    hold(app.path("verified").asBoolean(), "Slack could not verify the request URL: " + app);
    for (String team : SLACK_TEAMS) {
      try (Browser browser = new Browser()) {
        Browser.Page consent = browser.open(url(Setup.SLACK, "/onboard"));
        Map<String, String> form = Browser.fields(consent);
        form.put("team", team);
        form.put("team_name", team.equals(SLACK_TEAMS.getFirst()) ? "Northwind" : "Contoso");
        Browser.Page done = browser.post(consent.at().resolve("/oauth/v2/authorize"), form);
        hold(
            done.status() == 200,
            "Slack's install of %s ended with %d: %s"
                .formatted(team, done.status(), Browser.text(done)));
      }
    }
    await(Setup.SLACK, SLACK_TEAMS.size());
  }

  /** The reseller opens its customers by a signed message and hands each a code for a key. */
  void partner() {
    Api partner = simulators.of(Side.PARTNER);
    partner.post("/sim/config", Map.of("channelUrl", url(Setup.PARTNER, "/events")));
    for (String name : List.of("Fabrikam", "Tailspin")) {
      JsonNode opened =
          partner.post("/sim/customer", Map.of("id", name.toLowerCase(Locale.ROOT), "name", name));
      partnerKeys.add(claim(opened.path("claimCode").asText()));
    }
    await(Setup.PARTNER, partnerKeys.size());
  }

  /** Buyers press "Set up your account": the market posts them to us, we look them up there. */
  void aws() {
    Api aws = simulators.of(Side.AWS);
    ObjectNode product = Json.MAPPER.createObjectNode();
    product.put("code", Setup.AWS_PRODUCT).putArray("dimensions").add("calls");
    aws.post("/sim/product", product);
    aws.post(
        "/sim/events", Map.of("url", url(Setup.AWS, "/events"), "secret", Setup.AWS_EVENT_SECRET));
    for (int i = 0; i < 2; i++) {
      JsonNode bought =
          aws.post(
              "/sim/subscribe",
              Map.of("product", Setup.AWS_PRODUCT, "landing", url(Setup.AWS, "/onboard")));
      Matcher code = CODE.matcher(bought.at("/landed/body").asText());
      hold(code.find(), "the buyer was not shown a code: " + bought.path("landed"));
      awsKeys.add(claim(code.group(1)));
    }
    await(Setup.AWS, awsKeys.size());
  }

  /** Redeems a code for the first key, once the agreement is open. */
  private String claim(String code) {
    long end = System.nanoTime() + OPEN_MAX.toNanos();
    while (true) {
      try {
        return customers.post("/v1/claims", Map.of("claim", code)).path("key").asText();
      } catch (Failure e) {
        boolean later = e.problem().map(p -> p.status() == 503 || p.status() == 404).orElse(false);
        if (!later || System.nanoTime() > end) {
          throw e;
        }
        pause(100);
      }
    }
  }

  private void await(String channel, int expected) {
    long end = System.nanoTime() + OPEN_MAX.toNanos();
    while (true) {
      int open = api.get("/control/v1/agreements?channel=" + channel).path("items").size();
      if (open >= expected) {
        return;
      }
      if (System.nanoTime() > end) {
        throw Failure.doesNotHold(
            "channel %s has %d of %d customers after %d s"
                .formatted(channel, open, expected, OPEN_MAX.toSeconds()));
      }
      pause(100);
    }
  }

  static void hold(boolean condition, String otherwise) {
    if (!condition) {
      throw Failure.doesNotHold(otherwise);
    }
  }

  static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.machine("interrupted", e);
    }
  }
}
