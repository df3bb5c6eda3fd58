package dev.weir.core.notice;

import dev.weir.core.port.Key;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** Keys of notices, with the writes that a partition sees. */
final class Keys {

  /** Written by people. Read, all of it, for each notice. */
  static final String TARGETS = "notice-target";

  /** A few a month, when all is well. */
  static final String TOLD = "incident-told";

  private static final String TO = "/";

  private Keys() {}

  static Key target(String id) {
    return new Key(TARGETS, id);
  }

  static Key told(String incidentId) {
    return new Key(TOLD, incidentId);
  }

  static YearMonth month(Instant at) {
    return YearMonth.from(at.atOffset(ZoneOffset.UTC));
  }

  /** A write for each notice, and two or more for each target that is told of it. */
  static String notices(YearMonth month) {
    return "notice/" + month;
  }

  static Key notice(YearMonth month, String id) {
    return new Key(notices(month), id);
  }

  static Key delivery(YearMonth month, String id, String targetId) {
    return new Key(notices(month), id + TO + targetId);
  }

  static boolean isDelivery(Key key) {
    return key.sort().contains(TO);
  }
}
