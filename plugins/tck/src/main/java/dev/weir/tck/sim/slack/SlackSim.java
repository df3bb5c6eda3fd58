package dev.weir.tck.sim.slack;

import dev.weir.tck.sim.Pushes;
import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Slack as a process: {@code --port N --data DIR}.
 *
 * <p>Driven by
 *
 * <ul>
 *   <li>{@code GET, POST /sim/app}: the application's registration; a {@code requestUrl} is
 *       verified
 *   <li>{@code POST /sim/install {onboardUrl, team, teamName, deny}}: goes through the install as a
 *       browser does
 *   <li>{@code POST /sim/say {team, user, channel, text, threadTs, event}}, {@code /sim/react
 *       {team, user, channel, ts, reaction, removed}}, {@code /sim/uninstall {team}}
 *   <li>{@code POST /sim/mode {throttle, fail, lose, duplicate, retryMinuteMs, ackMs,
 *       readsPerMinute}}
 *   <li>{@code GET /sim/messages}, {@code /sim/deliveries}, {@code /sim/installs}
 * </ul>
 */
public final class SlackSim {

  private static final int CHALLENGE_CHARS = 52;

  private final Simulator simulator;
  private final Workspaces workspaces;
  private final SlackEvents events;
  private final SlackOAuth oauth;
  private final SlackApi api;
  private volatile SlackApp app = SlackApp.initial();

  private SlackSim(Simulator simulator) {
    this.simulator = simulator;
    this.workspaces = new Workspaces(simulator.file("installs"));
    this.events = new SlackEvents(simulator, () -> app);
    this.oauth = new SlackOAuth(simulator, () -> app, workspaces);
    this.api = new SlackApi(simulator, workspaces, events);
  }

  public static void main(String[] args) {
    SlackSim slack = new SlackSim(Simulator.open(args));
    slack.platform();
    slack.controls();
    slack.simulator.start();
  }

  private void platform() {
    simulator
        .route("GET", "/oauth/v2/authorize", oauth::page)
        .route("POST", "/oauth/v2/authorize", oauth::allow)
        .route("POST", "/api/oauth.v2.access", oauth::access)
        .route("POST", "/api/api.test", r -> SimResponse.json(Map.of("ok", true)))
        .route("POST", "/api/auth.test", api::authTest)
        .route("POST", "/api/auth.revoke", this::revoke)
        .route("POST", "/api/chat.postMessage", api::postMessage)
        .route("POST", "/api/conversations.history", r -> api.read(r, false))
        .route("POST", "/api/conversations.replies", r -> api.read(r, true));
  }

  private void controls() {
    simulator
        .route("GET", "/sim/app", r -> SimResponse.json(app))
        .route("POST", "/sim/app", this::configure)
        .route("POST", "/sim/install", this::install)
        .route("POST", "/sim/say", this::say)
        .route("POST", "/sim/react", this::react)
        .route("POST", "/sim/uninstall", r -> uninstall(r.field("team")))
        .route("POST", "/sim/mode", this::mode)
        .route("GET", "/sim/messages", r -> SimResponse.json(simulator.file("messages").all()))
        .route("GET", "/sim/deliveries", r -> SimResponse.json(simulator.file("deliveries").all()))
        .route("GET", "/sim/installs", r -> SimResponse.json(simulator.file("installs").all()));
  }

  private SimResponse configure(SimRequest r) {
    app =
        new SlackApp(
            app.appId(),
            app.clientId(),
            app.clientSecret(),
            r.field("signingSecret", app.signingSecret()),
            r.field("requestUrl", app.requestUrl()),
            r.field("redirectUrl", app.redirectUrl()));
    String challenge = "sim".repeat(CHALLENGE_CHARS / 3);
    Pushes.Attempt attempt = events.verifyUrl(challenge);
    boolean verified = attempt.ok() && attempt.body().contains(challenge);
    return SimResponse.json(Map.of("verified", verified, "status", attempt.status()));
  }

  /** What a browser does: open the link, press Allow, follow the redirect back. */
  private SimResponse install(SimRequest r) throws IOException, InterruptedException {
    try (HttpClient browser = HttpClient.newHttpClient()) {
      var begin = get(browser, URI.create(r.field("onboardUrl")));
      URI authorize =
          begin
              .headers()
              .firstValue("location")
              .map(URI::create)
              .orElseThrow(() ->
                  new SimRefusal(502, "no redirect: " + begin.statusCode() + " " + begin.body()));
      String query = authorize.getRawQuery() == null ? "" : authorize.getRawQuery();
      Map<String, String> fields = new LinkedHashMap<>(SimRequest.pairs(query));
      fields.put("team", r.field("team"));
      fields.put("team_name", r.field("teamName", r.field("team")));
      if (r.json().path("deny").asBoolean()) {
        fields.put("deny", "1");
      }
      String location = oauth.location(fields);
      var back = get(browser, URI.create(location));
      return SimResponse.json(
          Map.of("status", back.statusCode(), "body", back.body(), "location", location));
    }
  }

  private static HttpResponse<String> get(HttpClient browser, URI uri)
      throws IOException, InterruptedException {
    return browser.send(
        HttpRequest.newBuilder(uri).GET().build(), HttpResponse.BodyHandlers.ofString());
  }

  private SimResponse say(SimRequest r) {
    Workspaces.Workspace workspace = installed(r.field("team"));
    String channel = r.field("channel", "D" + r.field("user", "U0USER0001").substring(1));
    boolean direct = channel.startsWith("D");
    workspaces.addChannel(workspace.team(), channel);
    String ts = workspaces.nextTs(simulator.clock().instant());
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", r.field("event", direct ? "message" : "app_mention"));
    event.put("user", r.field("user", "U0USER0001"));
    event.put("text", (direct ? "" : "<@" + workspace.botUser() + "> ") + r.field("text"));
    event.put("ts", ts);
    event.put("channel", channel);
    event.put("event_ts", ts);
    if (direct) {
      event.put("channel_type", "im");
      event.put("client_msg_id", java.util.UUID.randomUUID().toString());
    }
    if (r.json().hasNonNull("threadTs")) {
      event.put("thread_ts", r.field("threadTs"));
    }
    return sent(events.send(workspace.team(), workspace.botUser(), event), ts);
  }

  private SimResponse react(SimRequest r) {
    Workspaces.Workspace workspace = installed(r.field("team"));
    String ts = workspaces.nextTs(simulator.clock().instant());
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", r.json().path("removed").asBoolean() ? "reaction_removed" : "reaction_added");
    event.put("user", r.field("user", "U0USER0001"));
    event.put("reaction", r.field("reaction"));
    event.put("item_user", workspace.botUser());
    event.put(
        "item", Map.of("type", "message", "channel", r.field("channel"), "ts", r.field("ts")));
    event.put("event_ts", ts);
    return sent(events.send(workspace.team(), workspace.botUser(), event), ts);
  }

  private static SimResponse sent(SlackEvents.Sent sent, String ts) {
    return SimResponse.json(
        Map.of(
            "eventId",
            sent.eventId(),
            "ts",
            ts,
            "acknowledged",
            sent.attempt().ok(),
            "status",
            sent.attempt().status(),
            "reason",
            sent.attempt().reason()));
  }

  private SimResponse revoke(SimRequest r) {
    var caller = r.bearer().flatMap(workspaces::byToken).filter(Workspaces.Workspace::active);
    if (caller.isEmpty()) {
      return SlackApi.error("invalid_auth");
    }
    events.soon(() -> uninstall(caller.get().team()));
    return SimResponse.json(Map.of("ok", true, "revoked", true));
  }

  private SimResponse uninstall(String team) {
    Workspaces.Workspace workspace = installed(team);
    workspaces.save(
        new Workspaces.Workspace(
            team, workspace.name(), workspace.token(), workspace.botUser(), false));
    String bot = workspace.botUser();
    var revoked =
        events.send(
            team,
            bot,
            Map.of(
                "type",
                "tokens_revoked",
                "tokens",
                Map.of("oauth", List.of(), "bot", List.of(bot))));
    var uninstalled = events.send(team, bot, Map.of("type", "app_uninstalled"));
    return SimResponse.json(
        Map.of("acknowledged", revoked.attempt().ok() && uninstalled.attempt().ok()));
  }

  private Workspaces.Workspace installed(String team) {
    return workspaces
        .byTeam(team)
        .filter(Workspaces.Workspace::active)
        .orElseThrow(() -> new SimRefusal(409, "the application is not installed in " + team));
  }

  private SimResponse mode(SimRequest r) {
    var json = r.json();
    json.properties()
        .forEach(field -> {
          int value = field.getValue().asInt();
          switch (field.getKey()) {
            case "throttle" -> api.throttle.set(value);
            case "fail" -> api.failing.set(value);
            case "lose" -> api.losing.set(value);
            case "duplicate" -> events.duplicates.set(value);
            case "retryMinuteMs" -> events.setRetryMinuteMs(value);
            case "ackMs" -> events.setAckMs(value);
            case "readsPerMinute" -> api.setReadsPerMinute(value);
            default -> throw new SimRefusal(400, "unknown mode " + field.getKey());
          }
        });
    return SimResponse.json(json);
  }
}
