package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes lines: looks up what is pinned, then rates by pure functions. */
final class RateLine {

  private static final long MICROS_PER_SECOND = 1_000_000;

  private final Accounts accounts;
  private final Catalog catalog;
  private final Terms terms;
  private final InstantSource clock;
  private final Memo<Optional<Agreement>> agreements;
  private final Memo<Optional<Plan>> plans;
  private final Memo<Optional<PriceVersion>> prices;
  private final Memo<Optional<ChannelTerms>> channels;
  private final Memo<ComputePrices> compute;

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
   * @param charge the price of the meter; empty where all is included
   */
  record Basis(
      Agreement agreement,
      PriceVersion price,
      ChannelTerms terms,
      Optional<Charge.Metered> charge) {}

  static String usageLineId(SealedHour hour) {
    return EntryId.hour(hour.agreementId(), hour.hour(), hour.part())
        .line(hour.channelId(), hour.meter());
  }

  /**
   * What an agreement's use of a meter is rated by.
   *
   * @throws ProblemException where the agreement, its plan, its price version or its channel is
   *     missing, or a currency differs
   */
  Basis basis(String agreementId, String meter) {
    Agreement agreement =
        agreements
            .get(agreementId, accounts::agreement)
            .orElseThrow(() -> missing("agreement " + agreementId));
    Plan plan =
        plans
            .get(agreement.planId(), catalog::plan)
            .orElseThrow(() -> missing("plan " + agreement.planId() + " of " + agreementId));
    if (!plan.currency().equals(agreement.currency())) {
      throw new ProblemException(
          Problem.conflict(
              "agreement %s is in %s, its plan %s in %s"
                  .formatted(agreementId, agreement.currency(), plan.id(), plan.currency())));
    }
    PriceVersion price =
        prices
            .get(
                plan.id() + "/" + agreement.priceVersion(),
                _ -> catalog.price(plan.id(), agreement.priceVersion()))
            .orElseThrow(() ->
                missing(
                    "price version %d of plan %s".formatted(agreement.priceVersion(), plan.id())));
    ChannelTerms channel =
        channels
            .get(agreement.billedThrough(), terms::of)
            .orElseThrow(() -> missing("channel " + agreement.billedThrough()));
    return new Basis(agreement, price, channel, charge(price, agreement.currency(), meter));
  }

  private Optional<Charge.Metered> charge(PriceVersion price, String currency, String meter) {
    if (!meter.equals(Meter.COMPUTE.id())) {
      return price.metered(meter);
    }
    long micros = compute.get("", _ -> catalog.computePrices()).microsPerVcpuSecond(currency);
    return Optional.of(new Charge.PerUnit(meter, 0, micros, MICROS_PER_SECOND));
  }

  /** The line of a sealed hour. */
  Line usage(SealedHour hour, Basis basis, long usedBefore) {
    Rating.Rated rated = Rating.rate(usedBefore, hour.quantity(), basis.charge());
    boolean cost = hour.meter().equals(Meter.COMPUTE.id());
    return line(
        usageLineId(hour),
        cost ? Line.Kind.COST : Line.Kind.USAGE,
        hour.channelId(),
        hour.meter(),
        hour.hour(),
        usedBefore,
        rated,
        basis);
  }

  /** The entry of a flat charge for a month. */
  static EntryId flatId(String agreementId, YearMonth month, PriceVersion price, int index) {
    return EntryId.other(agreementId, month, "flat-" + price.version() + "-" + index);
  }

  /** The line of a flat charge for a month; {@code hour} is the first that it covers. */
  Line flat(int index, YearMonth month, Instant hour, Basis basis) {
    Agreement agreement = basis.agreement();
    EntryId id = flatId(agreement.id(), month, basis.price(), index);
    long amount = basis.price().flats().get(index).amountMicros();
    Rating.Rated rated = new Rating.Rated(0, 0, amount, List.of());
    return line(
        id.line(agreement.billedThrough(), "flat"),
        Line.Kind.FLAT,
        agreement.billedThrough(),
        "",
        hour,
        0,
        rated,
        basis);
  }

  private Line line(
      String id,
      Line.Kind kind,
      String channelId,
      String meter,
      Instant hour,
      long usedBefore,
      Rating.Rated rated,
      Basis basis) {
    boolean cost = kind == Line.Kind.COST;
    long amount = cost ? 0 : rated.amountMicros();
    ChannelTerms channel = basis.terms();
    List<Long> parts =
        Shares.split(amount, List.of(channel.feeBasisPoints(), channel.shareBasisPoints()));
    Agreement agreement = basis.agreement();
    return new Line(
        id,
        kind,
        agreement.id(),
        channelId,
        agreement.billedThrough(),
        agreement.acquiredBy().or(channel::partner),
        meter,
        hour,
        rated.included() + rated.billed(),
        usedBefore,
        cost ? 0 : rated.included(),
        cost ? 0 : rated.billed(),
        amount,
        parts.get(0),
        parts.get(1),
        cost ? rated.amountMicros() : 0,
        agreement.currency(),
        agreement.planId(),
        agreement.priceVersion(),
        clock.instant(),
        List.of(),
        List.of());
  }

  private static ProblemException missing(String what) {
    return new ProblemException(Problem.notFound("no " + what));
  }
}
