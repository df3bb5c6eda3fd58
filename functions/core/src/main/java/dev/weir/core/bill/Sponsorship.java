package dev.weir.core.bill;

import dev.weir.core.catalog.Currencies;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Somebody else than the customer pays the first part of what is used through a channel in a
 * calendar month: a free tier with a payer.
 *
 * @param payer {@link #VENDOR}, or the name of a partner or market that owes it
 * @param capMicros of one agreement and month, in 10⁻⁶ of the currency's minor unit
 * @param budgetMicros of all agreements together and month
 * @param from of hours that begin then or later
 * @param until of hours that begin before; absent: for ever
 */
public record Sponsorship(
    String id,
    String channelId,
    String payer,
    long capMicros,
    long budgetMicros,
    String currency,
    Instant from,
    Optional<Instant> until) {

  /** Who pays where the vendor does. */
  public static final String VENDOR = "vendor";

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");

  public Sponsorship {
    for (String name : List.of(id, channelId, payer)) {
      require(ID.matcher(name).matches(), "\"" + name + "\" is not [a-z0-9-]{1,64}");
    }
    Currencies.check(currency, "sponsorship " + id);
    require(capMicros > 0, "cap " + capMicros + " <= 0 (sponsorship " + id + ")");
    require(
        budgetMicros >= capMicros,
        "budget " + budgetMicros + " < cap " + capMicros + " (sponsorship " + id + ")");
    require(
        until.isEmpty() || from.isBefore(until.get()),
        "it begins at " + from + " and ends before (sponsorship " + id + ")");
  }

  boolean covers(Instant hour) {
    return !hour.isBefore(from) && until.map(hour::isBefore).orElse(true);
  }

  private static void require(boolean holds, String violated) {
    if (!holds) {
      throw new ProblemException(Problem.invalid(violated));
    }
  }
}
