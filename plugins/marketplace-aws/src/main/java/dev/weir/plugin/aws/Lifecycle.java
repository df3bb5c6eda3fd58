package dev.weir.plugin.aws;

import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.Signatures;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Inbound;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Verdict;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Events of {@code aws.agreement-marketplace}, brought by an EventBridge API destination whose
 * connection adds a header with a shared secret. They come at least once and in any order; the
 * event's id is the dedupe key and its time says which is newer.
 */
final class Lifecycle implements Inbound {

  /** After a licence is taken away AWS accepts its usage for this long. */
  static final Duration FINAL_WINDOW = Duration.ofHours(1);

  static final int SECRET_MIN_CHARS = 32;

  private static final String SOURCE = "aws.agreement-marketplace";

  private final ChannelContext context;

  Lifecycle(ChannelContext context) {
    this.context = context;
  }

  @Override
  public Verdict verify(RawRequest request) {
    String secret = context.secrets().get("event_secret");
    if (secret.length() < SECRET_MIN_CHARS) {
      return new Verdict.Untrusted(
          "event_secret has " + secret.length() + " characters < " + SECRET_MIN_CHARS);
    }
    Optional<String> presented = request.header(context.settings().get("event_header"));
    if (!request.method().equals("POST") || presented.isEmpty()) {
      return new Verdict.Untrusted("no POST with exactly one secret header");
    }
    boolean matches = Signatures.equal(secret, presented.get());
    Optional<String> previous =
        context.secrets().find("event_secret_previous").filter(s -> s.length() >= SECRET_MIN_CHARS);
    matches |= previous.isPresent() && Signatures.equal(previous.get(), presented.get());
    return matches
        ? request.trusted(request.body())
        : new Verdict.Untrusted("the secret header is wrong");
  }

  @Override
  public List<InboundEvent> parse(Verdict.Trusted trusted) {
    JsonObject event = Json.object(trusted.payload());
    Optional<String> seller = context.settings().find("seller_account");
    Optional<String> product = event.text("detail", "product", "code");
    boolean ours =
        event.text("source").equals(Optional.of(SOURCE))
            && (seller.isEmpty() || event.text("account").equals(seller))
            && (product.isEmpty() || product.get().equals(context.settings().get("product_code")));
    return ours ? concerning(event) : List.of();
  }

  private List<InboundEvent> concerning(JsonObject event) {
    String id = event.requireText("id");
    Instant at = time(event.requireText("time"));
    // "License Updated - Manufacturer": the role says through whom, not what.
    String type = event.requireText("detail-type").split(" - ", 2)[0];
    return switch (type) {
      case "License Deprovisioned" ->
          List.of(new InboundEvent.Cancelled(id, at, licensee(event), at.plus(FINAL_WINDOW)));
      case "License Updated" ->
          List.of(
              new InboundEvent.EntitlementChanged(id, at, licensee(event), detail(type, event)));
      // Neither takes access away by itself: that is what License Deprovisioned is for, and an
      // agreement also ends when it is renewed or replaced.
      case "Purchase Agreement Amended", "Purchase Agreement Ended" ->
          List.of(
              new InboundEvent.EntitlementChanged(
                  id, at, event.requireText("detail", "agreement", "id"), detail(type, event)));
      default -> List.of();
    };
  }

  private static String licensee(JsonObject event) {
    return event
        .text("detail", "license", "arn")
        .flatMap(Licence::id)
        .or(() -> event.text("detail", "acceptor", "accountId"))
        .orElseThrow(
            () -> new ChannelException(ErrorCode.MALFORMED, "an event without licence or buyer"));
  }

  private static Map<String, String> detail(String type, JsonObject event) {
    Map<String, String> detail = new LinkedHashMap<>();
    detail.put("event", type);
    event.text("detail", "agreement", "id").ifPresent(v -> detail.put("agreement", v));
    event.text("detail", "agreement", "status").ifPresent(v -> detail.put("status", v));
    event.text("detail", "acceptor", "accountId").ifPresent(v -> detail.put("account", v));
    event.text("detail", "resaleAuthorization", "id").ifPresent(v -> detail.put("resale", v));
    return detail;
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new ChannelException(ErrorCode.MALFORMED, "an event without a time", -1, e);
    }
  }
}
