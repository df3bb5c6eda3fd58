package dev.weir.core.bill;

import dev.weir.core.account.Agreement;
import dev.weir.core.json.Json;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Discount and gift codes, and who redeemed them. Stateless and thread-safe. */
public final class Codes {

  private static final int ATTEMPTS_MAX = 16;

  private final Table table;
  private final InstantSource clock;
  private final Credits credits;

  public Codes(Ports ports, Terms terms) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.credits = new Credits(ports, terms);
  }

  /** A code and how often it was redeemed. */
  public record Counted(Code code, long redeemed) {}

  /** Stores a code; the same again is fine, another of that name a 409 problem. */
  public void put(Code code) {
    Optional<Code> before = find(code.code()).map(Counted::code);
    if (before.isPresent() && before.get().equals(code)) {
      return;
    }
    Write write = Write.put(Keys.code(code.code()), Json.write(code), Condition.ABSENT);
    switch (Tables.commit(table, List.of(write))) {
      case Outcome.Applied _ -> {}
      case Outcome.Refused _ ->
          throw conflict("code " + code.code() + " is there and cannot change");
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("code " + code.code() + " may not be stored");
    }
  }

  public Optional<Counted> find(String code) {
    return table.get(Keys.code(code.toUpperCase(Locale.ROOT))).map(Codes::counted);
  }

  public List<Counted> list() {
    return Tables.list(table, Table.Query.all(Keys.CODES)).stream().map(Codes::counted).toList();
  }

  private static Counted counted(Item item) {
    return new Counted(Json.read(item.body(), Code.class), item.counter("redeemed"));
  }

  /** The codes that an agreement redeemed. */
  public List<String> redeemed(String agreementId) {
    return Wallet.read(table, agreementId).redemptions().stream()
        .map(Wallet.Redemption::code)
        .toList();
  }

  /**
   * Redeems a code: a discount holds from this hour on, a gift is credit at once.
   *
   * @throws ProblemException 404 for an unknown agreement or code; 409 where the code is not valid
   *     now, used up, redeemed by the agreement before, for other plans or another currency, or a
   *     market bills the agreement
   */
  public Code redeem(String agreementId, String word) {
    Agreement agreement = credits.open(agreementId);
    Code code =
        find(word)
            .orElseThrow(() -> new ProblemException(Problem.notFound("no code " + word)))
            .code();
    check(code, agreement);
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Wallet wallet = Wallet.read(table, agreementId);
      if (wallet.has(code.code())) {
        throw conflict("agreement " + agreementId + " redeemed code " + code.code() + " before");
      }
      if (wallet.redemptions().size() >= Wallet.REDEMPTIONS_MAX) {
        throw conflict("codes of agreement " + agreementId + " > " + Wallet.REDEMPTIONS_MAX);
      }
      Outcome outcome = Tables.commit(table, writes(agreement, wallet, code));
      if (outcome.applied() || Wallet.read(table, agreementId).has(code.code())) {
        return code;
      }
      if (outcome instanceof Outcome.Refused refused && refused.index() == 0) {
        throw conflict("code " + code.code() + " was redeemed " + code.redemptionsMax() + " times");
      }
    }
    throw new PortException("code " + code.code() + " cannot be redeemed");
  }

  private void check(Code code, Agreement agreement) {
    Instant now = clock.instant();
    if (now.isBefore(code.from()) || code.until().map(end -> !now.isBefore(end)).orElse(false)) {
      throw conflict(
          "code %s is valid from %s to %s"
              .formatted(
                  code.code(), code.from(), code.until().map(Instant::toString).orElse("ever")));
    }
    if (!code.plans().isEmpty() && !code.plans().contains(agreement.planId())) {
      throw conflict(
          "code %s is for plans %s, not %s"
              .formatted(code.code(), code.plans(), agreement.planId()));
    }
    Optional<String> currency = code.benefit().onlyIn();
    if (currency.isPresent() && !currency.get().equals(agreement.currency())) {
      throw conflict(
          "code %s is in %s, agreement %s in %s"
              .formatted(code.code(), currency.get(), agreement.id(), agreement.currency()));
    }
  }

  private List<Write> writes(Agreement agreement, Wallet wallet, Code code) {
    Instant now = clock.instant();
    Optional<Instant> until =
        code.months().map(m -> Proration.of(Line.month(now).plusMonths(m - 1L)).to());
    Wallet with =
        wallet.plus(new Wallet.Redemption(code.code(), code.benefit(), now, until, code.plans()));
    List<Write> writes = new ArrayList<>();
    writes.add(
        Write.add(
            Keys.code(code.code()),
            Map.of("redeemed", 1L),
            Condition.atMost("redeemed", code.redemptionsMax() - 1)));
    switch (code.benefit()) {
      case Code.Percent _, Code.Amount _ -> writes.add(with.write());
      case Code.Credit gift -> {
        String id = StableId.of("gift", agreement.id(), code.code());
        CreditPack pack =
            credits.granted(id, code.code(), gift.micros(), Duration.ofDays(gift.validDays()));
        writes.addAll(credits.writes(agreement, with, pack, 0));
      }
    }
    return writes;
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
