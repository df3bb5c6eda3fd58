package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.meter.Hours;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an agreement has in hand: credit, and discounts that it redeemed.
 *
 * @param condition that nobody moved it since it was read
 */
record Wallet(Key key, Condition condition, List<CreditPack> packs, List<Redemption> redemptions) {

  /** The most packs that have not expired, and the most codes, of one agreement. */
  static final int PACKS_MAX = 64;

  static final int REDEMPTIONS_MAX = 32;

  Wallet {
    packs = List.copyOf(packs);
    redemptions = List.copyOf(redemptions);
  }

  /**
   * A redeemed discount.
   *
   * @param from hours that hold this moment or begin later are discounted
   * @param until hours that begin before it
   */
  record Redemption(
      String code,
      Code.Benefit benefit,
      Instant from,
      Optional<Instant> until,
      List<String> plans) {

    boolean covers(Instant hour, String planId) {
      return !hour.isBefore(Hours.of(from))
          && until.map(hour::isBefore).orElse(true)
          && (plans.isEmpty() || plans.contains(planId));
    }

    /** Its effect on what is charged; empty of a gift, which is credit. */
    Optional<Adjustment> adjustment() {
      return switch (benefit) {
        case Code.Percent percent ->
            Optional.of(new Adjustment.Percent(code, percent.millionths()));
        case Code.Amount amount -> Optional.of(new Adjustment.Amount(code, amount.micros()));
        case Code.Credit _ -> Optional.empty();
      };
    }
  }

  private record Stored(List<CreditPack> packs, List<Redemption> redemptions) {}

  static Wallet read(Table table, String agreementId) {
    Key key = Keys.wallet(agreementId);
    Optional<Item> item = table.get(key);
    return item.map(
            i -> {
              Stored stored = Json.read(i.body(), Stored.class);
              return new Wallet(
                  key, Condition.atVersion(i.version()), stored.packs(), stored.redemptions());
            })
        .orElseGet(() -> new Wallet(key, Condition.ABSENT, List.of(), List.of()));
  }

  Write write() {
    return Write.put(key, Json.write(new Stored(packs, redemptions)), condition);
  }

  Wallet with(List<CreditPack> newPacks) {
    return new Wallet(key, condition, newPacks, redemptions);
  }

  Wallet plus(Redemption redemption) {
    List<Redemption> more = new ArrayList<>(redemptions);
    more.add(redemption);
    return new Wallet(key, condition, packs, more);
  }

  boolean has(String code) {
    return redemptions.stream().anyMatch(r -> r.code().equals(code));
  }
}
