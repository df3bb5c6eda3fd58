package dev.weir.tck.sim.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.JsonLines;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import dev.weir.tck.sim.TokenBucket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The methods of the Web API that a bot needs, with their limits. */
final class SlackApi {

  /** Characters of one message. */
  static final int TEXT_MAX = 40_000;

  /** Messages that an application outside the directory may read at once. */
  static final int HISTORY_MAX = 15;

  private final Simulator simulator;
  private final Workspaces workspaces;
  private final SlackEvents events;
  private final JsonLines messages;

  /** One message a second for each channel, with a burst of a minute's worth. */
  private final TokenBucket posting = new TokenBucket(60, 1);

  /** One read a minute for applications outside the directory. */
  private volatile TokenBucket reading = new TokenBucket(1, 1 / 60.0);

  final AtomicInteger throttle = new AtomicInteger();
  final AtomicInteger failing = new AtomicInteger();
  final AtomicInteger losing = new AtomicInteger();

  SlackApi(Simulator simulator, Workspaces workspaces, SlackEvents events) {
    this.simulator = simulator;
    this.workspaces = workspaces;
    this.events = events;
    this.messages = simulator.file("messages");
  }

  static SimResponse error(String error) {
    return SimResponse.json(Map.of("ok", false, "error", error));
  }

  void setReadsPerMinute(int perMinute) {
    reading = new TokenBucket(perMinute, perMinute / 60.0);
  }

  /** What is wrong with the caller's token, or empty. */
  private static Optional<String> fault(Optional<Workspaces.Workspace> caller, SimRequest request) {
    if (request.bearer().isEmpty()) {
      return Optional.of("not_authed");
    }
    if (caller.isEmpty()) {
      return Optional.of("invalid_auth");
    }
    boolean current = caller.get().token().equals(request.bearer().get());
    return caller.get().active() && current ? Optional.empty() : Optional.of("account_inactive");
  }

  SimResponse authTest(SimRequest request) {
    var caller = request.bearer().flatMap(workspaces::byToken);
    return fault(caller, request)
        .map(SlackApi::error)
        .orElseGet(() ->
            SimResponse.json(
                Map.of("ok", true, "team_id", caller.orElseThrow().team(), "is_bot", true)));
  }

  SimResponse postMessage(SimRequest request) {
    var caller = request.bearer().flatMap(workspaces::byToken);
    Optional<String> fault = fault(caller, request);
    if (fault.isPresent()) {
      return error(fault.get());
    }
    Workspaces.Workspace workspace = caller.orElseThrow();
    ObjectNode body = request.json();
    String channel = body.path("channel").asText();
    String text = body.path("text").asText();
    if (!workspaces.hasChannel(workspace.team(), channel)) {
      return error("channel_not_found");
    }
    if (text.isEmpty()) {
      return error("no_text");
    }
    if (text.length() > TEXT_MAX) {
      return error("msg_too_long");
    }
    if (take(failing)) {
      return SimResponse.json(500, Map.of("ok", false, "error", "internal_error"));
    }
    long waitMs = posting.take(workspace.team() + "/" + channel);
    if (waitMs > 0 || take(throttle)) {
      return limited(waitMs);
    }
    Map<String, Object> message = keep(workspace, channel, text, body);
    events.soon(() -> echo(workspace, channel, message));
    if (take(losing)) {
      return SimResponse.dropped();
    }
    return SimResponse.json(
        Map.of("ok", true, "channel", channel, "ts", message.get("ts"), "message", message));
  }

  private Map<String, Object> keep(
      Workspaces.Workspace workspace, String channel, String text, ObjectNode body) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", "message");
    message.put("team", workspace.team());
    message.put("channel", channel);
    message.put("user", workspace.botUser());
    message.put("bot_id", "B0WEIRBOT1");
    message.put("text", text);
    message.put("ts", workspaces.nextTs(simulator.clock().instant()));
    for (String name : List.of("thread_ts", "metadata", "client_msg_id", "unfurl_links")) {
      if (body.hasNonNull(name)) {
        message.put(name, body.get(name));
      }
    }
    messages.append(message);
    return message;
  }

  /** Slack tells a bot of its own messages in a direct channel, too. */
  private void echo(Workspaces.Workspace workspace, String channel, Map<String, Object> message) {
    if (channel.startsWith("D")) {
      Map<String, Object> event = new LinkedHashMap<>(message);
      event.remove("metadata");
      event.put("channel_type", "im");
      event.put("event_ts", message.get("ts"));
      events.send(workspace.team(), workspace.botUser(), event);
    }
  }

  private static SimResponse limited(long waitMs) {
    return SimResponse.json(429, Map.of("ok", false, "error", "ratelimited"))
        .with("retry-after", Long.toString(Math.max(1, (waitMs + 999) / 1000)));
  }

  /** {@code conversations.history} and {@code conversations.replies}: the newest first. */
  SimResponse read(SimRequest request, boolean replies) {
    var caller = request.bearer().flatMap(workspaces::byToken);
    Optional<String> fault = fault(caller, request);
    if (fault.isPresent()) {
      return error(fault.get());
    }
    String team = caller.orElseThrow().team();
    Map<String, String> asked = request.form();
    long waitMs = reading.take(team + "/" + replies);
    if (waitMs > 0) {
      return limited(waitMs);
    }
    boolean metadata = Boolean.parseBoolean(asked.get("include_all_metadata"));
    String oldest = asked.getOrDefault("oldest", "0");
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode message : messages.all().reversed()) {
      boolean here =
          message.path("team").asText().equals(team)
              && message.path("channel").asText().equals(asked.get("channel"))
              && message.path("ts").asText().compareTo(oldest) > 0
              && message.path("thread_ts").asText().equals(asked.getOrDefault("ts", ""));
      if (here && found.size() < HISTORY_MAX) {
        ObjectNode copy = message.deepCopy();
        if (!metadata) {
          copy.remove("metadata");
        }
        found.add(copy);
      }
    }
    return SimResponse.json(Map.of("ok", true, "messages", found, "has_more", false));
  }

  private static boolean take(AtomicInteger counter) {
    return counter.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }
}
