package dev.weir.core.port;

import java.time.Duration;
import java.util.regex.Pattern;

/** The limits that every {@link Queue} enforces. */
public final class QueueRules {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,74}");

  private QueueRules() {}

  public static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("queue name \"" + name + "\" does not match " + NAME);
    }
  }

  public static void checkSend(String group, String body, Duration delay) {
    int bodyBytes = TableRules.utf8Length(body);
    if (bodyBytes > Queue.BODY_MAX_BYTES) {
      throw new IllegalArgumentException("body " + bodyBytes + " B > " + Queue.BODY_MAX_BYTES);
    }
    int groupBytes = TableRules.utf8Length(group);
    if (groupBytes > Queue.GROUP_MAX_BYTES) {
      throw new IllegalArgumentException("group " + groupBytes + " B > " + Queue.GROUP_MAX_BYTES);
    }
    checkDuration("delay", delay, Queue.DELAY_MAX);
    if (!group.isEmpty() && !delay.isZero()) {
      throw new IllegalArgumentException("delay " + delay + " with a group");
    }
  }

  public static void checkReceive(int max, Duration visibility) {
    if (max < 1 || max > Queue.RECEIVE_MAX) {
      throw new IllegalArgumentException("max " + max + " not in 1.." + Queue.RECEIVE_MAX);
    }
    checkDuration("visibility", visibility, Queue.VISIBILITY_MAX);
  }

  public static void checkRelease(Duration delay) {
    checkDuration("delay", delay, Queue.VISIBILITY_MAX);
  }

  private static void checkDuration(String what, Duration value, Duration max) {
    if (value.isNegative() || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(what + " " + value + " not in PT0S.." + max);
    }
  }
}
