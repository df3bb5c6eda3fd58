package dev.weir.loader;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 in the {@code Authorization} header, for every service but S3 (the path
 * is escaped twice). Source: "Create a signed AWS API request", AWS General Reference. Thread-safe.
 */
public final class SigV4 {

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String service;
  private final String region;

  public SigV4(String service, String region) {
    this.service = service;
    this.region = region;
  }

  /**
   * The headers to send: those given, {@code x-amz-date}, {@code x-amz-security-token} where there
   * is one, and {@code authorization}. {@code host} is signed but left to the HTTP client.
   */
  public Map<String, String> sign(
      String method,
      URI uri,
      Map<String, String> headers,
      byte[] body,
      CloudCredentials credentials,
      Instant now) {
    String stamp = STAMP.format(now);
    Map<String, String> send = new TreeMap<>();
    headers.forEach((name, value) -> send.put(name.toLowerCase(Locale.ROOT), value));
    send.remove("authorization");
    send.put("x-amz-date", stamp);
    credentials.sessionToken().ifPresent(token -> send.put("x-amz-security-token", token));

    Map<String, String> signed = new TreeMap<>(send);
    signed.put("host", host(uri));
    String names = String.join(";", signed.keySet());
    String canonical = canonical(method, uri, signed, names, body);
    String scope = stamp.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
    String toSign = String.join("\n", ALGORITHM, stamp, scope, hex(sha256(utf8(canonical))));
    String signature = hex(hmac(signingKey(credentials, stamp.substring(0, 8)), toSign));
    send.put(
        "authorization",
        ALGORITHM
            + (" Credential=" + credentials.accessKeyId() + "/" + scope)
            + (", SignedHeaders=" + names)
            + (", Signature=" + signature));
    return send;
  }

  private byte[] signingKey(CloudCredentials credentials, String day) {
    byte[] key = hmac(utf8("AWS4" + credentials.secretAccessKey()), day);
    return hmac(hmac(hmac(key, region), service), "aws4_request");
  }

  private static String canonical(
      String method, URI uri, Map<String, String> signed, String names, byte[] body) {
    StringBuilder lines = new StringBuilder();
    lines.append(method).append('\n');
    lines.append(path(uri)).append('\n');
    lines.append(query(uri)).append('\n');
    signed.forEach((name, value) ->
        lines.append(name).append(':').append(value.strip().replaceAll(" +", " ")).append('\n'));
    lines.append('\n').append(names).append('\n').append(hex(sha256(body)));
    return lines.toString();
  }

  private static String path(URI uri) {
    String path = uri.normalize().getRawPath();
    return path == null || path.isEmpty() ? "/" : escape(path, true);
  }

  private static String query(URI uri) {
    if (uri.getRawQuery() == null || uri.getRawQuery().isEmpty()) {
      return "";
    }
    List<String> pairs = new ArrayList<>();
    for (String pair : uri.getRawQuery().split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      // The tab sorts below all that an escaped name can hold, as the end of the name must.
      pairs.add(escape(decode(name), false) + "\t" + escape(decode(value), false));
    }
    pairs.sort(null);
    return String.join("&", pairs).replace('\t', '=');
  }

  private static String decode(String escaped) {
    return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String escape(String text, boolean keepSlash) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : utf8(text)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0
              || (keepSlash && c == '/');
      if (plain) {
        escaped.append(c);
      } else {
        escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return escaped.toString();
  }

  private static String host(URI uri) {
    int usual = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    return uri.getPort() < 0 || uri.getPort() == usual
        ? uri.getHost()
        : uri.getHost() + ":" + uri.getPort();
  }

  private static byte[] hmac(byte[] key, String message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(message));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
