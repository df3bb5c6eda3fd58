package dev.weir.core.job;

import java.time.Duration;

/**
 * How patient Weir is with attempts.
 *
 * @param start from launch to the agent's claim
 * @param lease from one heartbeat to the next
 * @param heartbeat how often an agent should report; well below {@code lease}
 */
public record JobLimits(Duration start, Duration lease, Duration heartbeat) {

  /** The most attempts that a recipe may ask for. */
  public static final int ATTEMPTS_MAX = 10;

  /** The most metric points of one heartbeat. */
  public static final int METRICS_MAX = 50;

  /** The most values of one metric point. */
  public static final int METRIC_VALUES_MAX = 50;

  /** The longest log tail kept, in characters. */
  public static final int LOG_TAIL_MAX_CHARS = 4000;

  /** The longest reason kept, in characters. */
  public static final int REASON_MAX_CHARS = 1024;

  /** The largest checkpoint, in bytes. */
  public static final long CHECKPOINT_MAX_BYTES = 1L << 30;

  /** The largest file of an artifact, in bytes. */
  public static final long ARTIFACT_MAX_BYTES = 2L << 30;

  /**
   * From SIGTERM to SIGKILL: what a checkpoint has, and what the tightest host gives, less 10 s.
   */
  public static final Duration STOP_GRACE = Duration.ofSeconds(20);

  public static final JobLimits DEFAULT =
      new JobLimits(Duration.ofMinutes(15), Duration.ofSeconds(60), Duration.ofSeconds(2));
}
