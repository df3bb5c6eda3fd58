package dev.weir.core.bill;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Credit that an agreement has, in 10⁻⁶ of its currency's minor unit.
 *
 * @param from it pays for what was used from then on
 * @param expires and before then
 * @param leftMicros 0 to {@code creditMicros}
 */
public record CreditPack(
    String id, String offer, long creditMicros, long leftMicros, Instant from, Instant expires) {

  public CreditPack {
    if (leftMicros < 0 || leftMicros > creditMicros) {
      throw new IllegalArgumentException(
          "credit left %d not in 0..%d (pack %s)".formatted(leftMicros, creditMicros, id));
    }
  }

  /** Which credit is used first: what expires soonest; of two such, what was bought first. */
  static final Comparator<CreditPack> ORDER =
      Comparator.comparing(CreditPack::expires)
          .thenComparing(CreditPack::from)
          .thenComparing(CreditPack::id);

  boolean usable(Instant at) {
    return !at.isBefore(from) && at.isBefore(expires);
  }

  CreditPack left(long micros) {
    return new CreditPack(id, offer, creditMicros, micros, from, expires);
  }

  /**
   * What an amount takes from packs.
   *
   * @param packs as they are afterwards, in the same order
   * @param parts negative where drawn, positive where put back
   */
  record Drawn(List<CreditPack> packs, List<Part.Credit> parts) {
    Drawn {
      packs = List.copyOf(packs);
      parts = List.copyOf(parts);
    }

    long micros() {
      return parts.stream().mapToLong(Part.Credit::micros).reduce(0, Math::addExact);
    }
  }

  /** Pays as much of an amount as there is credit for at a moment, soonest expiry first. */
  static Drawn draw(List<CreditPack> packs, long amountMicros, Instant at) {
    List<CreditPack> after = new ArrayList<>(packs);
    List<Part.Credit> parts = new ArrayList<>();
    long open = amountMicros;
    for (CreditPack pack : packs.stream().sorted(ORDER).toList()) {
      long taken = pack.usable(at) ? Math.min(open, pack.leftMicros()) : 0;
      if (taken > 0) {
        after.set(packs.indexOf(pack), pack.left(pack.leftMicros() - taken));
        parts.add(new Part.Credit(pack.id(), -taken));
        open -= taken;
      }
    }
    return new Drawn(after, parts);
  }

  /** Puts back what was drawn, latest expiry first; what has expired takes nothing. */
  static Drawn putBack(List<CreditPack> packs, long amountMicros, Instant at) {
    List<CreditPack> after = new ArrayList<>(packs);
    List<Part.Credit> parts = new ArrayList<>();
    long open = amountMicros;
    for (CreditPack pack : packs.stream().sorted(ORDER.reversed()).toList()) {
      long room = pack.usable(at) ? pack.creditMicros() - pack.leftMicros() : 0;
      long given = Math.min(open, room);
      if (given > 0) {
        after.set(packs.indexOf(pack), pack.left(pack.leftMicros() + given));
        parts.add(new Part.Credit(pack.id(), given));
        open -= given;
      }
    }
    return new Drawn(after, parts);
  }
}
