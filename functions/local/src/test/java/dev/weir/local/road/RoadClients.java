package dev.weir.local.road;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.local.cli.Failure;
import dev.weir.local.demo.Stage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Customers that go on calling while the server dies and comes back. A call under an
 * Idempotency-Key is sent again, the same, until it is answered; one without is sent once, and
 * where no answer came it is noted as lost. People in Slack write; Slack itself sends again.
 */
final class RoadClients implements AutoCloseable {

  /** The ways to call; {@code keyed} ones are repeated. */
  enum Way {
    REMOTE_KEYED(true),
    REMOTE_ONCE(false),
    OWN_KEYED(true),
    OWN_ONCE(false);

    final boolean keyed;

    Way(boolean keyed) {
      this.keyed = keyed;
    }
  }

  private static final int LANES = 4;
  private static final Duration PACE = Duration.ofMillis(90);
  private static final Duration AGAIN = Duration.ofMillis(1500);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(8);

  private final String base;
  private final Stage stage;
  private final ClientLog log;
  private final ObjectNode instance;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final AtomicInteger numbers = new AtomicInteger();
  private final ConcurrentLinkedQueue<Open> open = new ConcurrentLinkedQueue<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger journaled = new AtomicInteger();
  private final List<Thread> lanes = new ArrayList<>();
  private volatile boolean asking = true;
  private volatile boolean closed;

  /** A keyed call that has no answer yet. */
  private record Open(Way way, int number, long notBeforeNanos) {}

  /**
   * Prepares.
   *
   * @param instance one row of the own model's table
   */
  RoadClients(String base, Stage stage, ClientLog log, ObjectNode instance) {
    this.base = base;
    this.stage = stage;
    this.log = log;
    this.instance = instance;
  }

  void start() {
    for (int i = 0; i < LANES; i++) {
      int lane = i;
      lanes.add(Thread.ofPlatform().daemon().name("client-" + i).start(() -> call(lane)));
    }
    lanes.add(Thread.ofPlatform().daemon().name("slack").start(this::talk));
  }

  /** Begins nothing new; what has no answer yet is sent again as before. */
  void finish() {
    asking = false;
  }

  /** Keyed calls that have no answer yet, and what is on its way now. */
  int unanswered() {
    return open.size() + underWay.get();
  }

  /** Answered calls that a replica's journal counts: on the own model, without a key. */
  int journaled() {
    return journaled.get();
  }

  private void call(int lane) {
    for (int turn = lane; !closed; turn++) {
      underWay.incrementAndGet();
      try {
        Open old = open.poll();
        if (old != null && old.notBeforeNanos() - System.nanoTime() <= 0) {
          send(old.way(), old.number());
        } else {
          if (old != null) {
            open.add(old);
          }
          if (asking) {
            Way way = Way.values()[turn % Way.values().length];
            int number = numbers.incrementAndGet();
            log.write("asked", way, number);
            send(way, number);
          }
        }
      } finally {
        underWay.decrementAndGet();
      }
      pause();
    }
  }

  private void talk() {
    while (!closed && asking) {
      int number = numbers.incrementAndGet();
      underWay.incrementAndGet();
      try {
        // Each from a user of its own: Slack limits the rate of a conversation.
        log.write("asked", "SLACK", number);
        String event = stage.say(number, "U%08d".formatted(number), "question " + number);
        log.write("said", number, event);
      } catch (Failure e) {
        log.write("refused", "SLACK", number, String.valueOf(e.getMessage()).replace('\n', ' '));
      } finally {
        underWay.decrementAndGet();
      }
      pause();
    }
  }

  private void send(Way way, int number) {
    try {
      HttpResponse<String> response =
          http.send(request(way, number), HttpResponse.BodyHandlers.ofString());
      int status = response.statusCode();
      if (status == 200) {
        JsonNode answer = Json.MAPPER.readTree(response.body());
        log.write("acknowledged", way, number, answer.path("id").asText());
        if (way == Way.OWN_ONCE) {
          journaled.incrementAndGet();
        }
      } else if (status == 409 || status == 429 || status >= 500) {
        unanswered(way, number);
      } else {
        log.write("refused", way, number, status, response.body().replace('\n', ' '));
      }
    } catch (IOException e) {
      unanswered(way, number);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      unanswered(way, number);
    }
  }

  private void unanswered(Way way, int number) {
    if (way.keyed) {
      open.add(new Open(way, number, System.nanoTime() + AGAIN.toNanos()));
    } else {
      log.write("lost", way, number);
    }
  }

  private HttpRequest request(Way way, int number) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    Optional<String> key = way.keyed ? Optional.of("key-" + number) : Optional.empty();
    return switch (way) {
      case REMOTE_KEYED, REMOTE_ONCE -> {
        body.put("model", Stage.REMOTE);
        body.putArray("messages")
            .addObject()
            .put("role", "user")
            .put("content", "question " + number);
        String customer = stage.partnerKeys().get(way.keyed ? 0 : 1);
        yield post("/v1/chat/completions", customer, key, body);
      }
      case OWN_KEYED, OWN_ONCE -> {
        ObjectNode one = instance.deepCopy();
        one.put("area_mean", number);
        body.putArray("instances").add(one);
        String customer = stage.awsKeys().get(way.keyed ? 0 : 1);
        yield post("/v1/models/" + Stage.OWN + "/predict", customer, key, body);
      }
    };
  }

  private HttpRequest post(String path, String customer, Optional<String> key, ObjectNode body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(ANSWER_MAX)
            .header("content-type", "application/json")
            .header("authorization", "Bearer " + customer)
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)));
    key.ifPresent(k -> request.header("idempotency-key", k));
    return request.build();
  }

  private static void pause() {
    try {
      Thread.sleep(PACE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    lanes.forEach(Thread::interrupt);
    http.close();
  }
}
