package dev.weir.tck.sim.aws;

/** A refusal of a whole request, by the name that {@code __type} carries. */
final class AwsError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  AwsError(int status, String type, String message) {
    super(message);
    this.status = status;
    this.type = type;
  }

  static AwsError client(String type, String message) {
    return new AwsError(400, type, message);
  }

  static AwsError validation(String message) {
    return client("ValidationException", message);
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
