package dev.weir.tck.sim.feishu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.JsonLines;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import dev.weir.tck.sim.TokenBucket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Sending and replying, with their limits; what was sent is kept in {@code messages.jsonl}. */
final class FeishuMessages {

  /** Bytes of a text message's content. */
  static final int CONTENT_MAX_BYTES = 150 * 1024;

  static final int UUID_MAX_CHARS = 50;
  static final Duration UUID_LIFE = Duration.ofHours(1);

  private record Once(Map<String, Object> message, Instant until) {}

  private final Simulator simulator;
  private final FeishuApp app;
  private final FeishuTokens tokens;
  private final JsonLines sent;
  private final Map<String, String> tenantOfChat = new HashMap<>();
  private final Map<String, String> chatOfMessage = new HashMap<>();
  private final Map<String, Once> byUuid = new HashMap<>();

  /** Five a second for one user or group. */
  private final TokenBucket perChat = new TokenBucket(5, 5);

  /** Fifty a second for the application in one tenant. */
  private final TokenBucket perTenant = new TokenBucket(50, 50);

  final AtomicInteger throttle = new AtomicInteger();
  final AtomicInteger failing = new AtomicInteger();
  final AtomicInteger losing = new AtomicInteger();

  FeishuMessages(Simulator simulator, FeishuApp app, FeishuTokens tokens) {
    this.simulator = simulator;
    this.app = app;
    this.tokens = tokens;
    this.sent = simulator.file("messages");
    for (JsonNode line : sent.all()) {
      learn(
          line.path("tenant_key").asText(),
          line.path("chat_id").asText(),
          line.path("message_id").asText());
    }
  }

  /** Lets the bot know a chat, and a message in it. */
  synchronized void learn(String tenant, String chat, String message) {
    tenantOfChat.put(chat, tenant);
    chatOfMessage.put(message, chat);
  }

  /** {@code POST /open-apis/im/v1/messages?receive_id_type=chat_id}. */
  SimResponse create(SimRequest request) {
    if (!"chat_id".equals(request.query().get("receive_id_type"))) {
      return error(400, 230001, "receive_id_type: only chat_id is simulated");
    }
    return send(request, request.field("receive_id", ""), "");
  }

  /** {@code POST /open-apis/im/v1/messages/:message_id/reply}. */
  SimResponse reply(SimRequest request) {
    String parent = request.variables().getOrDefault("message_id", "");
    String chat;
    synchronized (this) {
      chat = chatOfMessage.getOrDefault(parent, "");
    }
    return chat.isEmpty() ? error(400, 230001, "invalid message_id") : send(request, chat, parent);
  }

  private SimResponse send(SimRequest request, String chat, String parent) {
    String tenant = request.bearer().flatMap(tokens::holder).orElse("");
    if (tenant.isEmpty()) {
      return error(400, 99991663, "Invalid access token for authorization.");
    }
    ObjectNode body = request.json();
    String content = body.path("content").asText();
    String uuid = body.path("uuid").asText();
    if (!body.path("msg_type").asText().equals("text") || text(content).isEmpty()) {
      return error(400, 230001, "invalid msg_type or content");
    }
    if (FeishuEvents.utf8(content).length > CONTENT_MAX_BYTES) {
      return error(400, 230025, "The length of the message content reaches its limit.");
    }
    if (uuid.length() > UUID_MAX_CHARS) {
      return error(400, 99992402, "field validation failed: uuid longer than 50");
    }
    return admit(tenant, chat, parent, content, uuid);
  }

  private synchronized SimResponse admit(
      String tenant, String chat, String parent, String content, String uuid) {
    if (!tenant.equals(tenantOfChat.get(chat))) {
      return error(400, 230002, "The bot can not be outside the group.");
    }
    if (take(failing)) {
      return error(500, 2200, "internal error");
    }
    if (take(throttle) || perTenant.take(tenant) > 0) {
      return error(429, 99991400, "request trigger frequency limit")
          .with("x-ogw-ratelimit-limit", "50")
          .with("x-ogw-ratelimit-reset", "1");
    }
    if (perChat.take(chat) > 0) {
      return error(400, 230020, "This operation triggers the frequency limit.");
    }
    Once had = uuid.isEmpty() ? null : byUuid.get(tenant + "/" + uuid);
    if (had != null && simulator.clock().instant().isBefore(had.until())) {
      return SimResponse.json(Map.of("code", 0, "msg", "success", "data", had.message()));
    }
    Map<String, Object> message = keep(tenant, chat, parent, content, uuid);
    if (take(losing)) {
      return SimResponse.dropped();
    }
    return SimResponse.json(Map.of("code", 0, "msg", "success", "data", message));
  }

  private Map<String, Object> keep(
      String tenant, String chat, String parent, String content, String uuid) {
    Instant now = simulator.clock().instant();
    String id = FeishuApp.random("om_", 16);
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("message_id", id);
    if (!parent.isEmpty()) {
      message.put("root_id", parent);
      message.put("parent_id", parent);
    }
    message.put("msg_type", "text");
    message.put("create_time", Long.toString(now.toEpochMilli()));
    message.put("update_time", Long.toString(now.toEpochMilli()));
    message.put("deleted", false);
    message.put("updated", false);
    message.put("chat_id", chat);
    message.put(
        "sender",
        Map.of("id", app.appId(), "id_type", "app_id", "sender_type", "app", "tenant_key", tenant));
    message.put("body", Map.of("content", content));
    Map<String, Object> line = new LinkedHashMap<>(message);
    line.put("tenant_key", tenant);
    line.put("text", text(content));
    line.put("uuid", uuid);
    sent.append(line);
    learn(tenant, chat, id);
    if (!uuid.isEmpty()) {
      byUuid.put(tenant + "/" + uuid, new Once(message, now.plus(UUID_LIFE)));
    }
    return message;
  }

  private static String text(String content) {
    try {
      return Simulator.JSON.readTree(content).path("text").asText();
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  private static boolean take(AtomicInteger counter) {
    return counter.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }

  private static SimResponse error(int status, int code, String message) {
    return SimResponse.json(status, Map.of("code", code, "msg", message));
  }
}
