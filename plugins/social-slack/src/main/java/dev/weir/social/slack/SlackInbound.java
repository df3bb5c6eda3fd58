package dev.weir.social.slack;

import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.RecentAnswers;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Events API. The signature is the hex HMAC-SHA256 of {@code v0:timestamp:body} under the app's
 * signing secret, good for five minutes to both sides.
 */
final class SlackInbound implements Inbound {

  static final String TIMESTAMP = "x-slack-request-timestamp";
  static final String SIGNATURE = "x-slack-signature";

  private static final int CHALLENGE_MAX_CHARS = 256;

  private final ChannelContext context;
  private final SlackEvents events;

  SlackInbound(ChannelContext context, RecentAnswers answers) {
    this.context = context;
    this.events = new SlackEvents(answers);
  }

  @Override
  public Verdict verify(RawRequest request) {
    Optional<String> timestamp = request.header(TIMESTAMP);
    Optional<String> signature = request.header(SIGNATURE);
    if (timestamp.isEmpty() || signature.isEmpty()) {
      return new Verdict.Untrusted("a signature header is absent or stands twice");
    }
    Optional<Instant> signedAt = TimeWindow.epochSeconds(timestamp.get());
    if (signedAt.isEmpty()) {
      return new Verdict.Untrusted(TIMESTAMP + " is malformed");
    }
    Instant now = context.clock().instant();
    if (!TimeWindow.FIVE_MINUTES.contains(signedAt.get(), now)) {
      return new Verdict.Untrusted("signed at " + signedAt.get() + ", more than 5 min from " + now);
    }
    byte[] body = request.body();
    byte[] base = Signatures.concat(Signatures.utf8("v0:" + timestamp.get() + ":"), body);
    String expected =
        "v0=" + Signatures.hmacSha256Hex(context.secrets().get("signing_secret"), base);
    if (!Signatures.equal(expected, signature.get())) {
      return new Verdict.Untrusted("the signature does not match");
    }
    return challenge(body).<Verdict>map(Verdict.Challenge::new).orElse(request.trusted(body));
  }

  private static Optional<RawResponse> challenge(byte[] body) {
    try {
      JsonObject json = Json.object(body);
      return json.text("type").filter("url_verification"::equals).isEmpty()
          ? Optional.empty()
          : json.text("challenge")
              .filter(c -> c.length() <= CHALLENGE_MAX_CHARS)
              .map(c -> RawResponse.json(200, Json.write(Map.of("challenge", c))));
    } catch (ChannelException e) {
      // Signed, so Slack's; what is wrong with it is for parse to say.
      return Optional.empty();
    }
  }

  @Override
  public List<InboundEvent> parse(Verdict.Trusted trusted) {
    return events.read(Json.object(trusted.payload())).map(List::of).orElse(List.of());
  }
}
