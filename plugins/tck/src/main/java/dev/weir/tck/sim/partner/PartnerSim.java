package dev.weir.tck.sim.partner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.JsonLines;
import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A reseller as a process: {@code --port N --data DIR}.
 *
 * <p>It receives at {@code POST /webhooks}. Under {@code /sim/}: {@code config} says where Weir is
 * and which secrets hold, {@code customer} opens an account at Weir, {@code customer/{id}/delete}
 * closes it, {@code answer} sets what the next webhooks are answered, {@code received, usage,
 * settlements} show what came. Kept in {@code received.jsonl} and {@code sent.jsonl}.
 */
public final class PartnerSim {

  /** The secret that this reseller signs with until {@code /sim/config} says otherwise. */
  public static final String OUTGOING_SECRET =
      "whsec_" + "cmVzZWxsZXItdG8td2Vpci1leGFtcGxlLWtleTAx";

  /** The secret with which it expects Weir to sign. */
  public static final String INCOMING_SECRET =
      "whsec_" + "d2Vpci10by1yZXNlbGxlci1leGFtcGxlLWtleTAx";

  /** The specification asks senders to stay below this. */
  public static final int PAYLOAD_MAX_BYTES = 20_000;

  private final Simulator sim;
  private final Inbox inbox;
  private final Outbox outbox;
  private final JsonLines sent;
  private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
  private volatile Config config = new Config("", OUTGOING_SECRET, List.of(INCOMING_SECRET));

  private record Config(String channelUrl, String outgoingSecret, List<String> incomingSecrets) {}

  /**
   * What the next webhook meets.
   *
   * @param kind status, hang (nothing is taken, no answer for {@code holdMs}) or drop-after (taken,
   *     then the connection ends)
   */
  private record Answer(String kind, int status, String retryAfter, long holdMs) {}

  private PartnerSim(Simulator sim) {
    this.sim = sim;
    this.inbox = new Inbox(sim.file("received"));
    this.outbox = new Outbox(sim.clock());
    this.sent = sim.file("sent");
  }

  /** Runs until the process ends. */
  public static void main(String[] args) {
    open(args).start();
  }

  /** The same inside this process, for the simulator's own tests; call {@code start()}. */
  public static Simulator open(String... args) {
    Simulator sim = Simulator.open(args);
    PartnerSim partner = new PartnerSim(sim);
    return sim.route("POST", "/webhooks", partner::receive)
        .route("POST", "/sim/config", partner::configure)
        .route("POST", "/sim/customer", partner::openCustomer)
        .route("POST", "/sim/customer/{id}/delete", partner::closeCustomer)
        .route("POST", "/sim/answer", partner::prepare)
        .route("GET", "/sim/received", r -> SimResponse.json(partner.inbox.received()))
        .route("GET", "/sim/usage", r -> SimResponse.json(partner.inbox.usage()))
        .route("GET", "/sim/settlements", r -> SimResponse.json(partner.inbox.settlements()));
  }

  private SimResponse receive(SimRequest request) throws IOException, InterruptedException {
    String id = request.header("webhook-id").orElse("");
    int bytes = request.body().length;
    JsonNode message = NullNode.getInstance();
    try {
      if (bytes >= PAYLOAD_MAX_BYTES) {
        throw new SimRefusal(413, "payload " + bytes + " B >= " + PAYLOAD_MAX_BYTES + " B");
      }
      Webhooks.verify(request, config.incomingSecrets(), sim.clock().instant());
      message = message(request);
      Answer answer = answers.poll();
      if (answer != null) {
        return prepared(answer, id, message, bytes);
      }
      boolean fresh = inbox.accept(id, message, bytes);
      return SimResponse.json(Map.of("repeated", !fresh));
    } catch (SimRefusal e) {
      inbox.keep(id, message, bytes, e.status(), String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private SimResponse prepared(Answer answer, String id, JsonNode message, int bytes)
      throws IOException, InterruptedException {
    return switch (answer.kind()) {
      case "hang" -> {
        inbox.keep(id, message, bytes, 0, "no answer for " + answer.holdMs() + " ms");
        Thread.sleep(answer.holdMs());
        throw new EOFException("held on purpose");
      }
      case "drop-after" -> {
        inbox.accept(id, message, bytes);
        throw new EOFException("dropped on purpose");
      }
      default -> {
        inbox.keep(id, message, bytes, answer.status(), "as told");
        SimResponse response = SimResponse.empty(answer.status());
        yield answer.retryAfter().isEmpty()
            ? response
            : response.with("retry-after", answer.retryAfter());
      }
    };
  }

  private static JsonNode message(SimRequest request) {
    try {
      JsonNode message = Simulator.JSON.readTree(request.body());
      boolean complete =
          message != null
              && message.path("type").isTextual()
              && message.path("timestamp").isTextual()
              && message.path("data").isObject();
      if (complete) {
        return message;
      }
    } catch (JsonProcessingException e) {
      throw new SimRefusal(400, "not JSON");
    } catch (IOException e) {
      throw new SimRefusal(400, "unreadable");
    }
    throw new SimRefusal(400, "not {type, timestamp, data}");
  }

  /** {@code {channelUrl?, outgoingSecret?, incomingSecrets?}}. */
  private SimResponse configure(SimRequest request) {
    Config old = config;
    List<String> incoming = new ArrayList<>();
    request.json().path("incomingSecrets").forEach(s -> incoming.add(s.asText()));
    config =
        new Config(
            request.field("channelUrl", old.channelUrl()),
            request.field("outgoingSecret", old.outgoingSecret()),
            incoming.isEmpty() ? old.incomingSecrets() : List.copyOf(incoming));
    return SimResponse.json(Map.of("channelUrl", config.channelUrl()));
  }

  /**
   * {@code {id, name, claimSha256?, forge?, times?}}. Without a claim one is made, and the code is
   * in the answer: the reseller hands it to its customer.
   */
  private SimResponse openCustomer(SimRequest request) {
    ObjectNode data =
        Simulator.JSON
            .createObjectNode()
            .put("id", request.field("id"))
            .put("name", request.field("name", request.field("id")));
    String code = "";
    String claim = request.field("claimSha256", "");
    if (claim.isEmpty()) {
      byte[] random = new byte[20];
      new SecureRandom().nextBytes(random);
      code = "claim_" + HexFormat.of().formatHex(random);
      claim = sha256(code);
    }
    data.put("claimSha256", claim);
    ObjectNode answer = tell("customer.created", data, request);
    return SimResponse.json(answer.put("claimCode", code));
  }

  private SimResponse closeCustomer(SimRequest request) {
    String id = request.variables().getOrDefault("id", "");
    ObjectNode data = Simulator.JSON.createObjectNode().put("id", id);
    return SimResponse.json(tell("customer.deleted", data, request));
  }

  private ObjectNode tell(String type, ObjectNode data, SimRequest request) {
    Config now = config;
    if (now.channelUrl().isEmpty()) {
      throw new SimRefusal(409, "POST /sim/config {channelUrl} first");
    }
    Outbox.Forge forge;
    try {
      forge = Outbox.Forge.valueOf(request.field("forge", "none").toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new SimRefusal(400, "unknown forge " + request.field("forge"));
    }
    ObjectNode answer =
        outbox.send(
            now.channelUrl(),
            now.outgoingSecret(),
            type,
            data,
            forge,
            request.json().path("times").asInt(1));
    sent.append(answer);
    return answer;
  }

  /** {@code {kind: status|hang|drop-after, status?, retryAfter?, holdMs?, times?}}. */
  private SimResponse prepare(SimRequest request) {
    JsonNode body = request.json();
    Answer answer =
        new Answer(
            body.path("kind").asText("status"),
            body.path("status").asInt(200),
            body.path("retryAfter").asText(""),
            body.path("holdMs").asLong(1000));
    for (int i = 0; i < body.path("times").asInt(1); i++) {
      answers.add(answer);
    }
    return SimResponse.json(Map.of("pending", answers.size()));
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
