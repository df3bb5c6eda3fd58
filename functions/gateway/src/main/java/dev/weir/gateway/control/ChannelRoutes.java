package dev.weir.gateway.control;

import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.Channels;
import dev.weir.core.channel.Plugin;
import dev.weir.core.channel.Plugins;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Secrets;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Installed plugins and configured channels. */
final class ChannelRoutes {

  private final Channels channels;
  private final Plugins plugins;
  private final InstallPlugin install;
  private final Secrets secrets;
  private final String publicUrl;

  ChannelRoutes(Ports ports, String publicUrl) {
    this.channels = new Channels(ports);
    this.plugins = new Plugins(ports);
    this.install = new InstallPlugin(ports);
    this.secrets = ports.secrets();
    this.publicUrl = publicUrl;
  }

  void addTo(Router router) {
    router
        .get("/control/v1/plugins", r -> Response.ok(Listing.all(plugins.list())))
        .put("/control/v1/plugins/{id}", this::putPlugin)
        .get("/control/v1/channels", this::list)
        .get("/control/v1/channels/{id}", r -> Response.ok(view(channels.require(r.path("id")))))
        .put("/control/v1/channels/{id}", this::putChannel);
  }

  private Response putPlugin(Request request) {
    Plugin plugin = request.json(Plugin.class);
    if (!plugin.id().equals(request.path("id"))) {
      throw new ProblemException(
          Problem.invalid("plugin id " + plugin.id() + " is not " + request.path("id")));
    }
    install.run(plugin);
    return Response.ok(plugin);
  }

  record ChannelBody(
      String plugin,
      String productId,
      String planId,
      String currency,
      Optional<Integer> feeBasisPoints,
      Optional<Integer> shareBasisPoints,
      Optional<String> partner,
      Map<String, String> settings,
      Optional<Map<String, String>> secrets) {}

  /** Where the other side reaches a channel. */
  record Urls(String events, String onboard) {}

  record ChannelView(
      String id,
      String plugin,
      ChannelKind kind,
      String productId,
      String planId,
      String currency,
      int feeBasisPoints,
      int shareBasisPoints,
      Optional<String> partner,
      Map<String, String> settings,
      Urls urls) {}

  private ChannelView view(ChannelConfig c) {
    String root = publicUrl + "/channels/" + c.id();
    return new ChannelView(
        c.id(),
        c.plugin(),
        c.kind(),
        c.productId(),
        c.planId(),
        c.currency(),
        c.feeBasisPoints(),
        c.shareBasisPoints(),
        c.partner(),
        c.settings(),
        new Urls(root + "/events", root + "/onboard"));
  }

  private Response list(Request request) {
    return Response.ok(Listing.all(channels.list().stream().map(this::view).toList()));
  }

  private Response putChannel(Request request) {
    ChannelBody body = request.json(ChannelBody.class);
    String id = request.path("id");
    Plugin plugin = plugins.require(body.plugin());
    Map<String, String> given = body.secrets().orElse(Map.of());
    check(id, plugin, body.settings(), given);
    ChannelConfig config =
        new ChannelConfig(
            id,
            plugin.id(),
            plugin.kind(),
            body.settings(),
            body.productId(),
            body.planId(),
            body.currency(),
            body.feeBasisPoints().orElse(0),
            body.shareBasisPoints().orElse(0),
            body.partner());
    // Secrets first: a channel that is there can be opened.
    given.forEach((name, value) -> secrets.put(Channels.secretName(id, name), value));
    channels.put(config);
    return Response.ok(view(config));
  }

  /** Everything that is wrong with a channel's settings and secrets, at once. */
  private void check(
      String id, Plugin plugin, Map<String, String> settings, Map<String, String> given) {
    List<Problem.Violation> violations = new ArrayList<>();
    for (Plugin.Setting setting : plugin.settings()) {
      String value = settings.get(setting.name());
      String pointer = "/settings/" + setting.name();
      if (value == null) {
        if (setting.required() && setting.fallback().isEmpty()) {
          violations.add(new Problem.Violation(pointer, "is missing: " + setting.help()));
        }
      } else if (!fits(setting.type(), value)) {
        violations.add(new Problem.Violation(pointer, "\"" + value + "\" is no " + setting.type()));
      }
    }
    settings.keySet().stream()
        .filter(name -> plugin.settings().stream().noneMatch(s -> s.name().equals(name)))
        .forEach(name ->
            violations.add(
                new Problem.Violation(
                    "/settings/" + name, "plugin " + plugin.id() + " has no such setting")));
    given.keySet().stream()
        .filter(name -> plugin.secrets().stream().noneMatch(s -> s.name().equals(name)))
        .forEach(name ->
            violations.add(
                new Problem.Violation(
                    "/secrets/" + name, "plugin " + plugin.id() + " has no such secret")));
    for (Plugin.Secret secret : plugin.secrets()) {
      boolean known =
          given.containsKey(secret.name())
              || secrets.get(Channels.secretName(id, secret.name())).isPresent();
      if (!known && secret.required()) {
        violations.add(
            new Problem.Violation("/secrets/" + secret.name(), "is missing: " + secret.help()));
      }
    }
    if (!violations.isEmpty()) {
      throw new ProblemException(Problem.invalid("channel \"" + id + "\"", violations));
    }
  }

  private static boolean fits(String type, String value) {
    return switch (type) {
      case "int" -> value.matches("-?\\d{1,18}");
      case "bool" -> value.equals("true") || value.equals("false");
      case "url" -> isUrl(value);
      default -> true;
    };
  }

  private static boolean isUrl(String value) {
    try {
      URI uri = URI.create(value);
      return uri.getHost() != null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
