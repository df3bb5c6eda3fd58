package dev.weir.tck.sim.feishu;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.tck.sim.Pushes;
import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Feishu as a process: {@code --port N --data DIR}.
 *
 * <p>Driven by
 *
 * <ul>
 *   <li>{@code GET, POST /sim/app {requestUrl, encryptKey, verificationToken}}: the application's
 *       registration; the URL is verified, then a first {@code app_ticket} is pushed
 *   <li>{@code POST /sim/ticket}: pushes a new {@code app_ticket}; {@code {"forget": true}} first
 *       makes every ticket and token void
 *   <li>{@code POST /sim/install {tenant}}, {@code /sim/status {tenant, status}}, {@code
 *       /sim/uninstall {tenant}}
 *   <li>{@code POST /sim/say {tenant, user, chat, chatType, text, root, messageType, sender}},
 *       {@code /sim/react {tenant, user, message, emoji, removed}}
 *   <li>{@code POST /sim/mode {throttle, fail, lose, duplicate, plaintext, retrySecondMs, ackMs,
 *       tokenSeconds}}
 *   <li>{@code GET /sim/messages}, {@code /sim/deliveries}, {@code /sim/installs}, {@code
 *       /sim/tokens}
 * </ul>
 */
public final class FeishuSim {

  private final Simulator simulator;
  private final FeishuEvents events;
  private final FeishuTokens tokens;
  private final FeishuMessages messages;
  private final Map<String, String> tenants = new HashMap<>();
  private volatile FeishuApp app = FeishuApp.initial();

  private FeishuSim(Simulator simulator) {
    this.simulator = simulator;
    this.events = new FeishuEvents(simulator, () -> app);
    this.tokens = new FeishuTokens(simulator, () -> app, t -> "installed".equals(status(t)));
    this.messages = new FeishuMessages(simulator, app, tokens);
    for (JsonNode line : simulator.file("installs").all()) {
      tenants.put(line.path("tenant").asText(), line.path("status").asText());
    }
  }

  public static void main(String[] args) {
    FeishuSim feishu = new FeishuSim(Simulator.open(args));
    feishu.platform();
    feishu.controls();
    feishu.simulator.start();
  }

  private void platform() {
    simulator
        .route("POST", "/open-apis/auth/v3/app_access_token", tokens::appToken)
        .route("POST", "/open-apis/auth/v3/tenant_access_token", tokens::tenantToken)
        .route("POST", "/open-apis/auth/v3/app_ticket/resend", this::resend)
        .route("POST", "/open-apis/im/v1/messages", messages::create)
        .route("POST", "/open-apis/im/v1/messages/{message_id}/reply", messages::reply);
  }

  private void controls() {
    simulator
        .route("GET", "/sim/app", r -> SimResponse.json(app))
        .route("POST", "/sim/app", this::configure)
        .route("POST", "/sim/ticket", this::ticket)
        .route("POST", "/sim/install", r -> install(r.field("tenant")))
        .route("POST", "/sim/status", r -> change(r.field("tenant"), r.field("status")))
        .route("POST", "/sim/uninstall", r -> uninstall(r.field("tenant")))
        .route("POST", "/sim/say", this::say)
        .route("POST", "/sim/react", this::react)
        .route("POST", "/sim/mode", this::mode)
        .route("GET", "/sim/messages", r -> SimResponse.json(simulator.file("messages").all()))
        .route("GET", "/sim/deliveries", r -> SimResponse.json(simulator.file("deliveries").all()))
        .route("GET", "/sim/installs", r -> SimResponse.json(simulator.file("installs").all()))
        .route("GET", "/sim/tokens", r -> SimResponse.json(Map.of("issued", tokens.issued())));
  }

  private SimResponse configure(SimRequest r) {
    app =
        new FeishuApp(
            app.appId(),
            app.appSecret(),
            r.field("verificationToken", app.verificationToken()),
            r.field("encryptKey", app.encryptKey()),
            r.field("requestUrl", app.requestUrl()));
    String challenge = FeishuApp.random("", 18);
    Pushes.Attempt attempt = events.verifyUrl(challenge);
    boolean verified = attempt.ok() && attempt.body().contains(challenge);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("verified", verified);
    answer.put("status", attempt.status());
    answer.put("ticket", verified && pushTicket().attempt().ok());
    return SimResponse.json(answer);
  }

  private FeishuEvents.Sent pushTicket() {
    return events.sendOld(
        Map.of("app_id", app.appId(), "app_ticket", tokens.nextTicket(), "type", "app_ticket"));
  }

  private SimResponse ticket(SimRequest r) {
    if (r.json().path("forget").asBoolean()) {
      tokens.forget();
    }
    if (!r.json().path("push").asBoolean(true)) {
      return SimResponse.json(Map.of("acknowledged", false));
    }
    return SimResponse.json(Map.of("acknowledged", pushTicket().attempt().ok()));
  }

  private SimResponse resend(SimRequest r) {
    boolean known =
        app.appId().equals(r.field("app_id", ""))
            && app.appSecret().equals(r.field("app_secret", ""));
    if (!known) {
      return SimResponse.json(
          Map.of("code", FeishuTokens.SECRET_INVALID, "msg", "app secret invalid"));
    }
    events.soon(this::pushTicket);
    return SimResponse.json(Map.of("code", 0, "msg", "success"));
  }

  private synchronized String status(String tenant) {
    return tenants.getOrDefault(tenant, "absent");
  }

  private synchronized void setStatus(String tenant, String status) {
    tenants.put(tenant, status);
    simulator.file("installs").append(Map.of("tenant", tenant, "status", status));
  }

  private SimResponse install(String tenant) {
    setStatus(tenant, "installed");
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("app_id", app.appId());
    event.put("tenant_key", tenant);
    event.put("type", "app_open");
    event.put("applicants", List.of(Map.of("open_id", "ou_applicant")));
    event.put("installer", Map.of("open_id", "ou_admin"));
    return acknowledged(events.sendOld(event), events.sendOld(status(tenant, "start_by_tenant")));
  }

  private SimResponse change(String tenant, String status) {
    setStatus(tenant, status.startsWith("start") ? "installed" : "stopped");
    return acknowledged(events.sendOld(status(tenant, status)));
  }

  private Map<String, Object> status(String tenant, String status) {
    return Map.of(
        "app_id", app.appId(), "tenant_key", tenant, "type", "app_status_change", "status", status);
  }

  private SimResponse uninstall(String tenant) {
    setStatus(tenant, "absent");
    return acknowledged(
        events.sendOld(
            Map.of("app_id", app.appId(), "tenant_key", tenant, "type", "app_uninstalled")));
  }

  private static SimResponse acknowledged(FeishuEvents.Sent... sent) {
    boolean all = true;
    for (FeishuEvents.Sent one : sent) {
      all &= one.attempt().ok();
    }
    return SimResponse.json(Map.of("acknowledged", all));
  }

  private SimResponse say(SimRequest r) {
    String tenant = r.field("tenant");
    if (!status(tenant).equals("installed")) {
      throw new SimRefusal(409, "the application is not installed in " + tenant);
    }
    String user = r.field("user", "ou_user1");
    boolean group = r.field("chatType", "p2p").equals("group");
    String chat = r.field("chat", "oc_" + user);
    String id = FeishuApp.random("om_", 16);
    messages.learn(tenant, chat, id);
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("message_id", id);
    if (r.json().hasNonNull("root")) {
      message.put("root_id", r.field("root"));
      message.put("parent_id", r.field("root"));
    }
    message.put("create_time", Long.toString(simulator.clock().instant().toEpochMilli()));
    message.put("chat_id", chat);
    message.put("chat_type", group ? "group" : "p2p");
    message.put("message_type", r.field("messageType", "text"));
    message.put("content", content((group ? "@_user_1 " : "") + r.field("text")));
    if (group) {
      message.put(
          "mentions",
          List.of(
              Map.of(
                  "key",
                  "@_user_1",
                  "id",
                  Map.of("open_id", "ou_bot"),
                  "name",
                  "Weir",
                  "tenant_key",
                  tenant)));
    }
    Map<String, Object> sender = new LinkedHashMap<>();
    sender.put("sender_id", Map.of("open_id", user, "union_id", "on_" + user));
    sender.put("sender_type", r.field("sender", "user"));
    sender.put("tenant_key", tenant);
    var sent =
        events.sendNew(
            tenant, "im.message.receive_v1", Map.of("sender", sender, "message", message));
    return sent(sent, id);
  }

  private static String content(String text) {
    return Simulator.JSON.createObjectNode().put("text", text).toString();
  }

  private SimResponse react(SimRequest r) {
    boolean removed = r.json().path("removed").asBoolean();
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("message_id", r.field("message"));
    event.put("reaction_type", Map.of("emoji_type", r.field("emoji")));
    event.put("operator_type", "user");
    event.put("user_id", Map.of("open_id", r.field("user", "ou_user1")));
    event.put("action_time", Long.toString(simulator.clock().instant().toEpochMilli()));
    String type = removed ? "im.message.reaction.deleted_v1" : "im.message.reaction.created_v1";
    return sent(events.sendNew(r.field("tenant"), type, event), r.field("message"));
  }

  private static SimResponse sent(FeishuEvents.Sent sent, String message) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("eventId", sent.eventId());
    answer.put("message", message);
    answer.put("acknowledged", sent.attempt().ok());
    answer.put("status", sent.attempt().status());
    answer.put("reason", sent.attempt().reason());
    return SimResponse.json(answer);
  }

  private SimResponse mode(SimRequest r) {
    var json = r.json();
    json.properties()
        .forEach(field -> {
          int value = field.getValue().asInt();
          switch (field.getKey()) {
            case "throttle" -> messages.throttle.set(value);
            case "fail" -> messages.failing.set(value);
            case "lose" -> messages.losing.set(value);
            case "duplicate" -> events.duplicates.set(value);
            case "plaintext" -> events.plaintext.set(value);
            case "retrySecondMs" -> events.setRetrySecondMs(value);
            case "ackMs" -> events.setAckMs(value);
            case "tokenSeconds" -> tokens.setLifeSeconds(value);
            default -> throw new SimRefusal(400, "unknown mode " + field.getKey());
          }
        });
    return SimResponse.json(json);
  }
}
