package dev.weir.gateway.control;

import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.port.Ports;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Makes a remote service something that can be sold: a product, and a plan by tokens. */
final class RemoteOffers {

  private static final String INPUT = "input_tokens";
  private static final String OUTPUT = "output_tokens";
  private static final long MILLION = 1_000_000;

  private final Catalog catalog;
  private final InstantSource clock;

  RemoteOffers(Ports ports) {
    this.catalog = new Catalog(ports);
    this.clock = ports.clock();
  }

  /** States the prices, where there are any; a price that did not change stays the same version. */
  void offer(String name, EndpointRoutes.RemoteBody remote) {
    List<Charge> charges = new ArrayList<>();
    long unit = remote.per().orElse(MILLION);
    remote.inputPriceMicros().ifPresent(p -> charges.add(new Charge.PerUnit(INPUT, 0, p, unit)));
    remote.outputPriceMicros().ifPresent(p -> charges.add(new Charge.PerUnit(OUTPUT, 0, p, unit)));
    if (charges.isEmpty()) {
      return;
    }
    for (String meter : List.of(INPUT, OUTPUT)) {
      if (catalog.meter(meter).isEmpty()) {
        catalog.put(new Meter(meter, "token", 0));
      }
    }
    catalog.put(new Product(name, name, name));
    catalog.put(new Plan(name, name, name, remote.currency().orElse("USD")));
    List<PriceVersion> before = catalog.prices(name);
    if (before.isEmpty() || !before.getLast().charges().equals(charges)) {
      int version = before.isEmpty() ? 1 : before.getLast().version() + 1;
      catalog.put(new PriceVersion(name, version, clock.instant(), charges));
    }
  }
}
