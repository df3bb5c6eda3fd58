package dev.weir.local.simulate;

import dev.weir.core.meter.Budgets;
import dev.weir.core.meter.Usage;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What somebody with paper and pencil notes: what was delivered, and whether it must be billed. */
final class Reference {

  /** What one call used of one meter. */
  record Of(String callId, String meter) {
    static Of of(Usage usage) {
      return new Of(usage.callId(), usage.meter());
    }
  }

  /**
   * A usage that somebody tried to make durable.
   *
   * @param sure whether the answer was given: it must be billed; otherwise it may be
   * @param host on whose disk it lay first; empty where a commit held it
   * @param source of the host's batches, where sealing knew it before; empty otherwise
   */
  record Noted(Usage usage, boolean sure, String host, String source) {}

  private final Map<Of, Noted> noted = new LinkedHashMap<>();
  private final Set<String> destroyed = new HashSet<>();
  private final Map<String, Instant> ended = new HashMap<>();
  private final Map<Budgets.Of, Budget> budgets = new LinkedHashMap<>();

  void sure(Usage usage, String host, String source) {
    noted.put(Of.of(usage), new Noted(usage, true, host, source));
  }

  void maybe(Usage usage, String host, String source) {
    noted.putIfAbsent(Of.of(usage), new Noted(usage, false, host, source));
  }

  Map<Of, Noted> noted() {
    return noted;
  }

  /** A host is gone with its disk. */
  void destroyed(String host) {
    destroyed.add(host);
  }

  boolean isDestroyed(String host) {
    return destroyed.contains(host);
  }

  /** From now on it is known for sure that an agreement has ended. */
  void ended(String agreementId, Instant now) {
    ended.putIfAbsent(agreementId, now);
  }

  /** Since when it is known for sure that agreements have ended. */
  Map<String, Instant> ended() {
    return ended;
  }

  /** What is known of one budget without asking it. */
  static final class Budget {
    private long limit;
    private long delivered;
    private long posted;

    long limit() {
      return limit;
    }

    /** What customers got under it. */
    long delivered() {
      return delivered;
    }

    /** What was, or may have been, posted. */
    long posted() {
      return posted;
    }
  }

  Map<Budgets.Of, Budget> budgets() {
    return budgets;
  }

  private Budget budget(Budgets.Of of) {
    return budgets.computeIfAbsent(of, _ -> new Budget());
  }

  /** A tranche is asked for. */
  void reserved(Budgets.Of of, long limit) {
    budget(of).limit = limit;
  }

  void delivered(Budgets.Of of, long quantity) {
    budget(of).delivered += quantity;
  }

  void posting(Budgets.Of of, long spent) {
    Budget budget = budget(of);
    budget.posted += spent;
  }
}
