package dev.weir.core.feedback;

import java.time.Instant;

/**
 * A person's judgement of one answer.
 *
 * @param rating −1, 0 or 1
 * @param comment at most {@link Feedbacks#COMMENT_MAX_CHARS} characters
 */
public record Feedback(
    String callId, String channelId, String bindingId, int rating, String comment, Instant at) {

  public Feedback {
    if (rating < -1 || rating > 1) {
      throw new IllegalArgumentException(
          "rating " + rating + " not in -1..1 (call " + callId + ")");
    }
    if (comment.length() > Feedbacks.COMMENT_MAX_CHARS) {
      throw new IllegalArgumentException(
          "comment "
              + comment.length()
              + " > "
              + Feedbacks.COMMENT_MAX_CHARS
              + " characters (call "
              + callId
              + ")");
    }
  }
}
