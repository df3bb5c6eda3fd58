package dev.weir.tck.sim.slack;

import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** OAuth v2: the page where a workspace allows the application, and the exchange of its code. */
final class SlackOAuth {

  static final Duration CODE_LIFE = Duration.ofMinutes(10);

  private record Grant(String team, String name, String scope, String redirect, Instant until) {}

  private final Simulator simulator;
  private final Supplier<SlackApp> app;
  private final Workspaces workspaces;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Grant> codes = new HashMap<>();

  SlackOAuth(Simulator simulator, Supplier<SlackApp> app, Workspaces workspaces) {
    this.simulator = simulator;
    this.app = app;
    this.workspaces = workspaces;
  }

  /** {@code GET /oauth/v2/authorize}: a page with one button. */
  SimResponse page(SimRequest request) {
    check(request.query());
    StringBuilder form = new StringBuilder("<!doctype html><title>Sign in</title>");
    form.append("<form method=\"post\" action=\"/oauth/v2/authorize\">");
    request
        .query()
        .forEach((name, value) ->
            form.append(
                "<input type=\"hidden\" name=\"%s\" value=\"%s\">"
                    .formatted(escape(name), escape(value))));
    form.append("<input name=\"team\"><input name=\"team_name\">");
    return SimResponse.html(form.append("<button>Allow</button></form>").toString());
  }

  /** {@code POST /oauth/v2/authorize}: somebody pressed Allow, or Cancel with {@code deny=1}. */
  SimResponse allow(SimRequest request) {
    return SimResponse.redirect(location(request.form()));
  }

  /** Where the browser goes after the button. */
  String location(Map<String, String> fields) {
    check(fields);
    String redirect = fields.getOrDefault("redirect_uri", app.get().redirectUrl());
    String state = fields.getOrDefault("state", "");
    String separator = redirect.indexOf('?') < 0 ? "?" : "&";
    if (fields.containsKey("deny")) {
      return redirect + separator + "error=access_denied&state=" + encode(state);
    }
    byte[] fresh = new byte[16];
    random.nextBytes(fresh);
    String code = "1111111111.3333333333." + HexFormat.of().formatHex(fresh);
    String team = fields.getOrDefault("team", "T0000000001");
    synchronized (this) {
      codes.put(
          code,
          new Grant(
              team,
              fields.getOrDefault("team_name", team),
              fields.getOrDefault("scope", ""),
              redirect,
              simulator.clock().instant().plus(CODE_LIFE)));
    }
    return redirect + separator + "code=" + encode(code) + "&state=" + encode(state);
  }

  private void check(Map<String, String> fields) {
    if (!app.get().clientId().equals(fields.get("client_id"))) {
      throw new SimRefusal(400, "invalid_client_id");
    }
    if (fields.getOrDefault("scope", "").isEmpty()) {
      throw new SimRefusal(400, "invalid_scope");
    }
    String registered = app.get().redirectUrl();
    String asked = fields.getOrDefault("redirect_uri", registered);
    if (asked.isEmpty() || (!registered.isEmpty() && !asked.startsWith(registered))) {
      throw new SimRefusal(400, "bad_redirect_uri");
    }
  }

  /** {@code POST /api/oauth.v2.access}: a code for a token, once. */
  SimResponse access(SimRequest request) {
    Map<String, String> form = request.form();
    if (!app.get().clientId().equals(form.get("client_id"))) {
      return SlackApi.error("invalid_client_id");
    }
    if (!app.get().clientSecret().equals(form.get("client_secret"))) {
      return SlackApi.error("bad_client_secret");
    }
    Grant grant;
    synchronized (this) {
      grant = codes.remove(form.getOrDefault("code", ""));
    }
    if (grant == null || simulator.clock().instant().isAfter(grant.until())) {
      return SlackApi.error("invalid_code");
    }
    if (!grant.redirect().equals(form.getOrDefault("redirect_uri", grant.redirect()))) {
      return SlackApi.error("bad_redirect_uri");
    }
    byte[] fresh = new byte[16];
    random.nextBytes(fresh);
    // Split so that no scanner takes a simulator's token for a real one.
    String token = "xox" + "b-sim-" + HexFormat.of().formatHex(fresh);
    var workspace = new Workspaces.Workspace(grant.team(), grant.name(), token, "U0WEIRBOT1", true);
    workspaces.save(workspace);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", true);
    answer.put("access_token", token);
    answer.put("token_type", "bot");
    answer.put("scope", grant.scope());
    answer.put("bot_user_id", workspace.botUser());
    answer.put("app_id", app.get().appId());
    answer.put("team", Map.of("id", grant.team(), "name", grant.name()));
    answer.put("enterprise", null);
    answer.put("is_enterprise_install", false);
    answer.put("authed_user", Map.of("id", "U0ADMIN001"));
    return SimResponse.json(answer);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
  }
}
