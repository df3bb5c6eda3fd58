package dev.weir.local.plugin;

import dev.weir.loader.LoadedPlugin;
import dev.weir.loader.Manifest;
import dev.weir.spi.Capability;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/** An installed plugin as the API shows it. */
public record PluginView(
    String id,
    String kind,
    String api,
    String sha512,
    List<String> capabilities,
    List<SettingView> settings,
    List<SecretView> secrets,
    List<MeterView> meters) {

  /** A setting that a channel of this plugin takes. */
  public record SettingView(
      String name, String type, boolean required, Optional<String> fallback, String help) {}

  /** A secret that a channel of this plugin takes. */
  public record SecretView(String name, boolean required, String help) {}

  /** What the plugin counts. */
  public record MeterView(String id, String unit, int scale) {}

  public static PluginView of(LoadedPlugin plugin) {
    Manifest manifest = plugin.manifest();
    return new PluginView(
        manifest.id(),
        lower(manifest.kind()),
        manifest.api().toString(),
        plugin.sha512(),
        manifest.capabilities().stream().sorted().map(PluginView::lower).toList(),
        new TreeMap<>(manifest.settings()).values().stream().map(PluginView::setting).toList(),
        new TreeMap<>(manifest.secrets())
            .values().stream().map(s -> new SecretView(s.name(), s.required(), s.help())).toList(),
        new TreeMap<>(manifest.meters())
            .values().stream().map(m -> new MeterView(m.id(), m.unit(), m.scale())).toList());
  }

  private static SettingView setting(Manifest.Setting s) {
    return new SettingView(s.name(), lower(s.type()), s.required(), s.fallback(), s.help());
  }

  private static String lower(Manifest.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static String lower(Manifest.Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static String lower(Capability capability) {
    return capability.name().toLowerCase(Locale.ROOT);
  }
}
