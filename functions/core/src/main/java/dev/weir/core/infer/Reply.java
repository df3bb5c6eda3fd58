package dev.weir.core.infer;

/**
 * What a caller is answered.
 *
 * @param replayed whether it is the answer of an earlier equal request; it is free
 */
public record Reply(int status, String contentType, String body, boolean replayed) {

  public static final String JSON = "application/json";
  public static final String EVENT_STREAM = "text/event-stream";

  static Reply json(String body) {
    return new Reply(200, JSON, body, false);
  }
}
