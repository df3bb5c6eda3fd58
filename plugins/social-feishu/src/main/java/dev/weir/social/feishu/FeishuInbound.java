package dev.weir.social.feishu;

import dev.weir.kit.AesCbc;
import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.Signatures;
import dev.weir.kit.TimeWindow;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Inbound;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.RawRequest;
import dev.weir.spi.RawResponse;
import dev.weir.spi.Verdict;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Event callbacks, encrypted ones only.
 *
 * <p>The signature is {@code sha256hex(timestamp + nonce + encryptKey + body)}: a plain hash with
 * the key in the middle, so the body is read strictly, in case bytes can be appended. The body is
 * {@code {"encrypt": base64(iv + AES-256-CBC)}} under SHA-256 of the key. The address check ({@code
 * url_verification}) may come unsigned; it must still decrypt and carry the verification token.
 */
final class FeishuInbound implements Inbound {

  static final String TIMESTAMP = "x-lark-request-timestamp";
  static final String NONCE = "x-lark-request-nonce";
  static final String SIGNATURE = "x-lark-signature";

  private static final int IV_BYTES = 16;
  private static final int CHALLENGE_MAX_CHARS = 256;
  private static final int NONCE_MAX_CHARS = 128;

  private final ChannelContext context;
  private final TimeWindow window;
  private final FeishuEvents events;

  FeishuInbound(ChannelContext context, TimeWindow window, FeishuEvents events) {
    this.context = context;
    this.window = window;
    this.events = events;
  }

  @Override
  public Verdict verify(RawRequest request) {
    Set<String> names = request.headers().keySet();
    boolean signed =
        names.contains(TIMESTAMP) || names.contains(NONCE) || names.contains(SIGNATURE);
    if (signed) {
      Optional<String> fault = fault(request);
      if (fault.isPresent()) {
        return new Verdict.Untrusted(fault.get());
      }
    }
    Optional<String> sealed = sealed(request.body());
    if (sealed.isEmpty()) {
      return new Verdict.Untrusted(
          "the body is not exactly {\"encrypt\": …}; plaintext is refused");
    }
    Optional<byte[]> plain = decrypt(sealed.get());
    if (plain.isEmpty()) {
      return new Verdict.Untrusted("the body does not decrypt");
    }
    return judge(request, signed, plain.get());
  }

  /** What is wrong with the signature headers, or empty. */
  private Optional<String> fault(RawRequest request) {
    Optional<String> timestamp = request.header(TIMESTAMP);
    Optional<String> nonce = request.header(NONCE);
    Optional<String> signature = request.header(SIGNATURE);
    if (timestamp.isEmpty() || nonce.isEmpty() || signature.isEmpty()) {
      return Optional.of("a signature header is absent or stands twice");
    }
    Optional<Instant> signedAt = TimeWindow.epochSeconds(timestamp.get());
    if (signedAt.isEmpty() || nonce.get().length() > NONCE_MAX_CHARS) {
      return Optional.of("timestamp or nonce is malformed");
    }
    Instant now = context.clock().instant();
    if (!window.contains(signedAt.get(), now)) {
      return Optional.of(
          "signed at " + signedAt.get() + ", more than " + window.tolerance() + " from " + now);
    }
    byte[] prefix = Signatures.utf8(timestamp.get() + nonce.get() + encryptKey());
    String expected = Signatures.sha256Hex(Signatures.concat(prefix, request.body()));
    return Signatures.equal(expected, signature.get())
        ? Optional.empty()
        : Optional.of("the signature does not match");
  }

  private static Optional<String> sealed(byte[] body) {
    try {
      JsonObject envelope = Json.object(body);
      return envelope.names().equals(Set.of("encrypt"))
          ? envelope.text("encrypt")
          : Optional.empty();
    } catch (ChannelException e) {
      return Optional.empty();
    }
  }

  private Optional<byte[]> decrypt(String sealed) {
    return Signatures.base64(sealed)
        .filter(bytes -> bytes.length > IV_BYTES)
        .flatMap(bytes ->
            AesCbc.decrypt(
                Signatures.sha256(Signatures.utf8(encryptKey())),
                Arrays.copyOf(bytes, IV_BYTES),
                Arrays.copyOfRange(bytes, IV_BYTES, bytes.length),
                AesCbc.BLOCK_BYTES));
  }

  private Verdict judge(RawRequest request, boolean signed, byte[] plain) {
    JsonObject event;
    try {
      event = Json.object(plain);
    } catch (ChannelException e) {
      return new Verdict.Untrusted("the decrypted body is not JSON");
    }
    String token = event.text("header", "token").or(() -> event.text("token")).orElse("");
    if (!Signatures.equal(context.secrets().get("verification_token"), token)) {
      return new Verdict.Untrusted("the verification token does not match");
    }
    if (event.text("type").filter("url_verification"::equals).isPresent()) {
      return challenge(event);
    }
    if (!signed) {
      return new Verdict.Untrusted("not signed");
    }
    String app = event.text("header", "app_id").or(() -> event.text("event", "app_id")).orElse("");
    if (!app.equals(context.settings().get("app_id"))) {
      return new Verdict.Untrusted("sent for another app");
    }
    return request.trusted(plain);
  }

  private static Verdict challenge(JsonObject event) {
    return event
        .text("challenge")
        .filter(c -> c.length() <= CHALLENGE_MAX_CHARS)
        .<Verdict>map(
            c -> new Verdict.Challenge(RawResponse.json(200, Json.write(Map.of("challenge", c)))))
        .orElse(new Verdict.Untrusted("no challenge of up to " + CHALLENGE_MAX_CHARS));
  }

  @Override
  public List<InboundEvent> parse(Verdict.Trusted trusted) {
    return events.read(Json.object(trusted.payload())).map(List::of).orElse(List.of());
  }

  @Override
  public RawResponse acknowledge(Verdict.Trusted trusted) {
    return RawResponse.json(200, "{}");
  }

  private String encryptKey() {
    return context.secrets().get("encrypt_key");
  }
}
