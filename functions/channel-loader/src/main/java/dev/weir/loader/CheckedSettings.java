package dev.weir.loader;

import dev.weir.loader.Manifest.Setting;
import dev.weir.spi.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Settings that fit the manifest. Immutable. */
public final class CheckedSettings implements Settings {

  private final Map<String, String> values;
  private final List<URI> urls;

  private CheckedSettings(Map<String, String> values, List<URI> urls) {
    this.values = Map.copyOf(values);
    this.urls = List.copyOf(urls);
  }

  /**
   * Checks values against the manifest; an empty value counts as absent.
   *
   * @throws PluginRefused with {@link Refusal#SETTINGS} and every violation
   */
  public static CheckedSettings of(Manifest manifest, Map<String, String> given) {
    List<String> faults = new ArrayList<>();
    Set<String> unknown = new TreeSet<>(given.keySet());
    unknown.removeAll(manifest.settings().keySet());
    unknown.forEach(name ->
        faults.add(
            "unknown setting "
                + name
                + " (known: "
                + String.join(", ", new TreeSet<>(manifest.settings().keySet()))
                + ")"));
    Map<String, String> values = new HashMap<>();
    List<URI> urls = new ArrayList<>();
    for (Setting setting : manifest.settings().values()) {
      Optional<String> value =
          Optional.ofNullable(given.get(setting.name()))
              .filter(v -> !v.isEmpty())
              .or(setting::fallback);
      if (value.isEmpty()) {
        if (setting.required()) {
          faults.add("setting " + setting.name() + " is required: " + setting.help());
        }
        continue;
      }
      fault(setting, value.get()).ifPresent(faults::add);
      values.put(setting.name(), value.get());
      if (setting.type() == Manifest.Type.URL && faults.isEmpty()) {
        urls.add(URI.create(value.get()));
      }
    }
    if (!faults.isEmpty()) {
      throw new PluginRefused(
          Refusal.SETTINGS, "plugin " + manifest.id() + ": " + String.join("; ", faults));
    }
    return new CheckedSettings(values, urls);
  }

  @Override
  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** The values of type URL. */
  List<URI> urls() {
    return urls;
  }

  private static Optional<String> fault(Setting setting, String value) {
    String what = "setting " + setting.name() + " ";
    if (value.length() > Limits.SETTING_MAX_CHARS) {
      return Optional.of(what + value.length() + " characters > " + Limits.SETTING_MAX_CHARS);
    }
    return switch (setting.type()) {
      case STRING -> Optional.empty();
      case INT ->
          value.matches("-?\\d{1,18}")
              ? Optional.empty()
              : Optional.of(what + "\"" + value + "\" is not a whole number");
      case BOOL ->
          value.equals("true") || value.equals("false")
              ? Optional.empty()
              : Optional.of(what + "\"" + value + "\" is neither true nor false");
      case URL -> urlFault(value).map(f -> what + "\"" + value + "\" " + f);
    };
  }

  private static Optional<String> urlFault(String value) {
    URI uri;
    try {
      uri = new URI(value);
    } catch (URISyntaxException e) {
      return Optional.of("is not a URL");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      return Optional.of("is not a URL of scheme, host and path");
    }
    boolean https = "https".equalsIgnoreCase(uri.getScheme());
    boolean local = "http".equalsIgnoreCase(uri.getScheme()) && Egress.isLoopback(uri.getHost());
    return https || local
        ? Optional.empty()
        : Optional.of("is neither https nor http to this machine");
  }
}
