package dev.weir.core.meter;

import dev.weir.core.catalog.Aggregation;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Meter;
import dev.weir.core.port.Ports;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The aggregations of meters, each looked up once: they never change. Thread-safe. */
final class Aggregations {

  private final Catalog catalog;
  private final Map<String, Aggregation> known = new ConcurrentHashMap<>();

  Aggregations(Ports ports) {
    this.catalog = new Catalog(ports);
  }

  /** The meter's; the sum of one that is not there, which is not remembered. */
  Aggregation of(String meter) {
    Aggregation there = known.get(meter);
    if (there != null) {
      return there;
    }
    return catalog
        .meter(meter)
        .map(Meter::aggregation)
        .map(found -> {
          known.put(meter, found);
          return found;
        })
        .orElse(Aggregation.SUM);
  }
}
