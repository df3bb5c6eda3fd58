package dev.weir.gateway.control;

import dev.weir.core.bill.Line;
import dev.weir.core.bill.Part;
import dev.weir.core.bill.Rating;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Currencies;
import dev.weir.core.meter.Reading;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a line says, in sentences. */
final class LineWords {

  private LineWords() {}

  static String summary(Line line) {
    String amount =
        line.kind() == Line.Kind.COST
            ? Currencies.text(line.costMicros(), line.currency()) + " of compute"
            : Currencies.text(line.amountMicros(), line.currency());
    return "%s = %s through %s, agreement %s, hour %s"
        .formatted(amount, what(line), line.channelId(), line.agreementId(), line.hour());
  }

  private static String what(Line line) {
    return switch (line.kind()) {
      case USAGE, COST -> line.quantity() + " " + line.meter();
      case FLAT -> line.amountMicros() < 0 ? "subscription given back" : "the subscription";
      case ONE_TIME -> "a one-time charge";
      case TRUE_UP -> "what was missing to the commitment";
      case CREDIT_PACK -> "a credit pack";
      case CREDIT_LAPSED -> "credit that expired";
      case MILESTONE -> "an accepted milestone";
    };
  }

  /** How the units came to cost what they cost. */
  static List<String> price(Line line, List<Rating.Step> steps, Optional<Charge.Metered> charge) {
    List<String> words = new ArrayList<>();
    String price = "price %s version %d".formatted(line.planId(), line.priceVersion());
    if (line.kind() != Line.Kind.USAGE && line.kind() != Line.Kind.COST) {
      words.add(price + " has no charge for it by quantity");
      return words;
    }
    words.add(
        "%s: %d used before, %d included and %d billed"
            .formatted(price, line.usedBefore(), line.included(), line.billed()));
    for (Rating.Step step : steps) {
      words.add(
          "tier %d: billed units %d to %d at %s for each %d: %s"
              .formatted(
                  step.tier(),
                  step.from(),
                  step.to(),
                  unitPrice(step, charge, line.currency()),
                  step.unitSize(),
                  Currencies.text(step.micros(), line.currency())));
    }
    return words;
  }

  private static String unitPrice(
      Rating.Step step, Optional<Charge.Metered> charge, String currency) {
    return charge.isPresent() && charge.get() instanceof Charge.Percentage percentage
        ? "%s %% of %s"
            .formatted(
                BigDecimal.valueOf(step.unitPriceMicros(), 4).stripTrailingZeros().toPlainString(),
                Currencies.text(percentage.unitMicros(), currency))
        : Currencies.text(step.unitPriceMicros(), currency);
  }

  /** What decided a quantity that is no sum. */
  static String reading(Reading reading) {
    String decided =
        reading
            .decisive()
            .map(fact -> ", decided by fact %s at %s".formatted(fact.key(), fact.at()))
            .orElse("");
    return reading.own().equals(reading.hour())
        ? "the hour's facts come to %d%s".formatted(reading.after(), decided)
        : "late facts of hour %s bring it from %d to %d%s: %+d"
            .formatted(reading.own(), reading.before(), reading.after(), decided, reading.delta());
  }

  /** What else makes the amount. */
  static List<String> parts(Line line) {
    List<String> words = new ArrayList<>();
    line.parts().forEach(part -> words.add(part(part, line.currency())));
    line.joint()
        .forEach(j ->
            words.add(
                "%s earns %s of it for %s"
                    .formatted(
                        j.beneficiary(), Currencies.text(j.micros(), line.currency()), j.what())));
    return words;
  }

  static String part(Part part, String currency) {
    String amount = Currencies.text(part.micros(), currency);
    return switch (part) {
      case Part.Fixed fixed -> "%s: %s".formatted(fixed.what(), amount);
      case Part.Span s ->
          "%s to %s, %d of %d seconds of %s: %s"
              .formatted(
                  s.from(),
                  s.to(),
                  s.seconds(),
                  s.ofSeconds(),
                  Currencies.text(s.wholeMicros(), currency),
                  amount);
      case Part.TrueUp up ->
          "committed %s, charged %s: %s"
              .formatted(
                  Currencies.text(up.committedMicros(), currency),
                  Currencies.text(up.chargedMicros(), currency),
                  amount);
      case Part.Trial trial -> "in the trial until " + trial.until();
      case Part.Factor f ->
          "factor %s of price book %s, × %s: %s"
              .formatted(
                  f.name(),
                  f.book(),
                  BigDecimal.valueOf(f.millionths(), 6).stripTrailingZeros().toPlainString(),
                  amount);
      case Part.Discount d -> "code %s: %s".formatted(d.code(), amount);
      case Part.Sponsored s ->
          "paid by %s (sponsorship %s): %s".formatted(s.payer(), s.sponsorship(), amount);
      case Part.Credit c -> "credit of pack %s: %s".formatted(c.pack(), amount);
      case Part.Granted g ->
          "pack %s of %s, to be used before %s"
              .formatted(g.pack(), Currencies.text(g.creditMicros(), currency), g.expires());
      case Part.Lapsed l ->
          "pack %s: %s were never used"
              .formatted(l.pack(), Currencies.text(l.creditMicros(), currency));
    };
  }
}
