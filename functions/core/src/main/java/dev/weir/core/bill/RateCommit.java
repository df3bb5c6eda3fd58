package dev.weir.core.bill;

import dev.weir.core.meter.AgreementHour;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.port.Key;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One commit that rates many agreements' hours: an entry for each, their months' use, and what they
 * share: the balances, the batches of report lines. Not thread-safe.
 */
final class RateCommit {

  /** The most agreements' hours of one commit. */
  static final int HOURS_MAX = 30;

  /** Room for what the caller adds. */
  private static final int WRITES_MAX = Table.WRITES_MAX - 2;

  private final Table table;
  private final RateLine rateLine;
  private final Ledger ledger;
  private final Incidents incidents;
  private final Map<String, Carry> carriesBefore;
  private final List<Result> results = new ArrayList<>();
  private final Map<Key, Used> used = new HashMap<>();
  private final Map<Key, Wallet> wallets = new HashMap<>();
  private final Map<String, Carry> carries;
  private List<Write> writes = List.of();

  /**
   * @param carries what agreements carry; who is missing carries nothing
   */
  RateCommit(Ports ports, RateLine rateLine, Map<String, Carry> carries) {
    this.table = ports.table();
    this.rateLine = rateLine;
    this.ledger = new Ledger(ports);
    this.incidents = new Incidents(ports);
    this.carriesBefore = carries;
    this.carries = new HashMap<>(carries);
  }

  /** What comes of one agreement's hour. */
  private record Result(
      Optional<Entry> entry,
      Optional<Used> used,
      Optional<Wallet> wallet,
      Map<Sponsorships.Budget, Long> budgets,
      Carry carry,
      List<ReportLine> lines,
      int batchMax,
      List<Write> others) {}

  /**
   * Adds a sealed hour. One that cannot be rated is kept as unrated, with an incident.
   *
   * @param now whether its report lines are made now; otherwise they wait for a later hour's
   * @return false where this commit cannot take it
   */
  boolean add(AgreementHour hour, boolean now) {
    return add(result(hour, now && hour.part() == 0));
  }

  /**
   * Adds the report of what an agreement carries into an hour in which nothing was used. Where its
   * channel does not report now, it waits.
   *
   * @return false where this commit cannot take it
   */
  boolean addQuiet(String agreementId, Instant hour) {
    Carry carry = carry(agreementId);
    try {
      Pinned.Basis basis = rateLine.pinned().basis(agreementId, "");
      Optional<ReportingLimits> limits = basis.terms().reporting();
      if (limits.isEmpty()) {
        return true;
      }
      ReportQueue.Drawn drawn =
          ReportQueue.draw(basis.agreement(), hour, limits.get(), List.of(), carry);
      return add(
          new Result(
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Map.of(),
              drawn.carry(),
              drawn.lines(),
              limits.get().batchMax(),
              List.of()));
    } catch (ProblemException | IllegalStateException e) {
      return true;
    }
  }

  private boolean add(Result result) {
    if (results.size() == HOURS_MAX) {
      return false;
    }
    results.add(result);
    List<Write> all = compose();
    if (all.size() > WRITES_MAX && results.size() > 1) {
      results.removeLast();
      return false;
    }
    writes = all;
    result.used().ifPresent(u -> used.put(u.key(), u));
    result.wallet().ifPresent(w -> wallets.put(w.key(), w));
    carries.put(result.carry().agreementId(), result.carry());
    return true;
  }

  /** The hour, if it can be rated. */
  Optional<Entry> rated(AgreementHour hour) {
    return results.stream()
        .flatMap(result -> result.entry().stream())
        .filter(entry -> entry.id().equals(id(hour)))
        .findFirst();
  }

  int lines() {
    return results.stream()
        .flatMap(result -> result.entry().stream())
        .mapToInt(entry -> entry.lines().size())
        .sum();
  }

  List<Write> writes() {
    return writes;
  }

  private List<Write> compose() {
    List<Write> all =
        new ArrayList<>(ledger.entries(results.stream().flatMap(r -> r.entry().stream()).toList()));
    Map<Key, Used> lastUsed = new LinkedHashMap<>();
    Map<Key, Wallet> lastWallet = new LinkedHashMap<>();
    Map<String, Carry> lastCarry = new LinkedHashMap<>();
    Map<String, List<ReportLine>> byChannel = new TreeMap<>();
    Map<String, Integer> batchMax = new HashMap<>();
    for (Result result : results) {
      result.used().ifPresent(u -> lastUsed.put(u.key(), u));
      result.wallet().ifPresent(w -> lastWallet.put(w.key(), w));
      lastCarry.put(result.carry().agreementId(), result.carry());
      for (ReportLine line : result.lines()) {
        byChannel.computeIfAbsent(line.channelId(), _ -> new ArrayList<>()).add(line);
        batchMax.put(line.channelId(), result.batchMax());
      }
      all.addAll(result.others());
    }
    lastUsed.values().forEach(u -> all.add(u.write()));
    lastWallet.values().forEach(w -> all.add(w.write()));
    spent().forEach((budget, micros) -> all.add(Sponsorships.spend(budget, micros)));
    lastCarry.forEach((agreement, c) -> c.write(before(agreement)).ifPresent(all::add));
    byChannel.forEach((channel, lines) ->
        ReportBatch.of(lines, batchMax.getOrDefault(channel, ReportBatch.LINES_MIN))
            .forEach(batch -> all.addAll(batch.create())));
    return all;
  }

  /** What the hours of this commit take from sponsors' budgets. */
  private Map<Sponsorships.Budget, Long> spent() {
    Map<Sponsorships.Budget, Long> spent = new HashMap<>();
    for (Result result : results) {
      result.budgets().forEach((budget, micros) -> spent.merge(budget, micros, Math::addExact));
    }
    spent.values().removeIf(micros -> micros == 0);
    return spent;
  }

  private Wallet wallet(String agreementId) {
    Wallet known = wallets.get(Keys.wallet(agreementId));
    return known == null ? Wallet.read(table, agreementId) : known;
  }

  private Carry before(String agreementId) {
    return carriesBefore.getOrDefault(agreementId, Carry.none(agreementId));
  }

  private Carry carry(String agreementId) {
    return carries.getOrDefault(agreementId, Carry.none(agreementId));
  }

  private static EntryId id(AgreementHour hour) {
    return EntryId.hour(hour.agreementId(), hour.hour(), hour.part());
  }

  private Result result(AgreementHour hour, boolean now) {
    try {
      return rate(hour, now);
    } catch (ProblemException | ArithmeticException | IllegalStateException e) {
      String id = id(hour).toString();
      String detail =
          "hour %s, agreement %s: %s".formatted(hour.hour(), hour.agreementId(), e.getMessage());
      return new Result(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          carry(hour.agreementId()),
          List.of(),
          ReportBatch.LINES_MIN,
          List.of(
              Write.put(Keys.unrated(id(hour)), "{}"),
              incidents.write(Incident.Kind.UNRATED_HOUR, id, detail)));
    }
  }

  private Result rate(AgreementHour hour, boolean now) {
    String agreementId = hour.agreementId();
    Key usedKey = Keys.used(agreementId, Line.month(hour.hour()));
    Used sums =
        used.containsKey(usedKey)
            ? used.get(usedKey)
            : Used.read(table, agreementId, Line.month(hour.hour()));
    List<Line> lines = new ArrayList<>();
    Optional<Pinned.Basis> any = Optional.empty();
    Wallet before = wallet(agreementId);
    Wallet wallet = before;
    Map<Sponsorships.Budget, Long> budgets = spent();
    Map<Sponsorships.Budget, Long> taken = new HashMap<>();
    for (SealedHour sum : hour.sums()) {
      Pinned.Basis basis = rateLine.pinned().basis(agreementId, sum.meter(), hour.hour());
      RateLine.Made made = rateLine.usage(sum, basis, sums, wallet, budgets);
      sums = made.sums();
      wallet = made.wallet();
      made.budgets()
          .forEach((budget, micros) -> {
            budgets.merge(budget, micros, Math::addExact);
            taken.merge(budget, micros, Math::addExact);
          });
      lines.add(made.line());
      any = Optional.of(basis);
    }
    Pinned.Basis basis = any.orElseThrow();
    Carry carry = carry(agreementId);
    List<ReportLine> reported = List.of();
    int batchMax = ReportBatch.LINES_MIN;
    if (basis.terms().reporting().isPresent()) {
      ReportingLimits limits = basis.terms().reporting().get();
      batchMax = limits.batchMax();
      if (now) {
        ReportQueue.Drawn drawn =
            ReportQueue.draw(basis.agreement(), hour.hour(), limits, lines, carry);
        reported = drawn.lines();
        carry = drawn.carry();
      } else {
        carry = ReportQueue.later(limits, lines, carry);
      }
    }
    return new Result(
        Optional.of(Entry.of(id(hour), lines)),
        Optional.of(sums),
        wallet.packs().equals(before.packs()) ? Optional.empty() : Optional.of(wallet),
        taken,
        carry,
        reported,
        batchMax,
        List.of());
  }
}
