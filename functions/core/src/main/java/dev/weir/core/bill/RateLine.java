package dev.weir.core.bill;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.catalog.Meter;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes lines of what is pinned, by pure functions. */
final class RateLine {

  private final Pinned pinned;
  private final InstantSource clock;
  private final Adjustments adjustments;

  RateLine(Ports ports, Terms terms) {
    this(ports, terms, false);
  }

  /**
   * @param remembers whether to look each thing up once, for a run over many lines; such a one is
   *     not thread-safe
   */
  RateLine(Ports ports, Terms terms, boolean remembers) {
    this.pinned = new Pinned(ports, terms, remembers);
    this.clock = ports.clock();
    this.adjustments = new Adjustments(ports);
  }

  /** What the lines stand on. */
  Pinned pinned() {
    return pinned;
  }

  Adjustments adjustments() {
    return adjustments;
  }

  private static String usageLineId(SealedHour hour) {
    return EntryId.hour(hour.agreementId(), hour.hour(), hour.part())
        .line(hour.channelId(), hour.meter());
  }

  /**
   * A line, and what stands after it.
   *
   * @param budgets what it takes from sponsors
   */
  record Made(Line line, Used sums, Wallet wallet, Map<Sponsorships.Budget, Long> budgets) {}

  /**
   * The line of a sealed hour.
   *
   * @param spent what is taken from sponsors' budgets already in the same commit
   */
  Made usage(
      SealedHour hour,
      Pinned.Basis basis,
      Used sums,
      Wallet wallet,
      Map<Sponsorships.Budget, Long> spent) {
    boolean cost = hour.meter().equals(Meter.COMPUTE.id());
    long usedBefore = sums.of(basis.price(), hour.meter());
    Rating.Rated rated = Rating.rate(usedBefore, hour.quantity(), basis.charge());
    List<Adjustment> list =
        cost
            ? List.of()
            : adjustments.ofUse(basis, hour.channelId(), hour.meter(), hour.hour(), wallet, spent);
    Charged charged =
        cost
            ? Charged.none(wallet)
            : Charged.of(
                rated.amountMicros(),
                list,
                sums.sums(),
                Adjustments.marketBills(basis) ? wallet.with(List.of()) : wallet,
                hour.hour());
    List<Part> parts = new ArrayList<>();
    basis.trialUntil().ifPresent(until -> parts.add(new Part.Trial(until)));
    parts.addAll(charged.parts());
    Amounts amounts =
        cost
            ? new Amounts(
                rated.included() + rated.billed(), usedBefore, 0, 0, 0, rated.amountMicros())
            : new Amounts(
                rated.included() + rated.billed(),
                usedBefore,
                rated.included(),
                rated.billed(),
                charged.micros(),
                0);
    Line line =
        line(
            usageLineId(hour),
            cost ? Line.Kind.COST : Line.Kind.USAGE,
            hour.channelId(),
            hour.meter(),
            hour.hour(),
            hour.hour(),
            amounts,
            parts,
            basis);
    Used after = sums.plus(basis.price(), hour.meter(), hour.quantity()).with(charged.sums());
    Map<Sponsorships.Budget, Long> budgets =
        adjustments.budgets(charged, hour.channelId(), hour.hour(), basis);
    return new Made(line, after, charged.wallet(), budgets);
  }

  /**
   * The line of what is no hour's.
   *
   * @param parts what makes it, and what became of it
   */
  Line other(
      Line.Kind kind,
      EntryId id,
      Instant hour,
      List<Part> parts,
      long amountMicros,
      Pinned.Basis basis) {
    return other(kind, id, hour, hour, parts, amountMicros, basis);
  }

  /**
   * The line of what is no hour's.
   *
   * @param asOf the hour whose beneficiaries share it
   */
  Line other(
      Line.Kind kind,
      EntryId id,
      Instant hour,
      Instant asOf,
      List<Part> parts,
      long amountMicros,
      Pinned.Basis basis) {
    String channelId = basis.agreement().billedThrough();
    String what = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return line(
        id.line(channelId, what),
        kind,
        channelId,
        "",
        hour,
        asOf,
        new Amounts(0, 0, 0, 0, amountMicros, 0),
        parts,
        basis);
  }

  private record Amounts(
      long quantity, long usedBefore, long included, long billed, long micros, long costMicros) {}

  private Line line(
      String id,
      Line.Kind kind,
      String channelId,
      String meter,
      Instant hour,
      Instant asOf,
      Amounts amounts,
      List<Part> parts,
      Pinned.Basis basis) {
    ChannelTerms channel = basis.terms();
    Agreement agreement = basis.agreement();
    List<JointProduct.Beneficiary> beneficiaries =
        adjustments.beneficiaries(agreement.productId(), asOf);
    List<Integer> basisPoints = new ArrayList<>();
    basisPoints.add(channel.feeBasisPoints());
    basisPoints.add(channel.shareBasisPoints());
    beneficiaries.forEach(b -> basisPoints.add(b.basisPoints()));
    List<Long> shares =
        shares(Shares.shared(kind, amounts.micros(), parts), basisPoints, agreement);
    List<Line.JointShare> joint = new ArrayList<>();
    for (int i = 0; i < beneficiaries.size(); i++) {
      long micros = shares.get(i + 2);
      if (micros != 0) {
        JointProduct.Beneficiary beneficiary = beneficiaries.get(i);
        joint.add(
            new Line.JointShare(
                beneficiary.partner(), beneficiary.what(), beneficiary.basisPoints(), micros));
      }
    }
    return new Line(
        id,
        kind,
        agreement.id(),
        channelId,
        agreement.billedThrough(),
        agreement.acquiredBy().map(this::partnerOf).or(channel::partner),
        meter,
        hour,
        amounts.quantity(),
        amounts.usedBefore(),
        amounts.included(),
        amounts.billed(),
        amounts.micros(),
        shares.get(0),
        shares.get(1),
        amounts.costMicros(),
        agreement.currency(),
        basis.price().planId(),
        basis.price().version(),
        clock.instant(),
        parts,
        joint);
  }

  /** Who brought it: a channel's partner where a channel is named, and else a partner itself. */
  private String partnerOf(String acquiredBy) {
    return pinned.channel(acquiredBy).flatMap(ChannelTerms::partner).orElse(acquiredBy);
  }

  private static List<Long> shares(long micros, List<Integer> basisPoints, Agreement agreement) {
    int together = basisPoints.stream().mapToInt(Integer::intValue).sum();
    if (together > Shares.WHOLE_BASIS_POINTS) {
      throw new ProblemException(
          Problem.conflict(
              "shares of agreement %s, product %s, are %d together > %d"
                  .formatted(
                      agreement.id(), agreement.productId(), together, Shares.WHOLE_BASIS_POINTS)));
    }
    return Shares.split(micros, basisPoints);
  }
}
