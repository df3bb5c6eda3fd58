package dev.weir.spi;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * HTTP to the hosts that the manifest declares under {@code egress}; any other is refused.
 *
 * <p>Limits: 10 s a request unless set lower or higher (60 s at most), 4 MB an answer, no
 * redirects.
 */
public interface Http {

  /**
   * Sends and waits.
   *
   * @throws ChannelException {@code EGRESS_REFUSED} (USER) for an undeclared host; {@code
   *     UNAVAILABLE} (PARTNER) where no answer came: its outcome is then unknown
   */
  Response send(Request request);

  /**
   * The same, with AWS Signature Version 4 made by the host, so that the plugin never sees the
   * cloud's credentials.
   */
  Http signedByHost(String service, String region);

  /** A request. {@code timeoutMs} 0 means the default. */
  record Request(String method, URI uri, Map<String, String> headers, byte[] body, int timeoutMs) {
    public Request {
      headers = Map.copyOf(headers);
    }

    public static Request get(String uri) {
      return new Request("GET", URI.create(uri), Map.of(), new byte[0], 0);
    }

    public static Request post(String uri, String contentType, String body) {
      return new Request(
          "POST",
          URI.create(uri),
          Map.of("content-type", contentType),
          body.getBytes(StandardCharsets.UTF_8),
          0);
    }

    /** The same with one more header. */
    public Request with(String name, String value) {
      Map<String, String> more = new HashMap<>(headers);
      more.put(name, value);
      return new Request(method, uri, more, body, timeoutMs);
    }
  }

  /** An answer; header names in lower case. */
  record Response(int status, Map<String, List<String>> headers, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public Optional<String> header(String name) {
      List<String> values = headers.getOrDefault(name, List.of());
      return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }
  }
}
