package dev.weir.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.local.cli.Api;
import dev.weir.local.cli.Failure;
import dev.weir.local.demo.Simulators.Side;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** What customers do: two conversations that are shown, and then many calls everywhere. */
final class Traffic {

  /** In so many hours, each with so many calls of each channel beyond the conversations. */
  static final int HOURS = 3;

  static final int CALLS_PER_HOUR = 70;

  private static final int SIDE_BY_SIDE = 6;
  private static final String UNKNOWN_ZH = "你们能用弹弓把货送上月球吗";
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final Duration ALL_ANSWERED_MAX = Duration.ofSeconds(90);

  private final Api api;
  private final Simulators simulators;
  private final Questions questions = new Questions();
  private final Map<String, Api> byKey = new ConcurrentHashMap<>();
  private final PrintWriter out;
  private int said;

  Traffic(Api api, Simulators simulators, PrintWriter out) {
    this.api = api;
    this.simulators = simulators;
    this.out = out;
  }

  /** A short conversation in Feishu, in Chinese. */
  void talkInFeishu() {
    out.println("  Feishu (飞书), tenant " + Customers.FEISHU_TENANTS.getFirst());
    for (String text : List.of("你好，我的包裹到哪里了？", "我想申请退款", "发票怎么开？")) {
      int before = answered(Side.FEISHU);
      simulators
          .of(Side.FEISHU)
          .post(
              "/sim/say",
              Map.of(
                  "tenant",
                  Customers.FEISHU_TENANTS.getFirst(),
                  "user",
                  "ou_xiaolin",
                  "chat",
                  "oc_xiaolin",
                  "text",
                  text));
      show("小林", text, awaitAnswer(Side.FEISHU, before, "/chat_id", "oc_xiaolin"));
    }
    askInFeishu(UNKNOWN_ZH);
  }

  /** One who asks what no answer fits: the conversation stays unresolved. */
  private void askInFeishu(String text) {
    int before = answered(Side.FEISHU);
    simulators
        .of(Side.FEISHU)
        .post(
            "/sim/say",
            Map.of(
                "tenant",
                Customers.FEISHU_TENANTS.getFirst(),
                "user",
                "ou_aqiang",
                "chat",
                "oc_aqiang",
                "text",
                text));
    show("阿强", text, awaitAnswer(Side.FEISHU, before, "/chat_id", "oc_aqiang"));
    boolean knew =
        api.get("/control/v1/conversations?limit=20&channel=" + Setup.FEISHU)
            .path("items")
            .valueStream()
            .filter(c -> c.path("text").asText().equals(text))
            .allMatch(c -> c.path("answered").asBoolean());
    out.println(
        knew
            ? "    (an answer was given: a message, and a resolved conversation)"
            : "    (no answer was given: a message, but no resolved conversation on the bill)");
  }

  /** A short conversation in Slack, in English. */
  void talkInSlack() {
    out.println("  Slack, workspace " + Customers.SLACK_TEAMS.getFirst());
    for (String text :
        List.of(
            "Hi, where is my package?",
            "How do I reset my password?",
            "Do you ship to the moon by catapult?")) {
      int before = answered(Side.SLACK);
      simulators
          .of(Side.SLACK)
          .post(
              "/sim/say",
              Map.of("team", Customers.SLACK_TEAMS.getFirst(), "user", "U0EMMA", "text", text));
      show("Emma", text, awaitAnswer(Side.SLACK, before, "/channel", "D0EMMA"));
      // Slack takes one message a second in a channel.
      Customers.pause(1100);
    }
  }

  private void show(String who, String asked, String answer) {
    out.println("    " + who + "  " + asked);
    out.println("    Weir  " + answer.replace("\n", "\n          "));
    out.flush();
  }

  private int answered(Side side) {
    return simulators.of(side).get("/sim/messages").size();
  }

  private String awaitAnswer(Side side, int before, String pointer, String chat) {
    long end = System.nanoTime() + ANSWER_MAX.toNanos();
    while (System.nanoTime() < end) {
      JsonNode messages = simulators.of(side).get("/sim/messages");
      for (int i = before; i < messages.size(); i++) {
        if (messages.get(i).at(pointer).asText().equals(chat)) {
          return messages.get(i).path("text").asText();
        }
      }
      Customers.pause(60);
    }
    throw Failure.doesNotHold(
        "%s got no answer within %d s".formatted(side, ANSWER_MAX.toSeconds()));
  }

  /** An hour's calls through all four channels at once. */
  void many(Customers customers) {
    int feishuBefore = answered(Side.FEISHU);
    int slackBefore = answered(Side.SLACK);
    try (ExecutorService threads = Executors.newFixedThreadPool(4 * SIDE_BY_SIDE)) {
      List<Future<?>> work = new ArrayList<>();
      run(threads, work, this::sayInFeishu);
      run(threads, work, this::sayInSlack);
      run(threads, work, i -> predict(customers.partnerKeys(), i));
      run(threads, work, i -> predict(customers.awsKeys(), i));
      for (Future<?> one : work) {
        join(one);
      }
    }
    awaitCount(Side.FEISHU, feishuBefore + CALLS_PER_HOUR);
    awaitCount(Side.SLACK, slackBefore + CALLS_PER_HOUR);
    said += CALLS_PER_HOUR;
  }

  private void run(ExecutorService threads, List<Future<?>> work, IntConsumer call) {
    int from = said;
    for (int lane = 0; lane < SIDE_BY_SIDE; lane++) {
      int first = lane;
      work.add(
          threads.submit(() -> {
            for (int i = first; i < CALLS_PER_HOUR; i += SIDE_BY_SIDE) {
              call.accept(from + i);
            }
          }));
    }
  }

  private static void join(Future<?> work) {
    try {
      work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.machine("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Failure failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }

  /** Every message from a user of its own: platforms limit the rate of each chat. */
  private void sayInFeishu(int i) {
    simulators
        .of(Side.FEISHU)
        .post(
            "/sim/say",
            Map.of(
                "tenant", Customers.FEISHU_TENANTS.get(i % Customers.FEISHU_TENANTS.size()),
                "user", "ou_user" + i,
                "text", questions.chinese(i)));
  }

  private void sayInSlack(int i) {
    simulators
        .of(Side.SLACK)
        .post(
            "/sim/say",
            Map.of(
                "team", Customers.SLACK_TEAMS.get(i % Customers.SLACK_TEAMS.size()),
                "user", "U0USER%04d".formatted(i),
                "text", questions.english(i)));
  }

  private void predict(List<String> keys, int i) {
    Api customer =
        byKey.computeIfAbsent(
            keys.get(i % keys.size()), key -> new Api(api.base(), Optional.of(key)));
    String text = i % 2 == 0 ? questions.english(i) : questions.chinese(i);
    customer.post(
        "/v1/models/" + Setup.ENDPOINT + "/predict",
        Map.of("instances", List.of(Map.of("text", text))));
  }

  private void awaitCount(Side side, int expected) {
    long end = System.nanoTime() + ALL_ANSWERED_MAX.toNanos();
    int now = answered(side);
    while (now < expected) {
      if (System.nanoTime() > end) {
        throw Failure.doesNotHold(
            "%s has %d of %d answers after %d s"
                .formatted(side, now, expected, ALL_ANSWERED_MAX.toSeconds()));
      }
      Customers.pause(150);
      now = answered(side);
    }
  }
}
