package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Follows a job: a bar with loss, metric and time left on a terminal, a line for every tenth of the
 * way otherwise, nothing where JSON is wanted.
 */
public final class JobProgress {

  private static final Duration POLL = Duration.ofMillis(400);
  private static final int STEPS = 1000;
  private static final int STEPS_PER_LINE = 100;

  private final Api api;
  private final PrintWriter out;
  private final boolean quiet;

  public JobProgress(Api api, PrintWriter out, boolean quiet) {
    this.api = api;
    this.out = out;
    this.quiet = quiet;
  }

  /**
   * Returns the job once it has succeeded.
   *
   * @throws Failure where it fails or is stopped
   */
  public JsonNode follow(String id) {
    JsonNode job = !quiet && isTerminal() ? withBar(id) : withLines(id);
    String state = ApiCommand.text(job, "state");
    if (!state.equals("SUCCEEDED")) {
      String reason = ApiCommand.text(job, "reason");
      throw Failure.doesNotHold(
          "job " + id + " ended as " + state + (reason.isEmpty() ? "" : ": " + reason));
    }
    return job;
  }

  private JsonNode withBar(String id) {
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("training")
            .setInitialMax(STEPS)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .hideEta()
            .setUpdateIntervalMillis(200)
            .continuousUpdate()
            .build()) {
      while (true) {
        JsonNode job = api.get(JobsCommand.path(id));
        bar.stepTo(steps(job));
        bar.setExtraMessage(message(job));
        if (ended(job)) {
          return job;
        }
        pause();
      }
    }
  }

  private JsonNode withLines(String id) {
    String before = "";
    while (true) {
      JsonNode job = api.get(JobsCommand.path(id));
      String mark = stage(job) + steps(job) / STEPS_PER_LINE;
      if (!quiet && !mark.equals(before)) {
        out.println("  " + message(job));
        out.flush();
      }
      before = mark;
      if (ended(job)) {
        return job;
      }
      pause();
    }
  }

  @SuppressWarnings("SystemConsoleNull") // in JDK 25 it is null again without a terminal
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static long steps(JsonNode job) {
    return Math.round(Math.clamp(job.path("progress").asDouble(), 0, 1) * STEPS);
  }

  private static boolean ended(JsonNode job) {
    return switch (ApiCommand.text(job, "state")) {
      case "SUCCEEDED", "FAILED", "STOPPED" -> true;
      default -> false;
    };
  }

  /** The state; the phase where it runs and does not count epochs yet, or any more. */
  private static String stage(JsonNode job) {
    String state = ApiCommand.text(job, "state").toLowerCase(Locale.ROOT);
    String phase = ApiCommand.text(job, "phase");
    boolean counting = job.has("epoch") || phase.isEmpty() || !state.equals("running");
    return counting ? state : phase;
  }

  private static String message(JsonNode job) {
    StringBuilder text = new StringBuilder(stage(job));
    if (job.has("epoch")) {
      text.append(
          " epoch %s/%s".formatted(ApiCommand.text(job, "epoch"), ApiCommand.text(job, "epochs")));
    }
    if (job.has("loss")) {
      text.append(" loss %.4f".formatted(job.get("loss").asDouble()));
    }
    if (job.has("metric") && job.has("value")) {
      text.append(
          " validation %s %.4f"
              .formatted(ApiCommand.text(job, "metric"), job.get("value").asDouble()));
    }
    if (job.has("etaSeconds")) {
      text.append(" %d s left".formatted(job.get("etaSeconds").asLong()));
    }
    return text.toString();
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.machine("interrupted; the job goes on", e);
    }
  }
}
