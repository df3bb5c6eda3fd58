package dev.weir.core.bill;

import dev.weir.core.port.Item;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.function.Predicate;

/** A month of which a document may be issued: it is over, and all of it has a price. */
final class RatedMonth {

  private RatedMonth() {}

  /**
   * Requires that a month is rated to its end.
   *
   * @param asked which hours must have a price, by their ids
   * @throws ProblemException 409 where it is not
   */
  static void require(Ports ports, YearMonth month, Predicate<EntryId> asked) {
    Instant end = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    Instant rated = RateHours.ratedUntil(ports);
    if (rated.isBefore(end)) {
      throw conflict("month " + month + " is rated until " + rated + " < " + end);
    }
    for (Item item : Tables.list(ports.table(), Table.Query.all(Keys.UNRATED))) {
      EntryId hour = EntryId.parse(item.key().sort()).orElseThrow();
      if (asked.test(hour) && hour.month().equals(month)) {
        throw conflict(
            "hour %s, agreement %s, has no price".formatted(hour.name(), hour.agreementId()));
      }
    }
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
