package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Term;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is pinned when something is rated: the agreement's term, its price version, the terms of the
 * channel that bills it.
 */
final class Pinned {

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

  /**
   * @param remembers whether to look each thing up once, for a run over many lines; such a one is
   *     not thread-safe
   */
  Pinned(Ports ports, Terms terms, boolean remembers) {
    this.accounts = new Accounts(ports);
    this.catalog = new Catalog(ports);
    this.terms = terms;
    this.clock = ports.clock();
    this.agreements = new Memo<>(remembers);
    this.plans = new Memo<>(remembers);
    this.prices = new Memo<>(remembers);
    this.channels = new Memo<>(remembers);
    this.compute = new Memo<>(remembers);
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
        channel(agreement.billedThrough())
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
        channel(agreement.billedThrough())
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

  private Optional<Charge.Metered> charge(PriceVersion price, String currency, String meter) {
    if (!meter.equals(Meter.COMPUTE.id())) {
      return price.metered(meter);
    }
    long micros = compute.get("", _ -> catalog.computePrices()).microsPerVcpuSecond(currency);
    return Optional.of(new Charge.PerUnit(meter, 0, micros, MICROS_PER_SECOND));
  }

  /** What holds for a channel's money; empty where there is no such channel. */
  Optional<ChannelTerms> channel(String channelId) {
    return channels.get(channelId, terms::of);
  }

  private static ProblemException missing(String what) {
    return new ProblemException(Problem.notFound("no " + what));
  }
}
