package dev.weir.plugin.aws;

/** A refusal of a whole request by name; the request changed nothing on the other side. */
final class AwsFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String type;

  AwsFault(String type, String message) {
    super(type + ": " + message);
    this.type = type;
  }

  /** The name of the exception without its namespace. */
  String type() {
    return type;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
