package dev.weir.core.bill;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/**
 * Why a line is what it is, beside the price of its units: a line's amount is that price and what
 * its parts add to it. Amounts are 10⁻⁶ of the currency's minor unit; what lowers the amount is
 * negative.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Part.Fixed.class, name = "fixed"),
  @JsonSubTypes.Type(value = Part.Span.class, name = "span"),
  @JsonSubTypes.Type(value = Part.TrueUp.class, name = "true-up"),
  @JsonSubTypes.Type(value = Part.Trial.class, name = "trial"),
  @JsonSubTypes.Type(value = Part.Factor.class, name = "factor"),
  @JsonSubTypes.Type(value = Part.Discount.class, name = "discount"),
  @JsonSubTypes.Type(value = Part.Sponsored.class, name = "sponsored"),
  @JsonSubTypes.Type(value = Part.Credit.class, name = "credit"),
  @JsonSubTypes.Type(value = Part.Granted.class, name = "granted"),
  @JsonSubTypes.Type(value = Part.Lapsed.class, name = "lapsed")
})
public sealed interface Part {

  long micros();

  /** An agreed amount: a licence, a milestone, the price of a credit pack. */
  record Fixed(String what, long micros) implements Part {}

  /**
   * A subscription's share of a period, by its seconds; negative where it is given back.
   *
   * @param seconds from {@code from} to {@code to}
   * @param ofSeconds of the whole period, which costs {@code wholeMicros}
   */
  record Span(Instant from, Instant to, long seconds, long ofSeconds, long wholeMicros, long micros)
      implements Part {}

  /** What is missing to a minimum commitment. */
  record TrueUp(long committedMicros, long chargedMicros, long micros) implements Part {}

  /** The hour is part of the trial, so its units are included. */
  record Trial(Instant until) implements Part {
    @Override
    public long micros() {
      return 0;
    }
  }

  /** A factor of the channel's price book. */
  record Factor(String book, String name, long millionths, long micros) implements Part {}

  /** A redeemed code. */
  record Discount(String code, long micros) implements Part {}

  /**
   * What somebody else pays of the line.
   *
   * @param payer {@code vendor}, or a partner's or market's name
   */
  record Sponsored(String sponsorship, String payer, long micros) implements Part {}

  /** What was paid before: drawn from a credit pack, or put back into it. */
  record Credit(String pack, long micros) implements Part {}

  /** A credit pack that was bought or given; the amount is what it costs. */
  record Granted(String pack, String offer, long creditMicros, Instant expires) implements Part {
    @Override
    public long micros() {
      return 0;
    }
  }

  /** What of a credit pack was never used. */
  record Lapsed(String pack, long creditMicros) implements Part {
    @Override
    public long micros() {
      return 0;
    }
  }
}
