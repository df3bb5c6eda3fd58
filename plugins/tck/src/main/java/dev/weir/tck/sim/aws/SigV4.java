package dev.weir.tck.sim.aws;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies AWS Signature Version 4 in the {@code Authorization} header, as the services do: the
 * scope must be the service's own, the date within 5 minutes, and {@code host} with all {@code
 * x-amz-*} headers must be signed. Immutable.
 *
 * <p>Source: "Create a signed AWS API request" in the IAM user guide.
 */
final class SigV4 {

  /** How far the request's date may be from the service's clock, to both sides. */
  static final Duration SKEW_MAX = Duration.ofMinutes(5);

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

  private final String accessKeyId;
  private final String secretKey;
  private final String service;

  SigV4(String accessKeyId, String secretKey, String service) {
    this.accessKeyId = accessKeyId;
    this.secretKey = secretKey;
    this.service = service;
  }

  /** A request as it came; header names in lower case, path encoded, query decoded. */
  record Signed(
      String method,
      String path,
      Map<String, String> query,
      Map<String, List<String>> headers,
      byte[] body) {}

  /**
   * Returns the region that the request was signed for.
   *
   * @param clocks what may pass for now; one match is enough
   * @throws AwsError where the signature does not hold
   */
  String verify(Signed request, List<Instant> clocks) {
    String authorization = one(request, "authorization");
    if (authorization.isEmpty()) {
      throw denied("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    if (!authorization.startsWith(ALGORITHM + " ")) {
      throw denied("IncompleteSignatureException", "algorithm is not " + ALGORITHM);
    }
    Map<String, String> parts = parts(authorization.substring(ALGORITHM.length() + 1));
    String credential = parts.getOrDefault("Credential", "");
    String[] scope = credential.split("/", -1);
    if (scope.length != 5 || !scope[4].equals("aws4_request") || !scope[3].equals(service)) {
      throw denied(
          "InvalidSignatureException", "Credential should be scoped to service: " + service);
    }
    if (!scope[0].equals(accessKeyId)) {
      throw denied("UnrecognizedClientException", "The security token included is invalid.");
    }
    String date = one(request, "x-amz-date");
    checkDate(date, scope[1], clocks);
    List<String> signedHeaders = List.of(parts.getOrDefault("SignedHeaders", "").split(";"));
    checkCovered(request, signedHeaders);
    String expected = signature(request, signedHeaders, date, scope);
    String presented = parts.getOrDefault("Signature", "");
    if (!MessageDigest.isEqual(utf8(expected), utf8(presented))) {
      throw denied(
          "InvalidSignatureException",
          "The request signature we calculated does not match the signature you provided.");
    }
    return scope[2];
  }

  private static void checkDate(String date, String scopeDate, List<Instant> clocks) {
    Instant at;
    try {
      at = LocalDateTime.parse(date, AMZ_DATE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw denied("IncompleteSignatureException", "x-amz-date is absent or malformed");
    }
    if (!date.startsWith(scopeDate)) {
      throw denied("InvalidSignatureException", "Date in Credential scope does not match");
    }
    boolean near =
        clocks.stream().anyMatch(c -> Duration.between(c, at).abs().compareTo(SKEW_MAX) <= 0);
    if (!near) {
      throw denied("InvalidSignatureException", "Signature expired or not yet current: " + date);
    }
  }

  private static void checkCovered(Signed request, List<String> signedHeaders) {
    for (String name : new TreeSet<>(request.headers().keySet())) {
      boolean must = name.equals("host") || name.startsWith("x-amz-");
      if (must && !signedHeaders.contains(name)) {
        throw denied("InvalidSignatureException", "'" + name + "' must be a signed header");
      }
    }
    for (String name : signedHeaders) {
      if (!request.headers().containsKey(name)) {
        throw denied("InvalidSignatureException", "signed header '" + name + "' is absent");
      }
    }
  }

  private String signature(
      Signed request, List<String> signedHeaders, String date, String[] scope) {
    StringBuilder headers = new StringBuilder();
    for (String name : signedHeaders) {
      headers
          .append(name)
          .append(':')
          .append(canonical(request.headers().getOrDefault(name, List.of())))
          .append('\n');
    }
    String canonical =
        String.join(
            "\n",
            request.method(),
            canonicalPath(request.path()),
            canonicalQuery(request.query()),
            headers.toString(),
            String.join(";", signedHeaders),
            sha256(request.body()));
    String stringToSign =
        String.join(
            "\n",
            ALGORITHM,
            date,
            String.join("/", scope[1], scope[2], scope[3], scope[4]),
            sha256(utf8(canonical)));
    byte[] key = utf8("AWS4" + secretKey);
    for (String step : List.of(scope[1], scope[2], scope[3], scope[4])) {
      key = hmac(key, step);
    }
    return HexFormat.of().formatHex(hmac(key, stringToSign));
  }

  private static String canonical(List<String> values) {
    return String.join(",", values.stream().map(v -> v.strip().replaceAll(" +", " ")).toList());
  }

  private static String canonicalPath(String path) {
    if (path.isEmpty()) {
      return "/";
    }
    // Every service but S3 encodes the already encoded path once more.
    return String.join("/", Arrays.stream(path.split("/", -1)).map(SigV4::encode).toList());
  }

  private static String canonicalQuery(Map<String, String> query) {
    List<String> pairs = new ArrayList<>();
    query.forEach((name, value) -> pairs.add(encode(name) + "=" + encode(value)));
    pairs.sort(null);
    return String.join("&", pairs);
  }

  private static String encode(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : utf8(text)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || "-_.~".indexOf(c) >= 0;
      out.append(plain ? String.valueOf(c) : "%" + HexFormat.of().withUpperCase().toHexDigits(b));
    }
    return out.toString();
  }

  private static Map<String, String> parts(String text) {
    Map<String, String> parts = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      String[] pair = part.strip().split("=", 2);
      if (pair.length == 2) {
        parts.put(pair[0], pair[1]);
      }
    }
    return parts;
  }

  private static String one(Signed request, String name) {
    List<String> values = request.headers().getOrDefault(name, List.of());
    return values.size() == 1 ? values.getFirst() : "";
  }

  private static AwsError denied(String type, String message) {
    return new AwsError(403, type, message);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
