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
    Set<String> once = new HashSet<>();
    for (Charge charge : charges) {
      String what = oncePerVersion(charge);
      if (!what.isEmpty() && !once.add(what)) {
        throw Names.invalid("plan " + planId + " charges " + what + " twice");
      }
    }
  }

  private static String oncePerVersion(Charge charge) {
    return switch (charge) {
      case Charge.Metered metered -> "meter " + metered.meter();
      case Charge.OneTime one -> "one-time charge " + one.name();
      case Charge.CreditPack pack -> "credit pack " + pack.id();
      case Charge.Commitment _ -> "a commitment";
      case Charge.Trial _ -> "a trial";
      case Charge.Flat _ -> "";
    };
  }

  /** What a meter costs; empty where all of it is included. */
  public Optional<Charge.Metered> metered(String meter) {
    return of(Charge.Metered.class).stream().filter(c -> c.meter().equals(meter)).findFirst();
  }

  /** The subscriptions, in order. */
  public List<Charge.Flat> flats() {
    return of(Charge.Flat.class);
  }

  public Optional<Charge.Commitment> commitment() {
    return of(Charge.Commitment.class).stream().findFirst();
  }

  public Optional<Charge.Trial> trial() {
    return of(Charge.Trial.class).stream().findFirst();
  }

  /** The charges of a kind, in order. */
  public <T extends Charge> List<T> of(Class<T> kind) {
    return charges.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
