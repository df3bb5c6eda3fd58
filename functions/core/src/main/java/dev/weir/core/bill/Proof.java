package dev.weir.core.bill;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.weir.core.channel.ChannelKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the money adds up: per channel and meter, facts = sealed = billed + included =
 * acknowledged; calls = facts of the call meter; debits = credits. What is only early is open.
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
   * @param acknowledged what the other side has, or the invoices say; of what nobody bills, what
   *     was rated as included
   * @param acknowledgedBy who says so
   * @param open what is on its way
   */
  public record OfMeter(
      String meter,
      long facts,
      long sealed,
      long billed,
      long included,
      long acknowledged,
      String acknowledgedBy,
      Open open) {

    /** What does not add up, beyond what is open. */
    List<String> differences() {
      List<String> differences = new ArrayList<>();
      long due = facts - open.unsealed();
      differ(differences, "sealed", sealed, due);
      due -= open.unrated();
      differ(differences, "rated", billed + included, due);
      if (acknowledged != due) { // the other side may have what it has not answered yet
        differ(differences, "acknowledged", acknowledged + open.unacknowledged(), due);
      }
      return differences;
    }

    public boolean holds() {
      return differences().isEmpty();
    }

    private void differ(List<String> differences, String what, long quantity, long due) {
      if (quantity != due) {
        String expected = due == facts ? "facts " + facts : due + " of facts " + facts;
        differences.add(what + " " + quantity + " != " + expected);
      }
    }
  }

  /**
   * What is not wrong but early, each counted apart from what it is compared with.
   *
   * @param unsealed facts of hours that are not sealed yet
   * @param unrated sealed and not rated yet
   * @param unacknowledged sent and not answered, or of a month whose invoice is not due yet
   * @param until when the last such month ends
   */
  public record Open(long unsealed, long unrated, long unacknowledged, Optional<Instant> until) {

    static final Open NOTHING = new Open(0, 0, 0, Optional.empty());

    @JsonIgnore
    public boolean isNothing() {
      return unsealed == 0 && unrated == 0 && unacknowledged == 0;
    }
  }

  /** All transactions, added up. */
  public record OfLedger(long debitMicros, long creditMicros, long transactions) {}

  /** What does not add up; empty where the proof holds. */
  @JsonIgnore
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    for (OfChannel channel : channels) {
      long callFacts = 0;
      for (OfMeter meter : channel.meters()) {
        for (String difference : meter.differences()) {
          violations.add(
              "channel %s, meter %s: %s".formatted(channel.id(), meter.meter(), difference));
        }
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
}
