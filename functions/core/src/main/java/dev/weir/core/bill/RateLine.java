package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Term;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes lines: looks up what is pinned, then rates by pure functions. */
final class RateLine {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final Duration HOUR = Duration.ofHours(1);

  private final Accounts accounts;
  private final Catalog catalog;
  private final Terms terms;
  private final InstantSource clock;
  private final Memo<Optional<Agreement>> agreements;
  private final Memo<Optional<Plan>> plans;
  private final Memo<Optional<PriceVersion>> prices;
  private final Memo<Optional<ChannelTerms>> channels;
  private final Memo<ComputePrices> compute;
  private final Adjustments adjustments;

  RateLine(Ports ports, Terms terms) {
    this(ports, terms, false);
  }

  /**
   * @param remembers whether to look each thing up once, for a run over many lines; such a one is
   *     not thread-safe
   */
  RateLine(Ports ports, Terms terms, boolean remembers) {
    this.accounts = new Accounts(ports);
    this.catalog = new Catalog(ports);
    this.terms = terms;
    this.clock = ports.clock();
    this.agreements = new Memo<>(remembers);
    this.plans = new Memo<>(remembers);
    this.prices = new Memo<>(remembers);
    this.channels = new Memo<>(remembers);
    this.compute = new Memo<>(remembers);
    this.adjustments = new Adjustments(ports);
  }

  /** What was looked up in this run. */
  private record Memo<T>(boolean remembers, Map<String, T> found) {
    Memo(boolean remembers) {
      this(remembers, new HashMap<>());
    }

    T get(String key, Function<String, T> look) {
      return remembers ? found.computeIfAbsent(key, look) : look.apply(key);
    }
  }

  /**
   * What a rating stands on.
   *
   * @param price of the term that held
   * @param charge the price of the meter; empty where all is included
   * @param trialUntil the end of the trial that the hour is part of
   */
  record Basis(
      Agreement agreement,
      PriceVersion price,
      ChannelTerms terms,
      Optional<Charge.Metered> charge,
      Optional<Instant> trialUntil) {}

  static String usageLineId(SealedHour hour) {
    return EntryId.hour(hour.agreementId(), hour.hour(), hour.part())
        .line(hour.channelId(), hour.meter());
  }

  /** As {@link #basis(String, String, Instant)}, now. */
  Basis basis(String agreementId, String meter) {
    return basis(agreementId, meter, clock.instant());
  }

  /**
   * What an agreement's use of a meter in an hour is rated by: the term that held when the hour
   * began.
   *
   * @throws ProblemException where the agreement, its plan, its price version or its channel is
   *     missing, the version is not in force yet, or a currency differs
   */
  Basis basis(String agreementId, String meter, Instant hour) {
    Agreement agreement =
        agreements
            .get(agreementId, accounts::agreement)
            .orElseThrow(() -> missing("agreement " + agreementId));
    Term term = agreement.termAt(hour);
    Plan plan =
        plans
            .get(term.planId(), catalog::plan)
            .orElseThrow(() -> missing("plan " + term.planId() + " of " + agreementId));
    requireCurrency(agreement, plan);
    PriceVersion price = price(term.planId(), term.priceVersion());
    if (price.effectiveFrom().isAfter(hour.plus(HOUR))) {
      throw new ProblemException(
          Problem.conflict(
              "price version %d of plan %s begins at %s, after hour %s"
                  .formatted(price.version(), plan.id(), price.effectiveFrom(), hour)));
    }
    ChannelTerms channel =
        channels
            .get(agreement.billedThrough(), terms::of)
            .orElseThrow(() -> missing("channel " + agreement.billedThrough()));
    boolean cost = meter.equals(Meter.COMPUTE.id());
    Optional<Instant> trial = trialUntil(agreement).filter(until -> !cost && hour.isBefore(until));
    Optional<Charge.Metered> charge =
        trial.isPresent() ? Optional.empty() : charge(price, agreement.currency(), meter);
    return new Basis(agreement, price, channel, charge, trial);
  }

  /**
   * What a charge that is no use stands on: a version that the agreement has or had.
   *
   * @throws ProblemException where the version or the channel is missing
   */
  Basis basis(Agreement agreement, String planId, int version) {
    ChannelTerms channel =
        channels
            .get(agreement.billedThrough(), terms::of)
            .orElseThrow(() -> missing("channel " + agreement.billedThrough()));
    PriceVersion price = price(planId, version);
    Plan plan = plans.get(planId, catalog::plan).orElseThrow(() -> missing("plan " + planId));
    requireCurrency(agreement, plan);
    return new Basis(agreement, price, channel, Optional.empty(), Optional.empty());
  }

  private static void requireCurrency(Agreement agreement, Plan plan) {
    if (!plan.currency().equals(agreement.currency())) {
      throw new ProblemException(
          Problem.conflict(
              "agreement %s is in %s, its plan %s in %s"
                  .formatted(agreement.id(), agreement.currency(), plan.id(), plan.currency())));
    }
  }

  /** When an agreement's trial ends, or ended; that of the plan that it began with. */
  Optional<Instant> trialUntil(Agreement agreement) {
    Term first = agreement.terms().getFirst();
    return price(first.planId(), first.priceVersion())
        .trial()
        .map(trial -> Coverage.began(agreement).plus(Duration.ofDays(trial.days())));
  }

  /** A plan's price version, or a 404 problem. */
  PriceVersion price(String planId, int version) {
    return prices
        .get(planId + "/" + version, _ -> catalog.price(planId, version))
        .orElseThrow(() -> missing("price version %d of plan %s".formatted(version, planId)));
  }

  Adjustments adjustments() {
    return adjustments;
  }

  private Optional<Charge.Metered> charge(PriceVersion price, String currency, String meter) {
    if (!meter.equals(Meter.COMPUTE.id())) {
      return price.metered(meter);
    }
    long micros = compute.get("", _ -> catalog.computePrices()).microsPerVcpuSecond(currency);
    return Optional.of(new Charge.PerUnit(meter, 0, micros, MICROS_PER_SECOND));
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
      Basis basis,
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
      Line.Kind kind, EntryId id, Instant hour, List<Part> parts, long amountMicros, Basis basis) {
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
      Basis basis) {
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
      Basis basis) {
    ChannelTerms channel = basis.terms();
    Agreement agreement = basis.agreement();
    List<JointProduct.Beneficiary> beneficiaries =
        adjustments.beneficiaries(agreement.productId(), asOf);
    List<Integer> basisPoints = new ArrayList<>();
    basisPoints.add(channel.feeBasisPoints());
    basisPoints.add(channel.shareBasisPoints());
    beneficiaries.forEach(b -> basisPoints.add(b.basisPoints()));
    List<Long> shares = shares(shared(kind, amounts.micros(), parts), basisPoints, agreement);
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
    return channels.get(acquiredBy, terms::of).flatMap(ChannelTerms::partner).orElse(acquiredBy);
  }

  /** What markets, partners and beneficiaries have a share of: all that anybody pays but we. */
  static long shared(Line.Kind kind, long micros, List<Part> parts) {
    if (kind == Line.Kind.CREDIT_PACK || kind == Line.Kind.CREDIT_LAPSED) {
      return 0; // it is shared when it is used
    }
    long shared = micros;
    for (Part part : parts) {
      boolean paid =
          part instanceof Part.Credit
              || (part instanceof Part.Sponsored by && !by.payer().equals(Sponsorship.VENDOR));
      shared = paid ? Math.subtractExact(shared, part.micros()) : shared;
    }
    return shared;
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

  private static ProblemException missing(String what) {
    return new ProblemException(Problem.notFound("no " + what));
  }
}
