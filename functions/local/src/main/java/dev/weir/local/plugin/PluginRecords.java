package dev.weir.local.plugin;

import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.Plugin;
import dev.weir.loader.LoadedPlugin;
import dev.weir.loader.Manifest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the gateway is told of an installed plugin, which it never runs. */
public final class PluginRecords {

  private PluginRecords() {}

  public static Plugin of(LoadedPlugin loaded) {
    Manifest manifest = loaded.manifest();
    return new Plugin(
        manifest.id(),
        manifest.api().toString(),
        ChannelKind.valueOf(manifest.kind().name()),
        manifest.api().toString(),
        loaded.sha512(),
        "",
        manifest.capabilities().stream()
            .map(c -> c.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet()),
        settings(manifest),
        secrets(manifest),
        meters(manifest),
        manifest.monthEndHours(),
        manifest.calls().perSecond());
  }

  private static List<Plugin.Setting> settings(Manifest manifest) {
    return new TreeMap<>(manifest.settings())
        .values().stream()
            .map(s ->
                new Plugin.Setting(
                    s.name(),
                    s.type().name().toLowerCase(Locale.ROOT),
                    s.required(),
                    s.fallback(),
                    s.help()))
            .toList();
  }

  private static List<Plugin.Secret> secrets(Manifest manifest) {
    return new TreeMap<>(manifest.secrets())
        .values().stream()
            .map(s -> new Plugin.Secret(s.name(), s.help(), Optional.of(!s.required())))
            .toList();
  }

  private static List<Plugin.Meter> meters(Manifest manifest) {
    return new TreeMap<>(manifest.meters())
        .values().stream()
            .map(m ->
                new Plugin.Meter(
                    m.id(),
                    m.unit(),
                    m.scale(),
                    m.batchMax(),
                    m.windowHours(),
                    m.finalWindowHours(),
                    m.zero(),
                    m.quantityMax(),
                    Optional.of(m.aggregation().name().toLowerCase(Locale.ROOT)),
                    Optional.of(m.zeroHourly())))
            .toList();
  }
}
