package dev.weir.local.server;

import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an HTTP request is answered with.
 *
 * @param headers names in lower case; a name may have several values
 */
public record Answer(int status, Map<String, List<String>> headers, Body body) {

  /** The answer's bytes. */
  public sealed interface Body {}

  /** All of them. */
  public record Bytes(byte[] bytes) implements Body {}

  /**
   * A stream that whoever sends the answer closes.
   *
   * @param length exact, or −1 where it is not known
   */
  public record Stream(InputStream stream, long length) implements Body {}

  /**
   * Written while it is made; what was written goes out at each flush. Status and headers go out
   * with the first byte, so that a writer that fails before it can still throw an {@link Instead}.
   */
  public record Live(Writer writer) implements Body {}

  /** Thrown by a {@link Live} body before its first byte: this is answered in its place. */
  public static final class Instead extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Answer answer;

    public Instead(Answer answer, Throwable cause) {
      super(cause);
      this.answer = answer;
    }

    Answer answer() {
      return answer;
    }
  }

  /** Makes a {@link Live} body. */
  public interface Writer {
    void write(OutputStream out) throws IOException;
  }

  public static Answer json(int status, Object value) {
    return of(status, "application/json", Json.write(value).getBytes(StandardCharsets.UTF_8));
  }

  public static Answer of(int status, String contentType, byte[] body) {
    return new Answer(status, Map.of("content-type", List.of(contentType)), new Bytes(body));
  }

  /** An RFC 9457 problem, with {@code Retry-After} where it says when to come again. */
  public static Answer problem(Problem problem) {
    Map<String, List<String>> headers = new TreeMap<>();
    headers.put("content-type", List.of("application/problem+json"));
    problem
        .retryAfterSeconds()
        .ifPresent(seconds -> headers.put("retry-after", List.of(Long.toString(seconds))));
    byte[] body = Json.write(problem).getBytes(StandardCharsets.UTF_8);
    return new Answer(problem.status(), headers, new Bytes(body));
  }
}
