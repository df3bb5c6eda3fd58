package dev.weir.gateway.control;

import dev.weir.core.catalog.Aggregation;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Meter;
import dev.weir.core.channel.Plugin;
import dev.weir.core.channel.Plugins;
import dev.weir.core.port.Ports;

/**
 * Makes a plugin known, in the one way there is: what it counts can be priced, and channels of it
 * can be configured. Again with the same plugin it changes nothing. Thread-safe.
 */
public final class InstallPlugin {

  private final Catalog catalog;
  private final Plugins plugins;

  public InstallPlugin(Ports ports) {
    this.catalog = new Catalog(ports);
    this.plugins = new Plugins(ports);
  }

  /** A meter that the catalog has already keeps its unit, scale and aggregation. */
  public void run(Plugin plugin) {
    for (Plugin.Meter meter : plugin.meters()) {
      if (catalog.meter(meter.id()).isEmpty()) {
        Aggregation aggregation =
            meter.aggregation().map(Aggregation::parse).orElse(Aggregation.SUM);
        catalog.put(new Meter(meter.id(), meter.unit(), meter.scale(), aggregation));
      }
    }
    plugins.put(plugin);
  }
}
