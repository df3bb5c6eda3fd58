package dev.weir.local.simulate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What happened, as a hash, and the last of it in words. Equal runs have equal hashes. */
final class Trace {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final int kept;
  private final Deque<String> last = new ArrayDeque<>();
  private long hash = FNV_OFFSET;
  private long events;

  /**
   * Begins a trace.
   *
   * @param kept how many of the last events are kept in words; 0 for a fast run
   */
  Trace(int kept) {
    this.kept = kept;
  }

  void add(String who, String what, String of, String outcome) {
    events++;
    mix(who);
    mix(what);
    mix(of);
    mix(outcome);
    if (kept > 0) {
      if (last.size() == kept) {
        last.removeFirst();
      }
      last.addLast("%6d %s %s %s → %s".formatted(events, who, what, of, outcome));
    }
  }

  private void mix(String text) {
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    hash = (hash ^ 0xffff) * FNV_PRIME;
  }

  long hash() {
    return hash;
  }

  long events() {
    return events;
  }

  List<String> last() {
    return List.copyOf(last);
  }
}
