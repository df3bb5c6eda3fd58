package dev.weir.core.bill;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Currencies;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A discount or gift that customers get for a word. Never changed once stored.
 *
 * @param code {@code [A-Z0-9-]{3,32}}; once per agreement
 * @param months how many calendar months (UTC) a discount lasts, that of the redemption included;
 *     absent: for ever
 * @param redemptionsMax how many agreements may redeem it
 * @param from when it can be redeemed from
 * @param until and before when; absent: for ever
 * @param plans who has one of these may redeem it and is discounted while it has one; none: all
 */
public record Code(
    String code,
    Benefit benefit,
    Optional<Integer> months,
    long redemptionsMax,
    Instant from,
    Optional<Instant> until,
    List<String> plans) {

  private static final Pattern CODE = Pattern.compile("[A-Z0-9-]{3,32}");
  private static final int PLANS_MAX = 32;
  private static final int MONTHS_MAX = 120;
  private static final long AMOUNT_MAX_MICROS = 1_000_000_000_000_000L;

  public Code {
    plans = List.copyOf(plans);
    require(CODE.matcher(code).matches(), "code \"" + code + "\" is not [A-Z0-9-]{3,32}");
    months.ifPresent(
        m -> require(m >= 1 && m <= MONTHS_MAX, "months " + m + " not in 1.." + MONTHS_MAX));
    require(redemptionsMax >= 1, "redemptions " + redemptionsMax + " < 1 (code " + code + ")");
    require(
        until.isEmpty() || from.isBefore(until.get()),
        "code " + code + " begins at " + from + " and ends before");
    require(plans.size() <= PLANS_MAX, "plans " + plans.size() + " > " + PLANS_MAX);
  }

  /** What it is good for. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Percent.class, name = "percent"),
    @JsonSubTypes.Type(value = Amount.class, name = "amount"),
    @JsonSubTypes.Type(value = Credit.class, name = "credit")
  })
  public sealed interface Benefit {

    /** The only currency that it is for. */
    Optional<String> onlyIn();
  }

  /** A part of all that is charged, in millionths. */
  public record Percent(long millionths) implements Benefit {
    public Percent {
      require(
          millionths >= 1 && millionths <= Charge.MILLIONTHS,
          "discount " + millionths + " not in 1.." + Charge.MILLIONTHS + " millionths");
    }

    @Override
    public Optional<String> onlyIn() {
      return Optional.empty();
    }
  }

  /** So much off what a calendar month is charged. */
  public record Amount(long micros, String currency) implements Benefit {
    public Amount {
      Currencies.check(currency, "discount");
      checkAmount(micros);
    }

    @Override
    public Optional<String> onlyIn() {
      return Optional.of(currency);
    }
  }

  /** A credit pack as a gift. */
  public record Credit(long micros, String currency, int validDays) implements Benefit {
    public Credit {
      Currencies.check(currency, "gift");
      checkAmount(micros);
      require(
          validDays >= 1 && validDays <= Charge.DAYS_MAX,
          "days " + validDays + " not in 1.." + Charge.DAYS_MAX);
    }

    @Override
    public Optional<String> onlyIn() {
      return Optional.of(currency);
    }
  }

  private static void checkAmount(long micros) {
    require(
        micros >= 1 && micros <= AMOUNT_MAX_MICROS,
        "amount " + micros + " not in 1.." + AMOUNT_MAX_MICROS);
  }

  private static void require(boolean holds, String violated) {
    if (!holds) {
      throw new ProblemException(Problem.invalid(violated));
    }
  }
}
