package dev.weir.plugin.reseller;

import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.StandardWebhooks;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Inbound;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Verdict;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The partner's customers, opened and closed by its signed webhooks. */
final class CustomerEvents implements Inbound {

  static final String CLAIM = "claimSha256";

  private static final int ID_MAX_CHARS = 512;
  private static final int NAME_MAX_CHARS = 256;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final ChannelContext context;

  CustomerEvents(ChannelContext context) {
    this.context = context;
  }

  @Override
  public Verdict verify(RawRequest request) {
    if (!request.method().equals("POST")) {
      return new Verdict.Untrusted("not a POST");
    }
    return Keys.incoming(context)
        .fault(request, context.clock().instant())
        .<Verdict>map(Verdict.Untrusted::new)
        .orElseGet(() -> request.trusted(request.body()));
  }

  @Override
  public List<InboundEvent> parse(Verdict.Trusted trusted) {
    JsonObject message = Json.object(trusted.payload());
    String key = trusted.request().header(StandardWebhooks.ID).orElseThrow();
    Instant at = time(message.requireText("timestamp"));
    return switch (message.requireText("type")) {
      case "customer.created" ->
          List.of(new InboundEvent.Onboard(key, at, binding(message), Map.of()));
      case "customer.deleted" ->
          List.of(new InboundEvent.Cancelled(key, at, id(message), Instant.MIN));
      // The specification lets senders add types; a receiver takes what it knows.
      default -> List.of();
    };
  }

  private static Binding binding(JsonObject message) {
    String id = id(message);
    String name = message.text("data", "name").orElse(id);
    Optional<String> claim = message.text("data", CLAIM);
    if (claim.isPresent() && !SHA256.matcher(claim.get()).matches()) {
      throw malformed("data." + CLAIM + " is not 64 lower-case hex digits");
    }
    return new Binding(
        id,
        name.length() > NAME_MAX_CHARS ? name.substring(0, NAME_MAX_CHARS) : name,
        List.of(),
        claim.map(c -> Map.of(CLAIM, c)).orElse(Map.of()));
  }

  private static String id(JsonObject message) {
    String id = message.requireText("data", "id");
    if (id.isEmpty() || id.length() > ID_MAX_CHARS) {
      throw malformed("data.id length " + id.length() + " not in 1.." + ID_MAX_CHARS);
    }
    return id;
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw malformed("timestamp is not ISO-8601 in UTC");
    }
  }

  private static ChannelException malformed(String why) {
    return new ChannelException(ErrorCode.MALFORMED, why);
  }
}
