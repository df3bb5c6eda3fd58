package dev.weir.plugin.aws;

import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.Retry;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Http;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Calls in awsJson1.1, signed by the host. The JSON is written by hand because the SDK's metering
 * client knows no LicenseArn. Stateless.
 */
final class AwsApi {

  static final ErrorCode DISABLED = new ErrorCode("DISABLED_REGION", ErrorType.USER);

  private static final Set<String> THROTTLES =
      Set.of("ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded");

  private final ChannelContext context;

  AwsApi(ChannelContext context) {
    this.context = context;
  }

  JsonObject metering(String operation, Map<String, Object> body) {
    return call("metering_endpoint", region(), "AWSMPMeteringService." + operation, body);
  }

  JsonObject entitlement(String operation, Map<String, Object> body) {
    return call("entitlement_endpoint", "us-east-1", "AWSMPEntitlementService." + operation, body);
  }

  private String region() {
    return context.settings().get("region");
  }

  /**
   * Calls and waits.
   *
   * @throws AwsFault where the request was refused by name: nothing happened
   * @throws ChannelException for all else; with {@link ErrorType#PARTNER} it may have happened
   */
  private JsonObject call(String endpoint, String region, String target, Map<String, Object> body) {
    Http.Request request =
        Http.Request.post(
                context.settings().get(endpoint).replaceAll("/+$", "") + "/",
                "application/x-amz-json-1.1",
                Json.write(body))
            .with("x-amz-target", target);
    Http.Response response = context.http().signedByHost("aws-marketplace", region).send(request);
    if (response.status() == 200) {
      return Json.object(response.body());
    }
    throw failure(target.substring(target.indexOf('.') + 1), response);
  }

  private RuntimeException failure(String operation, Http.Response response) {
    String type = type(response);
    String what = operation + " answered " + response.status() + " " + type;
    if (response.status() == 429 || THROTTLES.contains(type)) {
      long waitMs =
          Retry.after(response, context.clock().instant()).map(Duration::toMillis).orElse(-1L);
      return new ChannelException(ErrorCode.THROTTLED, what, waitMs, null);
    }
    if (type.equals("DisabledApiException")) {
      return new ChannelException(DISABLED, what);
    }
    // InternalServiceErrorException is an error to retry although some clients see it as 400.
    if (response.status() >= 500 || type.startsWith("InternalService") || type.isEmpty()) {
      return new ChannelException(ErrorCode.UNAVAILABLE, what);
    }
    if (response.status() == 401 || response.status() == 403) {
      return new ChannelException(ErrorCode.UNAUTHORIZED, what);
    }
    return new AwsFault(type, message(response));
  }

  /** {@code __type}, without the namespace before {@code #} and the address after {@code :}. */
  private static String type(Http.Response response) {
    String named =
        body(response, "__type").isEmpty()
            ? response.header("x-amzn-errortype").orElse("")
            : body(response, "__type");
    String local = named.substring(named.indexOf('#') + 1);
    int colon = local.indexOf(':');
    return colon < 0 ? local : local.substring(0, colon);
  }

  private static String message(Http.Response response) {
    String message = body(response, "message");
    return message.length() > 300 ? message.substring(0, 300) : message;
  }

  private static String body(Http.Response response, String field) {
    try {
      return Json.object(new String(response.body(), StandardCharsets.UTF_8))
          .text(field)
          .orElse("");
    } catch (ChannelException e) {
      return "";
    }
  }
}
