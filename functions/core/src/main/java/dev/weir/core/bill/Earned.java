package dev.weir.core.bill;

import dev.weir.core.account.Agreement;
import dev.weir.core.meter.StableId;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up what somebody earned in a month and a currency; not thread-safe. */
final class Earned {

  private final Map<String, Settlement.Row> rows = new TreeMap<>();
  private final Map<String, Settlement.Leg> legs = new TreeMap<>();

  /** What became of the money of a line. */
  enum Money {
    /** Neither accepted nor paid. */
    RATED,
    ACCEPTED,
    /** Also come in, and held. */
    HELD,
    RELEASED
  }

  /**
   * What somebody earns of a line.
   *
   * @param what {@link Settlement#SALES}, or what of a joint product
   */
  record Share(String what, int basisPoints, long micros) {

    /** All that one earns of a line. */
    static List<Share> of(Line line, String partner, int partnersBasisPoints) {
      List<Share> shares = new ArrayList<>();
      if (line.partner().filter(partner::equals).isPresent()) {
        shares.add(new Share(Settlement.SALES, partnersBasisPoints, line.shareMicros()));
      }
      for (Line.JointShare joint : line.joint()) {
        if (joint.beneficiary().equals(partner)) {
          shares.add(new Share(joint.what(), joint.basisPoints(), joint.micros()));
        }
      }
      return shares;
    }
  }

  void add(Agreement agreement, Line line, Share share, Money money) {
    String binding = agreement.identities().getOrDefault(line.billedThrough(), "");
    Settlement.Row row =
        new Settlement.Row(
            agreement.id(),
            line.billedThrough(),
            binding,
            line.meter(),
            share.what(),
            line.quantity(),
            Shares.shared(line.kind(), line.amountMicros(), line.parts()),
            share.basisPoints(),
            share.micros());
    rows.merge(agreement.id() + "/" + line.meter() + "/" + share.what(), row, Earned::sum);
    long micros = share.micros();
    boolean accepted = money != Money.RATED;
    boolean collected = money == Money.HELD || money == Money.RELEASED;
    leg(
        new Settlement.Leg(
            share.what(),
            line.channelId(),
            micros,
            accepted ? micros : 0,
            collected ? micros : 0,
            0,
            money == Money.RELEASED ? micros : 0));
  }

  void clawback(Clawback clawback) {
    leg(
        new Settlement.Leg(
            clawback.what().orElse(Settlement.SALES),
            clawback.channelId(),
            0,
            0,
            0,
            clawback.micros(),
            Math.negateExact(clawback.micros())));
  }

  private void leg(Settlement.Leg leg) {
    legs.merge(leg.what() + "/" + leg.channelId(), leg, Earned::sum);
  }

  private static Settlement.Row sum(Settlement.Row one, Settlement.Row other) {
    return new Settlement.Row(
        one.agreementId(),
        one.channelId(),
        one.bindingId(),
        one.meter(),
        one.what(),
        Math.addExact(one.quantity(), other.quantity()),
        Math.addExact(one.revenueMicros(), other.revenueMicros()),
        one.shareBasisPoints(),
        Math.addExact(one.shareMicros(), other.shareMicros()));
  }

  private static Settlement.Leg sum(Settlement.Leg one, Settlement.Leg other) {
    return new Settlement.Leg(
        one.what(),
        one.channelId(),
        Math.addExact(one.accruedMicros(), other.accruedMicros()),
        Math.addExact(one.acceptedMicros(), other.acceptedMicros()),
        Math.addExact(one.collectedMicros(), other.collectedMicros()),
        Math.addExact(one.clawbackMicros(), other.clawbackMicros()),
        Math.addExact(one.payableMicros(), other.payableMicros()));
  }

  Settlement settlement(String partner, YearMonth month, String currency) {
    Settlement.Leg all =
        legs.values().stream().reduce(new Settlement.Leg("", "", 0, 0, 0, 0, 0), Earned::sum);
    return new Settlement(
        StableId.of("settlement", partner, month.toString(), currency),
        partner,
        month,
        currency,
        List.copyOf(rows.values()),
        List.copyOf(legs.values()),
        all.accruedMicros(),
        all.acceptedMicros(),
        all.collectedMicros(),
        all.clawbackMicros(),
        all.payableMicros());
  }
}
