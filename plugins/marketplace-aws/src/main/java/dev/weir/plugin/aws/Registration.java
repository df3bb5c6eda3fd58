package dev.weir.plugin.aws;

import dev.weir.kit.Form;
import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.Signatures;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Onboarding;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From the buyer's browser to a binding. The token is redeemed at once and only once: what it stood
 * for is kept under its SHA-256, so that a page that is loaded again is answered the same although
 * AWS takes a token only once. The token itself is neither kept, nor logged, nor put into a URL.
 */
final class Registration implements Onboarding {

  static final String TOKEN_FIELD = "x-amzn-marketplace-token";
  static final String AGREEMENT_FIELD = "x-amzn-marketplace-agreement-id";

  /** AWS says that a token lives about 4 hours; a page is hardly loaded again after a day. */
  static final Duration KEPT = Duration.ofHours(24);

  static final int TOKEN_MAX_CHARS = 8192;
  static final int PAGES_MAX = 100;

  private static final String START_AGAIN =
      "This registration is no longer valid. Open AWS Marketplace, Manage subscriptions, choose"
          + " the product and \"Set up your account\" to begin again.";

  private final ChannelContext context;
  private final AwsApi api;

  Registration(ChannelContext context, AwsApi api) {
    this.context = context;
    this.api = api;
  }

  @Override
  public Step begin(Applicant applicant) {
    return applicant
        .request()
        .map(this::redeem)
        .orElseGet(() -> new Step.Refused("Subscribe on AWS Marketplace first."));
  }

  /** The browser posts to one address only; a second post is a registration like the first. */
  @Override
  public Step resume(Progress progress, RawRequest callback) {
    return redeem(callback);
  }

  private Step redeem(RawRequest request) {
    if (!request.method().equals("POST") || request.query().contains(TOKEN_FIELD)) {
      return new Step.Refused("The registration token must come in a form, not in an address.");
    }
    Form form = Form.parse(request.body());
    Optional<String> token = form.one(TOKEN_FIELD);
    if (token.isEmpty() || token.get().isEmpty() || token.get().length() > TOKEN_MAX_CHARS) {
      return new Step.Refused(START_AGAIN);
    }
    String key = "token-" + Signatures.sha256Hex(Signatures.utf8(token.get()));
    return kept(key)
        .<Step>map(b -> new Step.Bound(b, Map.of()))
        .orElseGet(() -> resolve(key, token.get(), form.one(AGREEMENT_FIELD)));
  }

  private Step resolve(String key, String token, Optional<String> agreement) {
    JsonObject resolved;
    try {
      resolved = api.metering("ResolveCustomer", Map.of("RegistrationToken", token));
    } catch (AwsFault e) {
      return refused(key, e);
    }
    Binding binding = Licence.binding(resolved, agreement.filter(a -> a.length() <= 128));
    String product = binding.attributes().getOrDefault(Licence.PRODUCT, "");
    if (!product.equals(context.settings().get("product_code"))) {
      return new Step.Refused("This registration belongs to another product (" + product + ").");
    }
    keep(key, binding);
    return new Step.Bound(binding, Map.of());
  }

  private Step refused(String key, AwsFault fault) {
    return switch (fault.type()) {
      // Two tabs may post one token at a time: the one that came second finds the first's result.
      case "ExpiredTokenException", "InvalidTokenException" ->
          kept(key)
              .<Step>map(b -> new Step.Bound(b, Map.of()))
              .orElseGet(() -> new Step.Refused(START_AGAIN));
      default -> throw new ChannelException(ErrorCode.INTERNAL, fault.reason(), -1, fault);
    };
  }

  private Optional<Binding> kept(String key) {
    return context
        .state()
        .get(key)
        .map(text -> {
          JsonObject kept = Json.object(text);
          Map<String, String> attributes = new LinkedHashMap<>();
          kept.requireObject("attributes")
              .names()
              .forEach(n -> attributes.put(n, kept.requireText("attributes", n)));
          return new Binding(
              kept.requireText("id"), kept.requireText("name"), kept.texts("aliases"), attributes);
        });
  }

  private void keep(String key, Binding binding) {
    String text =
        Json.write(
            Map.of(
                "id", binding.id(),
                "name", binding.displayName(),
                "aliases", binding.aliases(),
                "attributes", binding.attributes()));
    try {
      context.state().put(key, text, context.clock().instant().plus(KEPT));
    } catch (ChannelException e) {
      if (!e.code().equals(ErrorCode.STATE_FULL)) {
        throw e;
      }
      // The state is full. The buyer is bound all the same; only a second post would be refused.
      context.log().log(System.Logger.Level.WARNING, "registration not kept: {0}", e.getMessage());
    }
  }

  /** AWS has no call by which a seller ends a subscription: the buyer does, or AWS. */
  @Override
  public void offboard(Binding binding) {}

  @Override
  public List<Entitlement> entitlements(Binding binding) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put(
        "ProductCode",
        binding.attributes().getOrDefault(Licence.PRODUCT, context.settings().get("product_code")));
    request.put("Filter", Licence.filter(binding));
    List<Entitlement> found = new ArrayList<>();
    for (int page = 0; page < PAGES_MAX; page++) {
      JsonObject answer;
      try {
        answer = api.entitlement("GetEntitlements", request);
      } catch (AwsFault e) {
        throw new ChannelException(ErrorCode.INTERNAL, e.reason(), -1, e);
      }
      answer.objects("Entitlements").forEach(e -> found.add(entitlement(e)));
      Optional<String> next = answer.text("NextToken");
      // Only the absence of the token ends the list: a page may be empty and not be the last.
      if (next.isEmpty()) {
        return List.copyOf(found);
      }
      request.put("NextToken", next.get());
    }
    throw new ChannelException(
        ErrorCode.MALFORMED, "GetEntitlements has more than " + PAGES_MAX + " pages");
  }

  private static Entitlement entitlement(JsonObject e) {
    String value = "";
    for (String kind : List.of("IntegerValue", "DoubleValue", "BooleanValue", "StringValue")) {
      value = e.scalar("Value", kind).orElse(value);
    }
    String until =
        e.number("ExpirationDate").map(s -> Instant.ofEpochSecond(s).toString()).orElse("");
    return new Entitlement(e.requireText("Dimension"), value, until);
  }
}
