package dev.weir.local.simulate;

import dev.weir.core.bill.ChannelTerms;
import dev.weir.core.bill.ReportLine;
import dev.weir.core.bill.Reports;
import dev.weir.core.meter.SealedHour;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What markets have is what was sealed, unless an incident says why, and that for a reason. */
final class MarketChecks {

  private final World world;
  private final Shop shop;
  private final Map<String, SealedHour> sealed;
  private final Set<String> incidents;

  MarketChecks(World world, Shop shop, Map<String, SealedHour> sealed, Set<String> incidents) {
    this.world = world;
    this.shop = shop;
    this.sealed = sealed;
    this.incidents = incidents;
  }

  void run(ChannelSide channel) {
    Reports reports = new Reports(world.base(), shop);
    List<ReportLine> due = reports.due(channel.channelId());
    Violation.unless(
        due.isEmpty(), "%d lines of channel %s have no end", due.size(), channel.channelId());
    Map<String, Long> accepted = new HashMap<>();
    Map<String, Long> refused = new HashMap<>();
    for (ReportLine line : reports.done(channel.channelId())) {
      String of = line.agreementId() + "/" + line.meter();
      if (line.state().accepted()) {
        accepted.merge(of, line.quantity(), Math::addExact);
        foreignHourRaisesAnAlarm(channel, line);
      } else {
        refused.merge(of, line.quantity(), Math::addExact);
        Violation.unless(incidents.contains(line.id()), "line %s ended without an incident", line);
        Violation.unless(hasACause(channel.market(), line), "nothing explains the end of %s", line);
      }
    }
    Map<String, Long> sums = new HashMap<>();
    for (SealedHour sum : sealed.values()) {
      boolean reported =
          shop.find(sum.agreementId())
              .filter(s -> s.agreement().billedThrough().equals(channel.channelId()))
              .flatMap(_ -> shop.of(channel.channelId()))
              .flatMap(ChannelTerms::reporting)
              .filter(limits -> limits.meters().containsKey(sum.meter()))
              .isPresent();
      if (reported) {
        sums.merge(sum.agreementId() + "/" + sum.meter(), sum.quantity(), Math::addExact);
      }
    }
    sums.forEach((of, quantity) -> compare(channel, of, quantity, accepted, refused));
    Violation.unless(
        sums.keySet().containsAll(positive(accepted)), "accepted %s, sealed %s", accepted, sums);
  }

  /** What the market really did explains how a line ended. */
  private boolean hasACause(Market market, ReportLine line) {
    return switch (line.state()) {
      case NOT_SUBSCRIBED ->
          market.isUnsubscribed(line.bindingId()) || market.hasLeft(line.bindingId());
      case REJECTED ->
          market.isBroken(line.bindingId())
              || (world.plays(Scene.NARROW) && line.bindingId().equals(Shop.TOO_LONG));
      case EXPIRED ->
          !world.now().isBefore(market.window().closes(line.hour()))
              || market.hasLeft(line.bindingId());
      case DUPLICATE_DIFFERENT -> foreign(market, line);
      case SEALED, SENT, ACCEPTED, DUPLICATE_SAME -> false;
    };
  }

  private static boolean foreign(Market market, ReportLine line) {
    for (Market.Taken taken : market.all()) {
      if (taken.foreign()
          && taken.binding().equals(line.bindingId())
          && taken.meter().equals(line.meter())
          && taken.at().equals(line.hour())) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> positive(Map<String, Long> sums) {
    Set<String> keys = new HashSet<>();
    sums.forEach((of, sum) -> {
      if (sum > 0) {
        keys.add(of);
      }
    });
    return keys;
  }

  private void compare(
      ChannelSide channel,
      String of,
      long quantity,
      Map<String, Long> accepted,
      Map<String, Long> refused) {
    long taken = accepted.getOrDefault(of, 0L);
    long open = refused.getOrDefault(of, 0L);
    Violation.unless(
        taken + open == quantity,
        "channel %s, %s: sealed %d, accepted %d, refused %d",
        channel.channelId(),
        of,
        quantity,
        taken,
        open);
    String[] parts = of.split("/", -1);
    long there = channel.market().ours(parts[0], parts[1]);
    // A line that expired unanswered may have been taken; its incident says that nobody knows.
    boolean known = open == 0 && !world.has(Trouble.FOREIGN);
    Violation.unless(
        known ? there == taken : there <= quantity,
        "channel %s, %s: the market has %d, we say %d accepted and %d refused",
        channel.channelId(),
        of,
        there,
        taken,
        open);
  }

  /** Handed over once and answered "duplicate": somebody else reported that hour. */
  private void foreignHourRaisesAnAlarm(ChannelSide channel, ReportLine line) {
    Violation.unless(
        !foreign(channel.market(), line) || line.attempt() > 1 || channel.handed(line.id()) > 1,
        "somebody else reported the hour of line %s, which is accepted at its first attempt",
        line);
  }
}
