package dev.weir.core.bill;

import dev.weir.core.catalog.Currencies;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A share that is taken back after it was earned: a refund, a fraud.
 *
 * @param id the caller's, {@code [a-z0-9-]{1,200}}; the same is entered once
 * @param channelId through which it was earned
 * @param what of a joint product it was earned for; absent: that a channel sold
 * @param micros more than 0, in 10⁻⁶ of the currency's minor unit
 */
public record Clawback(
    String id,
    String partner,
    String channelId,
    Optional<String> what,
    String currency,
    long micros,
    String reason,
    Instant at) {

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,200}");
  private static final int REASON_MAX_CHARS = 200;

  public Clawback {
    require(ID.matcher(id).matches(), "claw-back id \"" + id + "\" is not [a-z0-9-]{1,200}");
    Currencies.check(currency, "claw-back " + id);
    require(micros > 0, "claw-back " + micros + " <= 0");
    require(
        reason.length() <= REASON_MAX_CHARS,
        "reason of " + reason.length() + " characters > " + REASON_MAX_CHARS);
  }

  private static void require(boolean holds, String violated) {
    if (!holds) {
      throw new ProblemException(Problem.invalid(violated));
    }
  }
}
