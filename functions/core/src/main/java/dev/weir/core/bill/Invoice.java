package dev.weir.core.bill;

import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Meter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A customer's invoice for one agreement and calendar month, as its bytes say. Amounts are 10⁻⁶ of
 * the currency's minor unit, before tax.
 *
 * @param issuedBy the issuer as it was on that day
 * @param number without gaps per issuer
 * @param dueAt until when it is to be paid
 * @param payableMicros the total, rounded half even to whole minor units: what is to be paid; below
 *     0, what the customer has to its credit
 */
public record Invoice(
    String format,
    Issuer issuedBy,
    String issuer,
    long number,
    String agreementId,
    String customerId,
    String customerName,
    String currency,
    YearMonth month,
    Instant issuedAt,
    Instant dueAt,
    List<Row> rows,
    long totalMicros,
    long payableMicros) {

  static final String FORMAT = "weir-invoice/2";

  /** How many micros one minor unit has. */
  static final long MINOR_MICROS = 1_000_000;

  /** Rounded half even to whole minor units. */
  static long payable(long micros) {
    BigDecimal minor = BigDecimal.valueOf(micros, 6).setScale(0, RoundingMode.HALF_EVEN);
    return Math.multiplyExact(minor.longValueExact(), MINOR_MICROS);
  }

  public Invoice {
    rows = List.copyOf(rows);
  }

  /**
   * One position: a meter's use through a channel, or another charge.
   *
   * @param meter empty string where no meter is charged
   * @param quantity {@code included + billed}
   * @param amountMicros the price of the units, and the notes
   * @param lines how many rated lines it sums up
   * @param tiers what the units of each tier cost; of a price without tiers, all units are in one
   * @param notes what else makes the amount: factors, discounts, what others pay
   * @param sold what is counted, and how it is priced; absent where no meter is charged
   */
  public record Row(
      Line.Kind kind,
      String channelId,
      String meter,
      String planId,
      int priceVersion,
      long quantity,
      long included,
      long billed,
      long amountMicros,
      int lines,
      List<Tier> tiers,
      List<Note> notes,
      Optional<Sold> sold) {

    public Row {
      tiers = List.copyOf(tiers);
      notes = List.copyOf(notes);
    }

    static Row of(Line line, List<Tier> tiers, Optional<Sold> sold) {
      return new Row(
          line.kind(),
          line.channelId(),
          line.meter(),
          line.planId(),
          line.priceVersion(),
          line.quantity(),
          line.included(),
          line.billed(),
          line.amountMicros(),
          1,
          tiers,
          line.parts().stream().map(Note::of).filter(note -> note.micros() != 0).toList(),
          sold);
    }

    /** Whether a line is summed up here. */
    boolean holds(Line line) {
      return line.kind() == kind
          && line.channelId().equals(channelId)
          && line.meter().equals(meter)
          && line.planId().equals(planId)
          && line.priceVersion() == priceVersion;
    }

    /** The same position, used more. */
    Row plus(Row other) {
      Map<String, Long> sums = new LinkedHashMap<>();
      for (Note note : notes) {
        sums.merge(note.what(), note.micros(), Math::addExact);
      }
      for (Note note : other.notes) {
        sums.merge(note.what(), note.micros(), Math::addExact);
      }
      return new Row(
          kind,
          channelId,
          meter,
          planId,
          priceVersion,
          Math.addExact(quantity, other.quantity),
          Math.addExact(included, other.included),
          Math.addExact(billed, other.billed),
          Math.addExact(amountMicros, other.amountMicros),
          lines + other.lines,
          Tier.sum(tiers, other.tiers),
          sums.entrySet().stream().map(e -> new Note(e.getKey(), e.getValue())).toList(),
          sold);
    }
  }

  /**
   * What a row's units are, and by which model they are priced.
   *
   * @param unit what the meter counts
   * @param scale the decimals of its quantities, which a row has in smallest units
   * @param model as the plan's charge is called: {@code per-unit}, {@code graduated} …; absent
   *     where all is included
   * @param worthMicros of a percentage, what a smallest unit is worth
   */
  public record Sold(String unit, int scale, Optional<String> model, Optional<Long> worthMicros) {

    static Sold of(Meter meter, Optional<Charge.Metered> charge) {
      Optional<Long> worth =
          charge.flatMap(c ->
              c instanceof Charge.Percentage percentage
                  ? Optional.of(percentage.unitMicros())
                  : Optional.empty());
      return new Sold(meter.unit(), meter.scale(), charge.map(Sold::model), worth);
    }

    private static String model(Charge.Metered charge) {
      return switch (charge) {
        case Charge.PerUnit _ -> "per-unit";
        case Charge.Graduated _ -> "graduated";
        case Charge.Volume _ -> "volume";
        case Charge.Package _ -> "package";
        case Charge.Percentage _ -> "percentage";
      };
    }
  }

  /**
   * What a tier of the price adds to a row's amount.
   *
   * @param tier 1, 2, 3 …
   * @param units billed in it, in the meter's smallest units; what a volume price moves to another
   *     tier is not left behind
   * @param unitPriceMicros for each {@code unitSize}; of a percentage, millionths of the value
   * @param flatMicros what the tier costs besides; absent where nothing
   */
  public record Tier(
      int tier,
      long units,
      long unitPriceMicros,
      long unitSize,
      long micros,
      Optional<Long> flatMicros) {

    static Tier of(Rating.Step step, Charge.Metered charge) {
      List<Charge.Tier> tiers =
          switch (charge) {
            case Charge.Graduated graduated -> graduated.tiers();
            case Charge.Volume volume -> volume.tiers();
            case Charge.PerUnit _, Charge.Package _, Charge.Percentage _ -> List.of();
          };
      Optional<Long> flat =
          tiers.stream()
              .skip(step.tier() - 1L)
              .findFirst()
              .map(Charge.Tier::flatMicros)
              .filter(micros -> micros != 0);
      return new Tier(
          step.tier(),
          step.to() - step.from(),
          step.unitPriceMicros(),
          step.unitSize(),
          step.micros(),
          flat);
    }

    static List<Tier> sum(List<Tier> some, List<Tier> others) {
      Map<Integer, Tier> sums = new TreeMap<>();
      Stream.concat(some.stream(), others.stream())
          .forEach(tier -> sums.merge(tier.tier(), tier, Tier::plus));
      sums.values().removeIf(tier -> tier.units() == 0 && tier.micros() == 0);
      return List.copyOf(sums.values());
    }

    private Tier plus(Tier other) {
      return new Tier(
          tier,
          Math.addExact(units, other.units),
          unitPriceMicros,
          unitSize,
          Math.addExact(micros, other.micros),
          flatMicros);
    }
  }

  /** What something adds to a row's amount; below 0, what it takes off. */
  public record Note(String what, long micros) {

    static Note of(Part part) {
      String what =
          switch (part) {
            case Part.Fixed fixed -> fixed.what();
            case Part.Span span -> days(span);
            case Part.TrueUp _ -> "minimum commitment";
            case Part.Trial _ -> "trial";
            case Part.Factor factor ->
                "%s %s × %s"
                    .formatted(
                        factor.book(),
                        factor.name(),
                        BigDecimal.valueOf(factor.millionths(), 6)
                            .stripTrailingZeros()
                            .toPlainString());
            case Part.Discount discount -> "code " + discount.code();
            case Part.Sponsored sponsored -> "paid by " + sponsored.payer();
            case Part.Credit credit -> "credit " + credit.pack();
            case Part.Granted granted -> "credit " + granted.pack();
            case Part.Lapsed lapsed -> "credit " + lapsed.pack();
          };
      return new Note(what, part.micros());
    }

    /** The days of a whole period; of a part of one, its moments and seconds. */
    private static String days(Part.Span span) {
      return span.seconds() == span.ofSeconds()
          ? "%s – %s".formatted(day(span.from()), day(span.to()))
          : "%s – %s, %d of %d s"
              .formatted(span.from(), span.to(), span.seconds(), span.ofSeconds());
    }

    private static String day(Instant at) {
      return at.toString().substring(0, 10);
    }
  }
}
