package dev.weir.core.limit;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.weir.core.catalog.Currencies;
import dev.weir.core.catalog.Meter;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.regex.Pattern;

/** What somebody may use at most. A call must be within every limit that is on it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Limit.Rate.class, name = "rate"),
  @JsonSubTypes.Type(value = Limit.Budget.class, name = "budget")
})
public sealed interface Limit {

  /** The largest rate, per minute. */
  long RATE_MAX = 1_000_000_000;

  /** The largest budget: of a meter in its smallest units, of a currency in 10⁻⁶ of its minor. */
  long BUDGET_MAX = 1_000_000_000_000_000L;

  /** {@code [a-z0-9-]{1,64}}. */
  String id();

  /**
   * Whose calls it is on: {@code vendor}, all of the deployment's; {@code channel:ID}, those billed
   * through it or asked in it; {@code customer:ID}; {@code agreement:ID}; {@code key:ID}.
   */
  String on();

  /** The meter, or the currency, that it limits. */
  String of();

  /**
   * A token bucket that holds a minute's worth and is refilled steadily. A call takes one of {@code
   * calls} when it begins. What else it uses is taken when it ends: until then it is not known, so
   * a call begins where anything is left, and what it uses too much is waited for by those after
   * it.
   *
   * <p>The bucket lies in the table, for all hosts; a host takes a second's worth at a time. In any
   * 60 s at most {@code 2 × perMinute}, a second's worth for each host, and what the calls then in
   * flight used beyond; on average {@code perMinute}.
   */
  record Rate(String id, String on, String of, long perMinute) implements Limit {
    public Rate {
      check(id, on, of);
      checkMeter(of);
      checkAmount("rate " + id, perMinute, RATE_MAX);
    }
  }

  /**
   * What may be spent in a calendar month (UTC). Of a meter it is also called a quota. A money
   * budget counts each call at the plan's dearest tier by the channel's price book, without what
   * the plan includes and without discounts, and counts no subscription. That is no less than what
   * the call's units will cost, except for what no single call costs: the flat amount of a tier
   * that was entered, and the rest of a package that was begun.
   *
   * @param hard whether calls are refused that could exceed it; otherwise there are alerts only
   */
  record Budget(String id, String on, String of, long perMonth, boolean hard) implements Limit {
    public Budget {
      check(id, on, of);
      if (!Currencies.known(of)) {
        checkMeter(of);
      }
      checkAmount("budget " + id, perMonth, BUDGET_MAX);
    }

    boolean money() {
      return Currencies.known(of);
    }
  }

  private static void check(String id, String on, String of) {
    if (!Patterns.ID.matcher(id).matches()) {
      throw invalid("limit id \"" + id + "\" is not [a-z0-9-]{1,64}");
    }
    if (!Patterns.ON.matcher(on).matches()) {
      throw invalid(
          "\"on\" \"%s\" is neither vendor nor (channel|customer|agreement|key):ID".formatted(on));
    }
    if (of.equals(Meter.COMPUTE.id())) {
      throw invalid("meter " + of + " is a cost; it is not limited");
    }
  }

  private static void checkMeter(String of) {
    if (!Patterns.METER.matcher(of).matches()) {
      throw invalid("\"of\" \"" + of + "\" is neither a meter nor one of " + Currencies.ALL);
    }
  }

  private static void checkAmount(String what, long amount, long max) {
    if (amount < 0 || amount > max) {
      throw invalid(what + ": " + amount + " not in 0.." + max);
    }
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.invalid(detail));
  }

  /** How names look. */
  final class Patterns {
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Pattern METER = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final Pattern ON =
        Pattern.compile("vendor|(channel|customer|agreement|key):[A-Za-z0-9_.-]{1,64}");

    private Patterns() {}
  }
}
