package dev.weir.core.limit;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** The right to make one call. It is ended once; what comes after that changes nothing. */
public final class Pass {

  /** Where there is no limit. */
  static final Pass FREE = new Pass(_ -> {}, Map.of());

  /** Takes what was used. */
  interface End {
    void used(Map<String, Long> quantities);
  }

  private final End end;
  private final Map<String, Long> most;
  private final AtomicBoolean ended = new AtomicBoolean();

  Pass(End end, Map<String, Long> most) {
    this.end = end;
    this.most = most;
  }

  /** What the call used by meter: what is billed. */
  public void used(Map<String, Long> quantities) {
    if (ended.compareAndSet(false, true)) {
      end.used(quantities);
    }
  }

  /** Nothing is billed. */
  public void nothing() {
    used(Map.of());
  }

  /** What is billed is not known: all that the call was allowed is counted. */
  public void unknown() {
    used(most);
  }
}
