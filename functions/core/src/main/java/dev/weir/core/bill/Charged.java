package dev.weir.core.bill;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of an amount: adjusted, then paid from credit as far as there is some.
 *
 * @param micros what the customer owes
 * @param parts of what was changed, in order
 * @param sums the month's running sums that changed
 * @param wallet afterwards
 * @param sponsored by sponsorship, what its budget pays; negative where it gets something back
 */
record Charged(
    long micros,
    List<Part> parts,
    Map<String, Long> sums,
    Wallet wallet,
    Map<String, Long> sponsored) {

  /** The running sum of what credit paid. */
  private static final String CREDIT = "credit";

  Charged {
    parts = List.copyOf(parts);
    sums = Map.copyOf(sums);
    sponsored = Map.copyOf(sponsored);
  }

  /** Nothing becomes of it. */
  static Charged none(Wallet wallet) {
    return new Charged(0, List.of(), Map.of(), wallet, Map.of());
  }

  /** It is charged as it is. */
  static Charged plain(long micros, Wallet wallet) {
    return new Charged(micros, List.of(), Map.of(), wallet, Map.of());
  }

  /**
   * Charges an amount. What is given back is put back to credit before it is owed to the customer,
   * but no more than credit paid in the month.
   *
   * @param sums the month's running sums
   * @param at the hour that it counts for: credit that can be used then is drawn
   */
  static Charged of(
      long micros,
      List<Adjustment> adjustments,
      Map<String, Long> sums,
      Wallet wallet,
      Instant at) {
    Adjustment.Adjusted adjusted = Adjustment.adjust(micros, adjustments, sums);
    long drawnBefore = sums.getOrDefault(CREDIT, 0L);
    CreditPack.Drawn drawn =
        adjusted.micros() < 0
            ? CreditPack.putBack(wallet.packs(), Math.min(-adjusted.micros(), drawnBefore), at)
            : CreditPack.draw(wallet.packs(), adjusted.micros(), at);
    List<Part> parts = new ArrayList<>(adjusted.parts());
    parts.addAll(drawn.parts());
    Map<String, Long> changed = new HashMap<>(adjusted.sums());
    if (drawn.micros() != 0) {
      changed.put(CREDIT, Math.subtractExact(drawnBefore, drawn.micros()));
    }
    Map<String, Long> sponsored = new HashMap<>();
    for (Part part : adjusted.parts()) {
      if (part instanceof Part.Sponsored by) {
        sponsored.merge(by.sponsorship(), -by.micros(), Math::addExact);
      }
    }
    return new Charged(
        Math.addExact(adjusted.micros(), drawn.micros()),
        parts,
        changed,
        wallet.with(drawn.packs()),
        sponsored);
  }
}
