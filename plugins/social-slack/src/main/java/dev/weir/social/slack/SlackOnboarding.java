package dev.weir.social.slack;

import dev.weir.kit.Form;
import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.Signatures;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Onboarding;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Step;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * OAuth v2: the browser goes to Slack and comes back with a code, which is good once. What the code
 * brought is kept for an hour, so that a second callback leads to the same binding.
 */
final class SlackOnboarding implements Onboarding {

  static final String BOT_TOKEN = "bot_token";

  private static final Duration CALLBACK_LIFE = Duration.ofHours(1);
  private static final Set<String> SPENT =
      Set.of("INVALID_CODE", "CODE_ALREADY_USED", "CODE_EXPIRED");
  private static final Set<String> GONE =
      Set.of("INVALID_AUTH", "ACCOUNT_INACTIVE", "TOKEN_REVOKED", "NOT_AUTHED");

  private final ChannelContext context;
  private final SlackApi api;

  SlackOnboarding(ChannelContext context, SlackApi api) {
    this.context = context;
    this.api = api;
  }

  @Override
  public Step begin(Applicant applicant) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("client_id", context.settings().get("client_id"));
    query.put("scope", context.settings().get("scopes"));
    query.put("state", applicant.state());
    query.put("redirect_uri", applicant.callback());
    return new Step.Redirect(Form.url(api.baseUrl() + "/oauth/v2/authorize", query), "");
  }

  @Override
  public Step resume(Progress progress, RawRequest callback) {
    Form query = Form.parse(callback.query());
    Optional<String> state = query.one("state");
    if (state.isEmpty() || !Signatures.equal(progress.state(), state.get())) {
      return new Step.Refused("This link belongs to another installation. Please start again.");
    }
    if (query.one("error").isPresent()) {
      return new Step.Refused("Slack says that the installation was not allowed.");
    }
    Optional<String> code = query.one("code");
    if (code.isEmpty()) {
      return new Step.Refused("Slack sent no code. Please start again.");
    }
    String row = "oauth/" + Signatures.sha256Hex(Signatures.utf8(code.get()));
    Optional<Step> before = known(row);
    if (before.isPresent()) {
      return before.get();
    }
    try {
      return bind(row, exchange(progress, code.get()));
    } catch (ChannelException e) {
      if (SPENT.contains(e.code().name())) {
        // The same callback may have arrived twice at the same time.
        return known(row)
            .orElse(new Step.Refused("The link was used or is too old. Please start again."));
      }
      throw e;
    }
  }

  private JsonObject exchange(Progress progress, String code) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("client_id", context.settings().get("client_id"));
    form.put("client_secret", context.secrets().get("client_secret"));
    form.put("code", code);
    form.put("redirect_uri", progress.callback());
    return api.form("oauth.v2.access", Optional.empty(), form);
  }

  private Step bind(String row, JsonObject granted) {
    if (granted.flag("is_enterprise_install").orElse(false)) {
      return new Step.Refused("Please install into one workspace, not into a whole organisation.");
    }
    if (granted.text("refresh_token").isPresent()) {
      return new Step.Refused("This app rotates its tokens, which is not supported.");
    }
    String team = granted.requireText("team", "id");
    Map<String, String> attributes = new LinkedHashMap<>();
    granted.text("bot_user_id").ifPresent(v -> attributes.put("bot_user_id", v));
    granted.text("app_id").ifPresent(v -> attributes.put("app_id", v));
    granted.text("scope").ifPresent(v -> attributes.put("scope", v));
    Binding binding =
        new Binding(team, granted.text("team", "name").orElse(team), List.of(), attributes);
    String token = granted.requireText("access_token");
    // Sealed before it is remembered: the code brings it only once.
    context.secrets().put(binding, BOT_TOKEN, token);
    remember(row, binding);
    return new Step.Bound(binding, Map.of(BOT_TOKEN, token));
  }

  private void remember(String row, Binding binding) {
    try {
      context.state().put(row, write(binding), context.clock().instant().plus(CALLBACK_LIFE));
    } catch (ChannelException e) {
      if (!e.code().equals(ErrorCode.STATE_FULL)) {
        throw e;
      }
      // The code is spent and the workspace bound; only a second callback would be refused.
      context.log().log(System.Logger.Level.WARNING, "install not kept: {0}", e.getMessage());
    }
  }

  private Optional<Step> known(String row) {
    return context
        .state()
        .get(row)
        .map(SlackOnboarding::read)
        .flatMap(binding ->
            context
                .secrets()
                .of(binding, BOT_TOKEN)
                .map(token -> new Step.Bound(binding, Map.of(BOT_TOKEN, token))));
  }

  private static String write(Binding binding) {
    return Json.write(
        Map.of(
            "id", binding.id(),
            "name", binding.displayName(),
            "attributes", binding.attributes()));
  }

  private static Binding read(String text) {
    JsonObject json = Json.object(text);
    JsonObject attributes = json.requireObject("attributes");
    Map<String, String> copy = new LinkedHashMap<>();
    attributes.names().forEach(n -> copy.put(n, attributes.requireText(n)));
    return new Binding(json.requireText("id"), json.requireText("name"), List.of(), copy);
  }

  /** Revokes the bot's token, which removes the app where it has no other. */
  @Override
  public void offboard(Binding binding) {
    Optional<String> token = context.secrets().of(binding, BOT_TOKEN);
    if (token.isEmpty()) {
      return;
    }
    try {
      api.form("auth.revoke", token, Map.of());
    } catch (ChannelException e) {
      boolean gone = e.code().type() == ErrorType.USER && GONE.contains(e.code().name());
      if (!gone) {
        throw e;
      }
    }
  }
}
