package dev.weir.spi;

/**
 * A named kind of failure.
 *
 * @param name upper case with underscores, stable; unique within the plugin
 */
public record ErrorCode(String name, ErrorType type) {

  public static final ErrorCode UNSUPPORTED = new ErrorCode("UNSUPPORTED", ErrorType.USER);
  public static final ErrorCode UNAUTHORIZED = new ErrorCode("UNAUTHORIZED", ErrorType.USER);
  public static final ErrorCode NOT_FOUND = new ErrorCode("NOT_FOUND", ErrorType.USER);
  public static final ErrorCode NOT_SUBSCRIBED = new ErrorCode("NOT_SUBSCRIBED", ErrorType.USER);
  public static final ErrorCode EXPIRED = new ErrorCode("EXPIRED", ErrorType.USER);
  public static final ErrorCode MALFORMED = new ErrorCode("MALFORMED", ErrorType.PARTNER);
  public static final ErrorCode UNAVAILABLE = new ErrorCode("UNAVAILABLE", ErrorType.PARTNER);
  public static final ErrorCode UNPROCESSED = new ErrorCode("UNPROCESSED", ErrorType.PARTNER);
  public static final ErrorCode THROTTLED = new ErrorCode("THROTTLED", ErrorType.LIMIT);
  public static final ErrorCode STATE_FULL = new ErrorCode("STATE_FULL", ErrorType.LIMIT);
  public static final ErrorCode INTERNAL = new ErrorCode("INTERNAL", ErrorType.BUG);
}
