package dev.weir.local.simulate;

import dev.weir.core.bill.ChannelTerms;
import dev.weir.core.bill.Collections;
import dev.weir.core.bill.CreditNote;
import dev.weir.core.bill.CreditNotes;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.Line;
import dev.weir.core.bill.Lines;
import dev.weir.core.bill.MarketPayout;
import dev.weir.core.bill.Payout;
import dev.weir.core.bill.Payouts;
import dev.weir.core.bill.ReportLine;
import dev.weir.core.bill.Reports;
import dev.weir.core.bill.Settlements;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.port.Ports;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What markets owe and partners earn, counted line by line. */
final class Earned {

  private static final Duration HOLDING = Duration.ofDays(30);

  /** What a market still owes of a month, and what it keeps of it. */
  record Due(long netMicros, long feeMicros) {}

  private final Ports ports;
  private final Shop shop;
  private final Paper paper;

  Earned(Ports ports, Shop shop, Paper paper) {
    this.ports = ports;
    this.shop = shop;
    this.paper = paper;
  }

  List<YearMonth> months() {
    List<YearMonth> months = new ArrayList<>();
    YearMonth last = month(ports.clock().instant());
    YearMonth first = month(new SealedHours(ports).first());
    for (YearMonth m = first; !m.isAfter(last); m = m.plusMonths(1)) {
      months.add(m);
    }
    return months;
  }

  static YearMonth month(Instant at) {
    return YearMonth.from(at.atOffset(ZoneOffset.UTC));
  }

  List<Line> lines(Shop.Sold sold, YearMonth month) {
    return new Lines(ports).list(sold.id(), month);
  }

  /** What the other side has of rated lines, by line; what it refused for ever counts as lost. */
  Map<String, Long> accepted(String channel) {
    Map<String, Long> accepted = new HashMap<>();
    for (ReportLine report : new Reports(ports, shop).all(channel)) {
      for (ReportLine.Part part : report.parts()) {
        long quantity = report.state().accepted() ? part.quantity() : 0;
        accepted.merge(part.lineId(), quantity, Math::addExact);
      }
    }
    return accepted;
  }

  private boolean reported(Line line) {
    return shop.of(line.billedThrough())
        .flatMap(ChannelTerms::reporting)
        .filter(limits -> limits.meters().containsKey(line.meter()) && line.quantity() > 0)
        .isPresent();
  }

  private static boolean taken(Line line, Map<String, Long> accepted) {
    return accepted.getOrDefault(line.id(), 0L) == line.quantity();
  }

  /** What a market owes of what it accepted of a month. */
  Due due(String channel, YearMonth month) {
    Map<String, Long> accepted = accepted(channel);
    long net = 0;
    long fee = 0;
    for (Shop.Sold sold : shop.sold()) {
      for (Line line : lines(sold, month)) {
        if (line.billedThrough().equals(channel) && reported(line) && taken(line, accepted)) {
          net = Math.addExact(net, line.amountMicros() - line.feeMicros());
          fee = Math.addExact(fee, line.feeMicros());
        }
      }
    }
    for (MarketPayout payout : paper.marketPayouts().values()) {
      if (payout.channelId().equals(channel) && payout.month().equals(month)) {
        net -= payout.netMicros();
        fee -= payout.feeMicros();
      }
    }
    return new Due(net, Math.max(0, fee));
  }

  /** When a month's money was all there; empty while it is not. */
  private Optional<Instant> collected(Shop.Sold sold, YearMonth month) {
    String channel = sold.agreement().billedThrough();
    boolean there;
    if (shop.kind(channel) == ChannelKind.MARKETPLACE) {
      boolean any =
          paper.marketPayouts().values().stream()
              .anyMatch(p -> p.channelId().equals(channel) && p.month().equals(month));
      there = any && due(channel, month).netMicros() <= 0;
    } else {
      Invoices invoices = new Invoices(ports, shop, Bookkeeping.ISSUER);
      there =
          invoices
              .find(sold.id(), month)
              .filter(issued -> invoices.openMicros(issued) == 0)
              .isPresent();
    }
    return there ? new Collections(ports).collectedAt(sold.id(), month) : Optional.<Instant>empty();
  }

  /** One partner's month. */
  record Share(long accrued, long accepted, long collected, long released) {
    private Share plus(long share, boolean taken, Optional<Instant> in, Instant now) {
      boolean over = in.map(at -> !now.isBefore(at.plus(HOLDING))).orElse(false);
      return new Share(
          Math.addExact(accrued, share),
          Math.addExact(accepted, taken ? share : 0),
          Math.addExact(collected, taken && in.isPresent() ? share : 0),
          Math.addExact(released, taken && over ? share : 0));
    }
  }

  private boolean earns(Shop.Sold sold, String partner) {
    return sold.agreement()
        .acquiredBy()
        .or(() -> shop.of(sold.agreement().billedThrough()).flatMap(ChannelTerms::partner))
        .equals(Optional.of(partner));
  }

  Share share(String partner, YearMonth month, Instant now) {
    Share sum = new Share(0, 0, 0, 0);
    for (Shop.Sold sold : shop.sold()) {
      if (earns(sold, partner)) {
        Map<String, Long> accepted = accepted(sold.agreement().billedThrough());
        Optional<Instant> in = collected(sold, month);
        boolean market = shop.kind(sold.agreement().billedThrough()) == ChannelKind.MARKETPLACE;
        for (Line line : lines(sold, month)) {
          boolean taken = reported(line) ? taken(line, accepted) : !market && in.isPresent();
          sum = sum.plus(line.shareMicros(), taken, in, now);
        }
      }
    }
    return sum;
  }

  /** What a partner may have by now: held long enough, less what was taken back. */
  long payable(String partner, Instant now) {
    long sum = 0;
    for (YearMonth month : months()) {
      sum = Math.addExact(sum, share(partner, month, now).released());
    }
    return sum - paper.clawedBack(partner) - credited(partner);
  }

  /** What credit notes took back of a partner's shares. */
  long credited(String partner) {
    long sum = 0;
    Invoices invoices = new Invoices(ports, shop, Bookkeeping.ISSUER);
    CreditNotes notes = new CreditNotes(ports, invoices, Bookkeeping.ISSUER);
    for (CreditNotes.Issued issued : notes.list()) {
      CreditNote note = notes.read(issued);
      Shop.Sold sold = shop.find(note.agreementId()).orElseThrow();
      if (earns(sold, partner)) {
        sum += note.rows().stream().mapToLong(CreditNote.Row::shareMicros).sum();
      }
    }
    return sum;
  }

  /** What a partner got by now. */
  long paid(String partner) {
    Payouts payouts = payouts(ports);
    return payouts.list(partner).stream()
        .map(payouts::read)
        .mapToLong(Payout::paidMicros)
        .reduce(0, Math::addExact);
  }

  Payouts payouts(Ports through) {
    return new Payouts(through, shop, new Settlements(through, shop), Bookkeeping.ISSUER);
  }
}
