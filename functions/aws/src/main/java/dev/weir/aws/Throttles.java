package dev.weir.aws;

import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Which answers mean "later": nothing was done. */
final class Throttles {

  private static final Set<String> CODES =
      Set.of(
          "ThrottlingException",
          "Throttling",
          "ThrottledException",
          "TooManyRequestsException",
          "RequestLimitExceeded",
          "RequestThrottled",
          "ProvisionedThroughputExceededException",
          "TransactionConflictException",
          "SlowDown");

  private Throttles() {}

  static boolean is(AwsServiceException e) {
    return e.isThrottlingException()
        || (e.awsErrorDetails() != null && CODES.contains(e.awsErrorDetails().errorCode()));
  }
}
