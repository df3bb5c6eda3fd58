package dev.weir.gateway;

import dev.weir.core.bill.ConfiguredTerms;
import dev.weir.core.bill.ReportingLimits;
import dev.weir.core.bill.Terms;
import dev.weir.core.channel.Plugin;
import dev.weir.core.channel.Plugins;
import dev.weir.core.port.Ports;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The terms of channels, with the limits that their plugins' manifests declare. */
public final class Money {

  /** Whose numbers invoices bear: one deployment is one vendor. */
  public static final String ISSUER = "vendor";

  /** Where a manifest names no window, a line is taken for so long. */
  private static final Duration UNLIMITED = Duration.ofDays(3650);

  private Money() {}

  public static Terms terms(Ports ports) {
    Plugins plugins = new Plugins(ports);
    return new ConfiguredTerms(
        ports, config -> plugins.get(config.plugin()).flatMap(Money::limits));
  }

  static Optional<ReportingLimits> limits(Plugin plugin) {
    if (!plugin.can("reporting")) {
      return Optional.empty();
    }
    int batch = plugin.meters().stream().mapToInt(Plugin.Meter::batchMax).min().orElse(1);
    Map<String, ReportingLimits.OfMeter> meters = new HashMap<>();
    for (Plugin.Meter meter : plugin.meters()) {
      Duration window =
          meter.windowHours() == 0 ? UNLIMITED : Duration.ofHours(meter.windowHours());
      meters.put(
          meter.id(),
          new ReportingLimits.OfMeter(
              meter.scale(),
              window,
              meter.zeroAllowed(),
              meter.quantityMax(),
              meter.zeroHourly().orElse(false)));
    }
    return Optional.of(
        new ReportingLimits(
            Math.clamp(batch, 1, ReportingLimits.BATCH_MAX),
            plugin.monthEndHours(),
            meters,
            plugin.callsPerSecond()));
  }
}
