package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.account.Term;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Charges what agreements owe by time and not by use: subscriptions in advance, with refunds where
 * a period ends early, one-time charges, what is missing to commitments, and credit that expired.
 * Each charge is one commit with what it leaves: what is covered, the month's running sums, the
 * credit. Not thread-safe.
 */
final class Subscriptions {

  private static final int ATTEMPTS_MAX = 32;

  private final Table table;
  private final Accounts accounts;
  private final RateLine rateLine;
  private final Lines lines;
  private final Ledger ledger;
  private final Incidents incidents;

  Subscriptions(Ports ports, RateLine rateLine) {
    this.table = ports.table();
    this.accounts = new Accounts(ports);
    this.rateLine = rateLine;
    this.lines = new Lines(ports);
    this.ledger = new Ledger(ports);
    this.incidents = new Incidents(ports);
  }

  /**
   * What of an agreement is charged.
   *
   * @param once {@code plan/name} of the one-time charges
   */
  record Covered(List<Coverage> subscriptions, List<String> once) {

    Covered {
      subscriptions = List.copyOf(subscriptions);
      once = List.copyOf(once);
    }

    static Covered of(Optional<Item> item) {
      return item.map(i -> Json.read(i.body(), Covered.class))
          .orElseGet(() -> new Covered(List.of(), List.of()));
    }

    private Covered with(Coverage coverage, Instant from) {
      List<Coverage> all = new ArrayList<>(subscriptions);
      all.removeIf(c ->
          (c.of().equals(coverage.of()) && c.period().equals(coverage.period())) || c.tooOld(from));
      all.add(coverage);
      return new Covered(all, once);
    }

    private Covered with(String name) {
      List<String> more = new ArrayList<>(once);
      more.add(name);
      return new Covered(subscriptions, more);
    }
  }

  /**
   * One charge to be made: its line, without what adjustments add, and what it leaves.
   *
   * @param hour that the line counts for
   * @param asOf the hour whose codes, running sums and shares it has
   */
  private record Due(
      Line.Kind kind,
      EntryId id,
      Instant hour,
      Instant asOf,
      Pinned.Basis basis,
      Part part,
      Optional<Covered> after,
      Optional<Wallet> wallet) {}

  /** Charges the hours from {@code from} to before {@code until}; answers how many lines. */
  int run(Instant from, Instant until) {
    int made = 0;
    Optional<String> token = Optional.empty();
    do {
      Page<Agreement> page = accounts.allAgreements(new Page.Request(Page.LIMIT_MAX, token));
      for (Agreement agreement : page.items()) {
        made += chargeOrReport(agreement, from, until);
      }
      token = page.next();
    } while (token.isPresent());
    return made;
  }

  private int chargeOrReport(Agreement agreement, Instant from, Instant until) {
    try {
      return charge(agreement, from, until);
    } catch (ProblemException | ArithmeticException e) {
      String subject = "subscription " + agreement.id() + " " + Line.month(from);
      Outcome _ =
          Tables.commit(
              table,
              List.of(
                  incidents.write(
                      Incident.Kind.UNRATED_HOUR, subject, subject + ": " + e.getMessage())));
      return 0;
    }
  }

  private int charge(Agreement agreement, Instant from, Instant until) {
    int made = 0;
    for (int failed = 0; failed < ATTEMPTS_MAX; ) {
      Optional<Item> item = table.get(Keys.subscription(agreement.id()));
      Optional<Due> due = next(agreement, Covered.of(item), from, until);
      if (due.isEmpty()) {
        return made;
      }
      if (Tables.commit(table, writes(due.get(), item)).applied()) {
        made++;
      } else {
        failed++; // somebody moved the sums or the credit, or nobody knows: read again
      }
    }
    throw new PortException("charges of agreement " + agreement.id() + " cannot be stored");
  }

  /** The next charge that is not made yet. */
  private Optional<Due> next(Agreement agreement, Covered covered, Instant from, Instant until) {
    Instant began =
        rateLine.pinned().trialUntil(agreement).orElseGet(() -> Coverage.began(agreement));
    return subscription(agreement, covered, began, from, until)
        .or(() -> once(agreement, covered, began, from, until))
        .or(() -> lapsed(agreement, from, until))
        .or(() -> trueUp(agreement, began, from, until));
  }

  private Optional<Due> subscription(
      Agreement agreement, Covered covered, Instant began, Instant from, Instant until) {
    List<Coverage.Force> forces = Coverage.forces(agreement, began, rateLine.pinned()::price);
    return Coverage.due(forces, covered.subscriptions(), from, until).stream()
        .findFirst()
        .map(due -> {
          Instant hour = notBefore(from, due.span().from());
          Coverage.Of of = due.of();
          String name =
              StableId.of(
                  of.planId(),
                  Integer.toString(of.version()),
                  Integer.toString(of.index()),
                  due.after().period().from().toString(),
                  Integer.toString(due.number()));
          return new Due(
              Line.Kind.FLAT,
              EntryId.other(agreement.id(), Line.month(hour), "flat-" + name),
              hour,
              due.after().charged(),
              rateLine.pinned().basis(agreement, of.planId(), of.version()),
              due.span(),
              Optional.of(covered.with(due.after(), from)),
              Optional.empty());
        });
  }

  private Optional<Due> once(
      Agreement agreement, Covered covered, Instant began, Instant from, Instant until) {
    for (Term term : agreement.terms()) {
      Instant at = term.from().isBefore(began) ? began : term.from();
      if (term.kind() != Term.Kind.ACTIVE
          || !at.isBefore(until)
          || !agreement.termAt(at).equals(term)) {
        continue;
      }
      PriceVersion price = rateLine.pinned().price(term.planId(), term.priceVersion());
      for (Charge.OneTime one : price.of(Charge.OneTime.class)) {
        String name = term.planId() + "/" + one.name();
        if (!covered.once().contains(name)) {
          Instant hour = notBefore(from, at);
          return Optional.of(
              new Due(
                  Line.Kind.ONE_TIME,
                  EntryId.other(agreement.id(), Line.month(hour), "once-" + StableId.of(name)),
                  hour,
                  hour,
                  rateLine.pinned().basis(agreement, term.planId(), term.priceVersion()),
                  new Part.Fixed(one.name(), one.amountMicros()),
                  Optional.of(covered.with(name)),
                  Optional.empty()));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Due> lapsed(Agreement agreement, Instant from, Instant until) {
    Wallet wallet = Wallet.read(table, agreement.id());
    for (CreditPack pack : wallet.packs()) {
      if (!pack.expires().isAfter(until) && pack.leftMicros() > 0) {
        List<CreditPack> kept = new ArrayList<>(wallet.packs());
        kept.remove(pack);
        Instant hour = notBefore(from, pack.expires().minusSeconds(1));
        Term term = agreement.termAt(hour);
        return Optional.of(
            new Due(
                Line.Kind.CREDIT_LAPSED,
                EntryId.other(agreement.id(), Line.month(hour), "lapse-" + pack.id()),
                hour,
                hour,
                rateLine.pinned().basis(agreement, term.planId(), term.priceVersion()),
                new Part.Lapsed(pack.id(), pack.leftMicros()),
                Optional.empty(),
                Optional.of(wallet.with(kept))));
      }
    }
    return Optional.empty();
  }

  /** Of each month that ended since the last run, and of the one before: it may have waited. */
  private Optional<Due> trueUp(Agreement agreement, Instant began, Instant from, Instant until) {
    YearMonth last = Line.month(until).minusMonths(1);
    YearMonth first = Line.month(from).isAfter(last) ? last : Line.month(from);
    for (YearMonth month = first; !month.isAfter(last); month = month.plusMonths(1)) {
      Optional<Due> due = trueUp(agreement, began, month);
      if (due.isPresent()) {
        return due;
      }
    }
    return Optional.empty();
  }

  private Optional<Due> trueUp(Agreement agreement, Instant began, YearMonth month) {
    for (Commitment owed : Commitment.of(agreement, began, month, rateLine.pinned()::price)) {
      EntryId id = EntryId.other(agreement.id(), month, "true-up-" + owed.name());
      if (lines.has(id) || unrated(agreement, month)) {
        continue;
      }
      Instant hour = Hours.of(Proration.of(month).to().minusSeconds(1));
      return Optional.of(
          new Due(
              Line.Kind.TRUE_UP,
              id,
              hour,
              hour,
              rateLine.pinned().basis(agreement, owed.planId(), owed.version()),
              owed.missing(lines.list(agreement.id(), month)),
              Optional.empty(),
              Optional.empty()));
    }
    return Optional.empty();
  }

  private boolean unrated(Agreement agreement, YearMonth month) {
    return Tables.list(table, Table.Query.all(Keys.UNRATED)).stream()
        .flatMap(item -> EntryId.parse(item.key().sort()).stream())
        .anyMatch(id -> id.agreementId().equals(agreement.id()) && id.month().equals(month));
  }

  /** Charges count for hours that were not rated before, so that no issued invoice misses them. */
  private static Instant notBefore(Instant from, Instant at) {
    Instant hour = Hours.of(at);
    return hour.isBefore(from) ? from : hour;
  }

  private List<Write> writes(Due due, Optional<Item> item) {
    String agreementId = due.basis().agreement().id();
    boolean adjusted = due.kind() != Line.Kind.CREDIT_LAPSED;
    Wallet wallet = due.wallet().orElseGet(() -> Wallet.read(table, agreementId));
    Used sums = Used.read(table, agreementId, Line.month(due.asOf()));
    Charged charged = Charged.none(wallet);
    if (adjusted && !Adjustments.marketBills(due.basis())) {
      List<Adjustment> adjustments =
          rateLine.adjustments().ofCodes(due.basis(), due.asOf(), wallet);
      charged = Charged.of(due.part().micros(), adjustments, sums.sums(), wallet, due.hour());
    } else if (adjusted) {
      charged = Charged.plain(due.part().micros(), wallet);
    }
    List<Part> parts = new ArrayList<>(List.of(due.part()));
    parts.addAll(charged.parts());
    Line line =
        rateLine.other(
            due.kind(), due.id(), due.hour(), due.asOf(), parts, charged.micros(), due.basis());
    List<Write> writes =
        new ArrayList<>(ledger.entries(List.of(Entry.of(due.id(), List.of(line)))));
    if (due.after().isPresent()) {
      writes.add(
          Write.put(
              Keys.subscription(agreementId),
              Json.write(due.after().get()),
              item.map(i -> Condition.atVersion(i.version())).orElse(Condition.ABSENT)));
    }
    if (!charged.sums().isEmpty()) {
      writes.add(sums.with(charged.sums()).write());
    }
    if (due.wallet().isPresent() || !charged.wallet().packs().equals(wallet.packs())) {
      writes.add(charged.wallet().write());
    }
    return writes;
  }
}
