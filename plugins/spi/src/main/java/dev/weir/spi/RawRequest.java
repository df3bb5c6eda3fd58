package dev.weir.spi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request exactly as it came: the bytes are what was signed.
 *
 * <p>Immutable. Header names are compared in lower case; all values of a repeated header are kept.
 */
public final class RawRequest {

  /** The largest body that a host hands to a plugin, in bytes. */
  public static final int BODY_MAX_BYTES = 1 << 20;

  private final String method;
  private final String path;
  private final String query;
  private final Map<String, List<String>> headers;
  private final byte[] body;

  /**
   * Takes the parts over.
   *
   * @param path the path below the channel's own root, beginning with {@code /}
   * @param query the raw query without {@code ?}, or empty
   */
  public RawRequest(
      String method, String path, String query, Map<String, List<String>> headers, byte[] body) {
    if (body.length > BODY_MAX_BYTES) {
      throw new IllegalArgumentException("body " + body.length + " B > " + BODY_MAX_BYTES + " B");
    }
    this.method = method;
    this.path = path;
    this.query = query;
    Map<String, List<String>> lower = new HashMap<>();
    headers.forEach((name, values) ->
        lower
            .computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>())
            .addAll(values));
    lower.replaceAll((name, values) -> List.copyOf(values));
    this.headers = Map.copyOf(lower);
    this.body = body.clone();
  }

  public String method() {
    return method;
  }

  public String path() {
    return path;
  }

  public String query() {
    return query;
  }

  public Map<String, List<String>> headers() {
    return headers;
  }

  public byte[] body() {
    return body.clone();
  }

  /** The header's value where it stands exactly once; a repeated header counts as absent. */
  public Optional<String> header(String name) {
    List<String> values = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  /**
   * Says that the signature held.
   *
   * @param payload what the signature vouches for: the body, or its decrypted content
   */
  public Verdict.Trusted trusted(byte[] payload) {
    return new Verdict.Trusted(this, payload);
  }

  @Override
  public String toString() {
    return method + " " + path + " (" + body.length + " B)";
  }
}
