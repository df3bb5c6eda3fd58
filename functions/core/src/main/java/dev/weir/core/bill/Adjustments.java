package dev.weir.core.bill;

import dev.weir.core.catalog.Editions;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.catalog.PriceBook;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.port.Ports;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What changes an agreement's amounts in an hour: the price book of the channel that was used, then
 * codes, then sponsors. What a market bills by its own listing gets none of it. Looks each channel
 * up once; for one run, not thread-safe.
 */
final class Adjustments {

  private final Editions editions;
  private final Sponsorships sponsorships;
  private final Map<String, List<PriceBook>> books = new HashMap<>();
  private final Map<String, List<Sponsorship>> sponsors = new HashMap<>();
  private final Map<String, List<JointProduct>> joints = new HashMap<>();

  Adjustments(Ports ports) {
    this.editions = new Editions(ports);
    this.sponsorships = new Sponsorships(ports);
  }

  /**
   * Of a meter's use.
   *
   * @param spent what this commit takes from budgets already
   */
  List<Adjustment> ofUse(
      Pinned.Basis basis,
      String channelId,
      String meter,
      Instant hour,
      Wallet wallet,
      Map<Sponsorships.Budget, Long> spent) {
    if (marketBills(basis)) {
      return List.of();
    }
    List<Adjustment> all = new ArrayList<>();
    String scope =
        String.join(
            "/",
            basis.price().planId(),
            Integer.toString(basis.price().version()),
            meter,
            channelId);
    book(channelId, hour)
        .ifPresent(book -> {
          String name = book.channelId() + "/" + book.version();
          for (PriceBook.Factor factor : book.factors(meter)) {
            all.add(new Adjustment.Factor(name, factor.name(), factor.millionths(), scope));
          }
        });
    all.addAll(ofCodes(basis, hour, wallet));
    for (Sponsorship sponsorship : covering(channelId, hour, basis)) {
      Sponsorships.Budget budget = new Sponsorships.Budget(sponsorship, Line.month(hour));
      long left =
          sponsorship.budgetMicros()
              - sponsorships.spent(sponsorship, budget.month())
              - spent.getOrDefault(budget, 0L);
      all.add(
          new Adjustment.Sponsor(
              sponsorship.id(), sponsorship.payer(), sponsorship.capMicros(), Math.max(0, left)));
    }
    return all;
  }

  /** Of what is no meter's. */
  List<Adjustment> ofCodes(Pinned.Basis basis, Instant hour, Wallet wallet) {
    if (marketBills(basis)) {
      return List.of();
    }
    return wallet.redemptions().stream()
        .filter(r -> r.covers(hour, basis.price().planId()))
        .flatMap(r -> r.adjustment().stream())
        .toList();
  }

  static boolean marketBills(Pinned.Basis basis) {
    return basis.terms().kind() == ChannelKind.MARKETPLACE;
  }

  /** What of an amount is taken from which budget. */
  Map<Sponsorships.Budget, Long> budgets(
      Charged charged, String channelId, Instant hour, Pinned.Basis basis) {
    Map<Sponsorships.Budget, Long> budgets = new HashMap<>();
    for (Sponsorship sponsorship : covering(channelId, hour, basis)) {
      Long micros = charged.sponsored().get(sponsorship.id());
      if (micros != null) {
        budgets.put(new Sponsorships.Budget(sponsorship, Line.month(hour)), micros);
      }
    }
    return budgets;
  }

  /** The sponsorships of a channel, in an hour, in the agreement's currency. */
  List<Sponsorship> covering(String channelId, Instant hour, Pinned.Basis basis) {
    return Sponsorships.covering(
        sponsors.computeIfAbsent(channelId, sponsorships::list),
        hour,
        basis.agreement().currency());
  }

  /** Who earns of a product in an hour. */
  List<JointProduct.Beneficiary> beneficiaries(String productId, Instant hour) {
    return joints.computeIfAbsent(productId, editions::jointProducts).reversed().stream()
        .filter(joint -> !joint.effectiveFrom().isAfter(hour))
        .findFirst()
        .map(JointProduct::beneficiaries)
        .orElse(List.of());
  }

  private Optional<PriceBook> book(String channelId, Instant hour) {
    return books.computeIfAbsent(channelId, editions::priceBooks).reversed().stream()
        .filter(book -> !book.effectiveFrom().isAfter(hour))
        .findFirst();
  }
}
