package dev.weir.core.bill;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.YearMonth;

/**
 * What a market paid for a month, as its own report says. Amounts are 10⁻⁶ of the currency's minor
 * unit.
 *
 * @param id the market's reference, {@code [a-z0-9-]{1,64}}; the same is recorded once
 * @param netMicros what came in, 0 or more
 * @param feeMicros what the market kept, 0 or more
 */
public record MarketPayout(
    String id,
    String channelId,
    YearMonth month,
    String currency,
    long netMicros,
    long feeMicros,
    Instant at) {

  public MarketPayout {
    if (!id.matches("[a-z0-9-]{1,64}")) {
      throw new ProblemException(
          Problem.invalid("payout id \"" + id + "\" is not [a-z0-9-]{1,64}"));
    }
    if (netMicros < 0 || feeMicros < 0 || netMicros > Long.MAX_VALUE - feeMicros) {
      throw new ProblemException(
          Problem.invalid("net " + netMicros + " and fee " + feeMicros + " not in 0..2^63"));
    }
    if (netMicros + feeMicros == 0) {
      throw new ProblemException(Problem.invalid("payout " + id + " of nothing"));
    }
  }

  /** What customers paid to the market. */
  long grossMicros() {
    return netMicros + feeMicros;
  }
}
