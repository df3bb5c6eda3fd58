package dev.weir.core.limit;

import dev.weir.core.port.Key;
import java.time.YearMonth;

/** Keys of limits, with the reads and writes that a partition sees. */
final class Keys {

  /** Written by people. Read, all of it, by each process after a change. */
  static final String LIMITS = "limit";

  /** At most one write per budget, month and threshold. */
  static final String ALERTS = "budget-alert";

  private Keys() {}

  static Key limit(String id) {
    return new Key(LIMITS, id);
  }

  /** Counts changes and limits. Read by each process once in {@link Rules#AGE_MAX}. */
  static Key version() {
    return new Key("limits", "version");
  }

  /** A read and a write per host and second at most, and as many again for refused calls. */
  static Key bucket(String limitId) {
    return new Key("rate/" + limitId, "bucket");
  }

  static String alertPrefix(YearMonth month) {
    return month + "/";
  }

  static Key alert(YearMonth month, String limitId, int percent) {
    return new Key(ALERTS, alertPrefix(month) + limitId + "/" + "%03d".formatted(percent));
  }
}
