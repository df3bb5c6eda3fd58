package dev.weir.core.infer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;

/** A problem in the shape that OpenAI's clients read; the fields of RFC 9457 stand beside it. */
public final class OpenAiError {

  private OpenAiError() {}

  /** The JSON body. */
  public static String body(Problem problem) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode error = body.putObject("error");
    error.put("message", problem.detail());
    error.put("type", type(problem.status()));
    error.putNull("param");
    error.put("code", problem.type().substring(problem.type().lastIndexOf('/') + 1));
    body.put("type", problem.type());
    body.put("title", problem.title());
    body.put("status", problem.status());
    body.put("detail", problem.detail());
    return Json.write(body);
  }

  private static String type(int status) {
    return switch (status) {
      case 402 -> "insufficient_quota";
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }
}
