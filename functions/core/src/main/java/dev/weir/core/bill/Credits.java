package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Term;
import dev.weir.core.catalog.Charge;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.port.Ids;
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

/** Credit that agreements buy and are given. Stateless and thread-safe. */
public final class Credits {

  private static final int ATTEMPTS_MAX = 16;

  private final Table table;
  private final InstantSource clock;
  private final Accounts accounts;
  private final RateLine rateLine;
  private final Ledger ledger;
  private final Ids ids;

  public Credits(Ports ports, Terms terms) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.accounts = new Accounts(ports);
    this.rateLine = new RateLine(ports, terms);
    this.ledger = new Ledger(ports);
    this.ids = new Ids(ports.clock());
  }

  /** An agreement's credit, by the order in which it is used; what expired is not among it. */
  public List<CreditPack> packs(String agreementId) {
    require(agreementId);
    Instant now = clock.instant();
    return Wallet.read(table, agreementId).packs().stream()
        .filter(pack -> pack.expires().isAfter(now))
        .sorted(CreditPack.ORDER)
        .toList();
  }

  /**
   * Buys a credit pack that the agreement's plan offers: its price is charged now.
   *
   * @throws ProblemException 404 for an unknown agreement or pack; 409 where it has ended, a market
   *     bills it, or it has too many packs
   */
  public CreditPack buy(String agreementId, String offer) {
    Agreement agreement = open(agreementId);
    Term term = agreement.termAt(clock.instant());
    Charge.CreditPack pack =
        rateLine
            .pinned()
            .price(term.planId(), term.priceVersion())
            .of(Charge.CreditPack.class)
            .stream()
            .filter(p -> p.id().equals(offer))
            .findFirst()
            .orElseThrow(() ->
                new ProblemException(
                    Problem.notFound(
                        "no credit pack %s in plan %s version %d"
                            .formatted(offer, term.planId(), term.priceVersion()))));
    String id = ids.next();
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Wallet wallet = Wallet.read(table, agreementId);
      CreditPack bought =
          granted(id, offer, pack.creditMicros(), Duration.ofDays(pack.validDays()));
      if (Tables.commit(table, writes(agreement, wallet, bought, pack.priceMicros())).applied()) {
        return bought;
      }
      if (Wallet.read(table, agreementId).packs().stream().anyMatch(p -> p.id().equals(id))) {
        return bought;
      }
    }
    throw new PortException("credit pack " + id + " cannot be stored");
  }

  /** A pack that begins now. */
  CreditPack granted(String id, String offer, long creditMicros, Duration valid) {
    Instant now = clock.instant();
    return new CreditPack(id, offer, creditMicros, creditMicros, Hours.of(now), now.plus(valid));
  }

  /**
   * The writes that give an agreement a pack for a price, which may be 0. Refused where the hour of
   * the clock was sealed meanwhile: ask again.
   */
  List<Write> writes(Agreement agreement, Wallet wallet, CreditPack pack, long priceMicros) {
    Instant now = clock.instant();
    Instant hour = Hours.of(now);
    List<CreditPack> kept = new ArrayList<>(wallet.packs());
    kept.removeIf(p -> p.leftMicros() == 0 && !p.expires().isAfter(hour));
    if (kept.size() >= Wallet.PACKS_MAX) {
      throw conflict("credit packs of agreement " + agreement.id() + " > " + Wallet.PACKS_MAX);
    }
    kept.add(pack);
    Term term = agreement.termAt(now);
    Pinned.Basis basis = rateLine.pinned().basis(agreement, term.planId(), term.priceVersion());
    EntryId id = EntryId.other(agreement.id(), Line.month(hour), "pack-" + pack.id());
    List<Part> parts =
        List.of(
            new Part.Fixed(pack.offer(), priceMicros),
            new Part.Granted(pack.id(), pack.offer(), pack.creditMicros(), pack.expires()));
    Line line = rateLine.other(Line.Kind.CREDIT_PACK, id, hour, parts, priceMicros, basis);
    List<Write> writes = new ArrayList<>(ledger.entries(List.of(Entry.of(id, List.of(line)))));
    writes.add(wallet.with(kept).write());
    writes.add(SealedHours.open(hour));
    return writes;
  }

  private Agreement require(String agreementId) {
    return accounts
        .agreement(agreementId)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no agreement " + agreementId)));
  }

  /** An agreement that can be given something, or a problem. */
  Agreement open(String agreementId) {
    Agreement agreement = require(agreementId);
    if (agreement.ended()) {
      throw conflict(agreement.refusal().orElseThrow().detail());
    }
    Term term = agreement.termAt(clock.instant());
    Pinned.Basis basis = rateLine.pinned().basis(agreement, term.planId(), term.priceVersion());
    if (Adjustments.marketBills(basis)) {
      throw conflict(
          "agreement %s is billed by the market (channel %s): no credit, no codes"
              .formatted(agreementId, agreement.billedThrough()));
    }
    return agreement;
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
