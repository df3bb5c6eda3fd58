package dev.weir.core.infer;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Limits of one request for an answer. */
public final class InferLimits {

  /** The largest body, in bytes: below what a function's event can carry. */
  public static final int BODY_MAX_BYTES = 4 << 20;

  /** The most instances of one predict call, and texts of one embeddings call. */
  public static final int BATCH_MAX = 1000;

  /** The most messages of one chat call. */
  public static final int MESSAGES_MAX = 1000;

  /** The longest text of a queued call, in characters. */
  public static final int TEXT_MAX_CHARS = 8000;

  /** The most choices of one chat call. */
  public static final int CHOICES_MAX = 8;

  /** How long a synchronous call may take; HTTP APIs of the cloud end at 30 s. */
  public static final Duration DEADLINE = Duration.ofSeconds(25);

  private InferLimits() {}

  static void checkBody(String body) {
    int bytes = body.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > BODY_MAX_BYTES) {
      throw new ProblemException(
          Problem.tooLarge("body " + bytes + " B > " + BODY_MAX_BYTES + " B"));
    }
  }
}
