package dev.weir.tck.sim.partner;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.SimClock;
import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/** Sends the reseller's own webhooks, and spoils them when told to. */
final class Outbox {

  /** How a message is spoilt on its way. */
  enum Forge {
    NONE,
    /** One byte of the body changes after signing. */
    BODY,
    /** Signed six minutes ago. */
    STALE,
    /** Signed for six minutes ahead. */
    FUTURE,
    /** Signed with a secret that nobody agreed on. */
    SECRET,
    /** Not signed. */
    UNSIGNED
  }

  static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  private static final String OTHER_SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY";

  private final SimClock clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_MAX)
          .build();

  Outbox(SimClock clock) {
    this.clock = clock;
  }

  /** Sends it {@code times} times under one id; the statuses of the answers. */
  ObjectNode send(String url, String secret, String type, ObjectNode data, Forge forge, int times) {
    ObjectNode message =
        Simulator.JSON
            .createObjectNode()
            .put("type", type)
            .put("timestamp", clock.instant().toString());
    message.set("data", data);
    String id = "msg_" + UUID.randomUUID().toString().replace("-", "");
    long now = clock.instant().getEpochSecond();
    long at =
        switch (forge) {
          case STALE -> now - 360;
          case FUTURE -> now + 360;
          case NONE, BODY, SECRET, UNSIGNED -> now;
        };
    byte[] body = message.toString().getBytes(StandardCharsets.UTF_8);
    String signature = Webhooks.sign(forge == Forge.SECRET ? OTHER_SECRET : secret, id, at, body);
    if (forge == Forge.BODY) {
      body[body.length - 4] ^= 1;
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(ANSWER_MAX)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", Long.toString(at))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (forge != Forge.UNSIGNED) {
      request.header("webhook-signature", signature);
    }
    ObjectNode answer = Simulator.JSON.createObjectNode().put("webhookId", id);
    var statuses = answer.putArray("statuses");
    for (int i = 0; i < times; i++) {
      statuses.add(post(request.build()));
    }
    answer.set("message", message);
    return answer;
  }

  private int post(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new SimRefusal(502, "no answer from " + request.uri() + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SimRefusal(503, "interrupted");
    }
  }
}
