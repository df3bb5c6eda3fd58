package dev.weir.core.bill;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.weir.core.channel.ChannelKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the money adds up: per channel and meter, facts = sealed = billed + included =
 * acknowledged; calls = facts of the call meter; debits = credits.
 */
public record Proof(List<OfChannel> channels, OfLedger ledger) {

  public Proof {
    channels = List.copyOf(channels);
  }

  /** One channel; amounts in 10⁻⁶ of the currency's minor unit. */
  public record OfChannel(
      String id,
      ChannelKind kind,
      int customers,
      long calls,
      List<OfMeter> meters,
      long revenueMicros,
      long feeMicros,
      long shareMicros,
      long computeMicros,
      long marginMicros,
      String currency) {
    public OfChannel {
      meters = List.copyOf(meters);
    }
  }

  /**
   * One meter of a channel.
   *
   * @param facts the unique facts in the archive, added up
   * @param sealed the sealed hours
   * @param billed what was charged of the rated lines, and {@code included} what was not
   * @param acknowledged what the other side has, or the invoices say
   */
  public record OfMeter(
      String meter,
      long facts,
      long sealed,
      long billed,
      long included,
      long acknowledged,
      String acknowledgedBy) {}

  /** All transactions, added up. */
  public record OfLedger(long debitMicros, long creditMicros, long transactions) {}

  /** What does not add up; empty where the proof holds. */
  @JsonIgnore
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    for (OfChannel channel : channels) {
      long callFacts = 0;
      for (OfMeter meter : channel.meters()) {
        check(violations, channel, meter, "sealed", meter.sealed());
        check(violations, channel, meter, "rated", meter.billed() + meter.included());
        check(violations, channel, meter, "acknowledged", meter.acknowledged());
        callFacts += meter.meter().equals("calls") ? meter.facts() : 0;
      }
      if (callFacts != channel.calls()) {
        violations.add(
            "channel %s: calls %d != facts %d of the call meter"
                .formatted(channel.id(), channel.calls(), callFacts));
      }
    }
    if (ledger.debitMicros() != ledger.creditMicros()) {
      violations.add(
          "ledger: debits %d != credits %d".formatted(ledger.debitMicros(), ledger.creditMicros()));
    }
    return violations;
  }

  private static void check(
      List<String> violations, OfChannel channel, OfMeter meter, String what, long quantity) {
    if (quantity != meter.facts()) {
      violations.add(
          "channel %s, meter %s: %s %d != facts %d"
              .formatted(channel.id(), meter.meter(), what, quantity, meter.facts()));
    }
  }
}
