package dev.weir.local.simulate;

import dev.weir.core.bill.Clawback;
import dev.weir.core.bill.CreditNotes;
import dev.weir.core.bill.Dunning;
import dev.weir.core.bill.Invoice;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.MarketPayout;
import dev.weir.core.bill.MarketPayouts;
import dev.weir.core.bill.Payouts;
import dev.weir.core.bill.Periods;
import dev.weir.core.bill.RateHours;
import dev.weir.core.bill.Settlements;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Invoices, credit notes, claw-backs and payouts, by people who try again what broke off. */
final class Bookkeeping {

  static final String ISSUER = "weir";

  /** How much more often than elsewhere there is trouble: books are seldom written. */
  static final int TROUBLE_TIMES = 5;

  private final World world;
  private final Shop shop;
  private final Random random;
  private final Paper paper;
  private final Earned earned;

  Bookkeeping(World world, Shop shop, Paper paper) {
    this.world = world;
    this.shop = shop;
    this.random = world.random();
    this.paper = paper;
    this.earned = new Earned(world.base(), shop, paper);
    new Payouts(world.base(), shop, settlements(world.base()), ISSUER)
        .minimum(Shop.PARTNER, new Payouts.Minimum(Map.of(Shop.CURRENCY, Shop.PAYOUT_MIN_MICROS)));
  }

  void addTo(Stage stage) {
    stage.choose(5, "issue", () -> stage.begin("issue-" + lane(stage), this::issue));
    stage.choose(4, "bill", () -> stage.begin("bill", this::bill));
    stage.choose(5, "credit", () -> stage.begin("credit-" + lane(stage), this::credit));
    stage.choose(2, "claw back", () -> stage.begin("claw back", this::clawBack));
    stage.choose(5, "pay out", () -> stage.begin("pay-out-" + lane(stage), this::payOut));
    stage.choose(4, "market pays", () -> stage.begin("market pays", this::marketPays));
    stage.choose(1, "close", () -> stage.begin("close", this::close));
  }

  private static int lane(Stage stage) {
    return stage.random().nextInt(2);
  }

  private Settlements settlements(Ports ports) {
    return new Settlements(ports, shop);
  }

  private Invoices invoices(Ports ports) {
    return new Invoices(ports, shop, ISSUER);
  }

  /** Work that may be refused, may break off, and is done again by somebody else then. */
  private void tried(String who, Consumer<Ports> work) {
    Machine machine = new Machine(world, who, Duration.ZERO, TROUBLE_TIMES);
    machine.mayCrash();
    try {
      work.accept(machine.ports());
    } catch (ProblemException e) {
      // it was said why
    } catch (PortException | Crash e) {
      // perhaps it was done
    }
  }

  /** A month between the first usage and now, or, rarely, the next one. */
  private YearMonth month() {
    YearMonth first = month(Play.start(world.scenario()));
    YearMonth now = month(world.now());
    long months = first.until(now, java.time.temporal.ChronoUnit.MONTHS);
    return first.plusMonths(random.nextInt((int) months + 1));
  }

  private static YearMonth month(Instant at) {
    return YearMonth.from(at.atOffset(ZoneOffset.UTC));
  }

  /** One invoice, perhaps too early. */
  private void issue() {
    List<Shop.Sold> ours = shop.sold().stream().filter(this::weBill).toList();
    Shop.Sold sold =
        random.nextInt(5) == 0 ? shop.pick(random) : ours.get(random.nextInt(ours.size()));
    YearMonth month = month();
    tried("accountant", ports -> issue(ports, sold, month));
  }

  private void issue(Ports ports, Shop.Sold sold, YearMonth month) {
    Invoices.Issued issued = invoices(ports).issue(sold.id(), month);
    Instant end = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    Violation.unless(
        !RateHours.ratedUntil(world.base()).isBefore(end), "%s is of an open month", issued);
    paper.issued(issued.number());
    Violation.unless(weBill(sold), "%s, though the market bills that customer", issued);
  }

  private boolean weBill(Shop.Sold sold) {
    return shop.kind(sold.agreement().billedThrough()) != ChannelKind.MARKETPLACE;
  }

  /** All invoices of a month. */
  private void bill() {
    YearMonth month = month();
    tried(
        "accountant",
        ports -> {
          for (Shop.Sold sold : shop.sold()) {
            if (weBill(sold)) {
              issue(ports, sold, month);
            }
          }
        });
  }

  private void credit() {
    CreditNotes.@Nullable Correction correction = correction();
    if (correction != null) {
      takingBack(() ->
          tried(
              "accountant",
              ports -> {
                CreditNotes.Issued issued =
                    new CreditNotes(ports, invoices(ports), ISSUER).issue(correction);
                Violation.unless(issued.id().equals(correction.id()), "asked %s", correction);
              }));
    }
  }

  private void takingBack(Runnable work) {
    paper.takesBack();
    try {
      work.run();
    } finally {
      paper.tookBack();
    }
  }

  /** A part of a row, a row or a whole invoice; or one that was asked for before. */
  private CreditNotes.@Nullable Correction correction() {
    List<CreditNotes.Correction> before = List.copyOf(paper.corrections().values());
    if (!before.isEmpty() && random.nextInt(4) == 0) {
      return before.get(random.nextInt(before.size()));
    }
    List<Invoices.Issued> all = invoices(world.base()).all();
    if (all.isEmpty()) {
      return null;
    }
    Invoices.Issued issued = all.get(random.nextInt(all.size()));
    Invoice invoice = invoices(world.base()).read(issued);
    if (invoice.rows().isEmpty()) {
      return null;
    }
    int row = 1 + random.nextInt(invoice.rows().size());
    long amount = invoice.rows().get(row - 1).amountMicros();
    boolean part = amount > 0 && random.nextInt(4) > 0;
    boolean one = part || random.nextBoolean();
    CreditNotes.Correction made =
        new CreditNotes.Correction(
            "credit-" + before.size(),
            issued.number(),
            one ? Optional.of(row) : Optional.empty(),
            part ? Optional.of(1 + random.nextLong(amount)) : Optional.empty(),
            "complaint");
    paper.corrections().put(made.id(), made);
    return made;
  }

  private void clawBack() {
    List<Clawback> before = List.copyOf(paper.clawbacks().values());
    Clawback clawback;
    if (!before.isEmpty() && random.nextInt(3) == 0) {
      clawback = before.get(random.nextInt(before.size()));
    } else {
      String channel = shop.partnerChannels().get(random.nextInt(shop.partnerChannels().size()));
      String partner = shop.of(channel).orElseThrow().partner().orElseThrow();
      clawback =
          new Clawback(
              "claw-" + before.size(),
              partner,
              channel,
              Optional.empty(),
              Shop.CURRENCY,
              1 + random.nextInt(2_000_000),
              "fraud",
              world.now());
      paper.clawbacks().put(clawback.id(), clawback);
    }
    takingBack(() ->
        tried(
            "accountant",
            ports -> {
              boolean _ = settlements(ports).clawback(clawback);
              paper.entered(clawback);
            }));
  }

  private void payOut() {
    String channel = shop.partnerChannels().get(random.nextInt(shop.partnerChannels().size()));
    String partner = shop.of(channel).orElseThrow().partner().orElseThrow();
    String id = "payout-" + random.nextInt(6);
    int takenBack = paper.takenBack();
    tried(
        "payer",
        ports -> {
          Payouts payouts = new Payouts(ports, shop, settlements(ports), ISSUER);
          boolean fresh = payouts.find(partner, id).isEmpty();
          Payouts.Paid paid = payouts.pay(id, partner, Shop.CURRENCY);
          paper.paidOut();
          if (fresh && takenBack >= 0 && takenBack == paper.takenBack()) {
            long most = earned.payable(partner, world.now());
            long all = earned.paid(partner);
            Violation.unless(
                all <= most, "partner %s has %d by %s, can have %d", partner, all, paid, most);
          }
        });
  }

  /** A market pays a part of what it accepted of a month, or all that is missing. */
  private void marketPays() {
    List<MarketPayout> before = List.copyOf(paper.marketPayouts().values());
    if (!before.isEmpty() && random.nextInt(4) == 0) {
      record(before.get(random.nextInt(before.size())));
      return;
    }
    List<String> markets = shop.channels(ChannelKind.MARKETPLACE);
    marketPays(markets.get(random.nextInt(markets.size())), month(), random.nextBoolean());
  }

  private void marketPays(String channel, YearMonth month, boolean all) {
    Earned.Due due = earned.due(channel, month);
    if (due.netMicros() <= 0) {
      return;
    }
    long net = all ? due.netMicros() : 1 + random.nextLong(due.netMicros());
    MarketPayout payout =
        new MarketPayout(
            "remittance-" + paper.marketPayouts().size(),
            channel,
            month,
            Shop.CURRENCY,
            net,
            all ? due.feeMicros() : 0,
            world.now());
    paper.marketPayouts().put(payout.id(), payout);
    record(payout);
  }

  private void record(MarketPayout payout) {
    tried(
        "accountant",
        ports -> {
          boolean _ = new MarketPayouts(ports, shop).record(payout);
        });
  }

  private void close() {
    YearMonth month = month();
    tried(
        "accountant",
        ports -> {
          Periods.Closed _ = new Periods(ports).close(month);
        });
  }

  /** Everything that was asked for is done; then all invoices, and what can be paid out. */
  void conclude() {
    paper.concludes();
    Ports ports = world.base();
    CreditNotes notes = new CreditNotes(ports, invoices(ports), ISSUER);
    for (CreditNotes.Correction correction : paper.corrections().values()) {
      try {
        CreditNotes.Issued _ = notes.issue(correction);
      } catch (ProblemException e) {
        // nothing, or not so much, is left
      }
    }
    for (Clawback clawback : paper.clawbacks().values()) {
      boolean _ = settlements(ports).clawback(clawback);
      paper.entered(clawback);
    }
    paper.marketPayouts().values().forEach(new MarketPayouts(ports, shop)::record);
    YearMonth first = month(Play.start(world.scenario()));
    for (String channel : shop.channels(ChannelKind.MARKETPLACE)) {
      if (random.nextBoolean()) {
        earned.months().forEach(month -> marketPays(channel, month, true));
      }
    }
    YearMonth open = month(RateHours.ratedUntil(world.base()));
    for (YearMonth m = first; m.isBefore(open); m = m.plusMonths(1)) {
      for (Shop.Sold sold : shop.sold()) {
        if (weBill(sold)) {
          issue(ports, sold, m);
        }
      }
    }
    int _ = new Dunning(ports, invoices(ports)).run();
  }
}
