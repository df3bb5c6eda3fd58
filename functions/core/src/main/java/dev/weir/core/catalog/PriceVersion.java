package dev.weir.core.catalog;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A plan's prices from a moment on. Never changed once stored: agreements pin it by its number.
 *
 * @param version 1, 2, 3 … without gaps
 * @param charges at most {@link #CHARGES_MAX}, at most one per meter; a meter that none names is
 *     included, all of it
 */
public record PriceVersion(
    String planId, int version, Instant effectiveFrom, List<Charge> charges) {

  public static final int CHARGES_MAX = 32;

  public PriceVersion {
    charges = List.copyOf(charges);
    Names.checkId("plan", planId);
    Names.checkRange("price version of plan " + planId, version, 1, 1_000_000);
    if (charges.isEmpty()) {
      throw Names.invalid("plan " + planId + " version " + version + " has no charge");
    }
    Names.checkRange("number of charges of plan " + planId, charges.size(), 1, CHARGES_MAX);
    Set<String> meters = new HashSet<>();
    for (Charge charge : charges) {
      if (charge instanceof Charge.PerUnit unit && !meters.add(unit.meter())) {
        throw Names.invalid("plan " + planId + " charges meter " + unit.meter() + " twice");
      }
    }
  }

  /** What a meter costs; empty where all of it is included. */
  public Optional<Charge.PerUnit> perUnit(String meter) {
    return charges.stream()
        .filter(Charge.PerUnit.class::isInstance)
        .map(Charge.PerUnit.class::cast)
        .filter(unit -> unit.meter().equals(meter))
        .findFirst();
  }

  /** The flat charges, in order. */
  public List<Charge.Flat> flats() {
    return charges.stream()
        .filter(Charge.Flat.class::isInstance)
        .map(Charge.Flat.class::cast)
        .toList();
  }
}
