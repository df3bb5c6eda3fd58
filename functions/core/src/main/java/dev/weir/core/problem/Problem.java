package dev.weir.core.problem;

import java.util.List;
import java.util.Optional;

/**
 * An RFC 9457 problem.
 *
 * @param type a stable URI reference, {@code /problems/<kebab-case>}
 * @param status the HTTP status
 * @param title the kind of problem, the same for every occurrence
 * @param detail this occurrence: what was violated and where, quoting the offending value
 * @param errors each violation by its JSON pointer or line, where there are several
 * @param retryAfterSeconds when it may work again
 */
public record Problem(
    String type,
    int status,
    String title,
    String detail,
    List<Violation> errors,
    Optional<Long> retryAfterSeconds) {

  public Problem {
    errors = List.copyOf(errors);
  }

  /**
   * One violation.
   *
   * @param pointer a JSON pointer, or {@code line N}
   */
  public record Violation(String pointer, String detail) {}

  public static Problem of(int status, String slug, String title, String detail) {
    return new Problem("/problems/" + slug, status, title, detail, List.of(), Optional.empty());
  }

  public static Problem badRequest(String detail) {
    return of(400, "bad-request", "The request cannot be understood", detail);
  }

  public static Problem unauthorized(String detail) {
    return of(401, "unauthorized", "Who calls is not known", detail);
  }

  public static Problem forbidden(String detail) {
    return of(403, "forbidden", "Not allowed", detail);
  }

  public static Problem notFound(String detail) {
    return of(404, "not-found", "There is no such thing", detail);
  }

  public static Problem conflict(String detail) {
    return of(409, "conflict", "It is in another state", detail);
  }

  public static Problem tooLarge(String detail) {
    return of(413, "too-large", "A limit is exceeded", detail);
  }

  public static Problem invalid(String detail, List<Violation> errors) {
    return new Problem(
        "/problems/invalid", 422, "The content breaks a rule", detail, errors, Optional.empty());
  }

  public static Problem invalid(String detail) {
    return invalid(detail, List.of());
  }

  public static Problem tooMany(String detail, long retryAfterSeconds) {
    return of(429, "too-many-requests", "A rate or budget is used up", detail)
        .retryAfter(retryAfterSeconds);
  }

  public static Problem unavailable(String detail, long retryAfterSeconds) {
    return of(503, "unavailable", "Not ready", detail).retryAfter(retryAfterSeconds);
  }

  public static Problem upstream(String detail) {
    return of(502, "upstream", "A service behind this one failed", detail);
  }

  public Problem retryAfter(long seconds) {
    return new Problem(type, status, title, detail, errors, Optional.of(seconds));
  }
}
