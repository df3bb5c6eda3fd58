package dev.weir.core.notice;

import dev.weir.core.channel.Deliver;
import dev.weir.core.json.Json;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Brings a notice to a target, once, and says what it met. Thread-safe. */
final class Messenger {

  /** How long a target has for its answer. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
  private static final int GONE = 410;

  private final Ports ports;
  private final Targets targets;
  private final WebhookUrls urls;
  private final Outbox outbox;
  private @Nullable HttpClient http;

  Messenger(Ports ports, Targets targets, WebhookUrls urls) {
    this.ports = ports;
    this.targets = targets;
    this.urls = urls;
    this.outbox = new Outbox(ports);
  }

  /** What an attempt met. */
  sealed interface Met {
    record Taken(String said) implements Met {}

    /** It may work later. */
    record Failed(String why) implements Met {}

    record Never(String why) implements Met {}
  }

  Met send(Target target, Notice notice) {
    try {
      return switch (target.way()) {
        case Target.Way.Webhook webhook -> post(target, urls.check(webhook.url()), notice);
        case Target.Way.Chat chat -> say(target, chat, notice);
      };
    } catch (ProblemException e) {
      return new Met.Failed(e.problem().detail());
    }
  }

  private synchronized HttpClient http() {
    HttpClient client = http;
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT_MAX)
              .build();
      http = client;
    }
    return client;
  }

  private Met post(Target target, URI uri, Notice notice) {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("type", notice.type());
    payload.put("timestamp", notice.at());
    payload.put("data", notice.data());
    String body = Json.write(payload);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER_MAX)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body));
    StandardWebhook.headers(
            targets.signedWith(target.id()), notice.id(), ports.clock().instant(), body)
        .forEach(request::header);
    CompletableFuture<HttpResponse<Void>> pending =
        http().sendAsync(request.build(), BodyHandlers.discarding());
    try {
      int status = pending.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      String said = "answered " + status;
      return status / 100 == 2
          ? new Met.Taken(said)
          : status == GONE ? new Met.Never(said) : new Met.Failed(said);
    } catch (TimeoutException e) {
      pending.cancel(true);
      return new Met.Failed("no answer within " + ANSWER_MAX);
    } catch (ExecutionException e) {
      return new Met.Failed(
          e.getCause() instanceof IOException io
              ? io.getClass().getSimpleName() + ": " + io.getMessage()
              : "failed");
    } catch (InterruptedException e) {
      pending.cancel(true);
      Thread.currentThread().interrupt();
      return new Met.Failed("interrupted");
    }
  }

  /** What the channel does with it from here on is told as of any answer; it costs nothing. */
  private Met say(Target target, Target.Way.Chat chat, Notice notice) {
    String binding = targets.binding(target.on(), chat.channelId());
    String key = "notice-" + notice.id() + "-" + target.id();
    Deliver deliver =
        new Deliver(
            key, binding, key, Words.of(notice), chat.attributes(), false, false, 0, 0, true, key);
    Write row = outbox.row(Queues.deliver(chat.channelId()), key, Json.write(deliver));
    if (!Tables.commit(ports.table(), List.of(row)).applied()) {
      return new Met.Failed("the message may not be queued");
    }
    outbox.flush(Outbox.rows(List.of(row)));
    return new Met.Taken("queued for channel " + chat.channelId());
  }
}
