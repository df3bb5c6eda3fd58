package dev.weir.core.limit;

import dev.weir.core.account.Agreement;
import dev.weir.core.meter.Budgets;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A deployment with limits, and customers who call. */
final class LimitWorld {

  static final Map<String, Long> ONE_CALL = Map.of("calls", 1L);

  final SettableClock clock = new SettableClock(Instant.parse("2026-11-10T12:00:00Z"));
  final Counting table;
  final Ports ports;
  final Limits limits;
  final Budgets budgets;

  LimitWorld() {
    Ports memory = MemoryPorts.create(clock);
    table = new Counting(memory.table());
    ports =
        new Ports(table, memory.blobs(), memory.queues(), memory.hosts(), memory.secrets(), clock);
    limits = new Limits(ports);
    budgets = new Budgets(ports);
  }

  Admission host() {
    return new Admission(ports);
  }

  static Who who(String customerId, String keyId) {
    return new Who(
        new Agreement(
            "agreement-of-" + customerId,
            customerId,
            "care",
            "standard",
            1,
            "USD",
            Optional.empty(),
            "direct",
            Map.of(),
            Agreement.State.ACTIVE,
            Instant.parse("2026-11-01T00:00:00Z"),
            Optional.empty()),
        Optional.of(keyId),
        "direct");
  }

  static final Who ACME = who("acme", "k1");

  Budgets.State state(String limitId, String of) {
    return budgets.state(Budgets.Of.at(limitId, of, clock.instant()));
  }

  /** One call that uses what it may; the problem where it is refused. */
  static Optional<Problem> call(Admission host, Who who, Map<String, Long> used) {
    try {
      host.admit(who, () -> used).used(used);
      return Optional.empty();
    } catch (ProblemException e) {
      return Optional.of(e.problem());
    }
  }

  /** How many of so many calls are answered. */
  static int answered(Admission host, Who who, int calls) {
    int answered = 0;
    for (int i = 0; i < calls; i++) {
      answered += call(host, who, ONE_CALL).isEmpty() ? 1 : 0;
    }
    return answered;
  }

  /** A table that counts how often it is asked anything. */
  record Counting(Table table, AtomicLong accesses) implements Table {

    Counting(Table table) {
      this(table, new AtomicLong());
    }

    @Override
    public Optional<Item> get(Key key) {
      accesses.incrementAndGet();
      return table.get(key);
    }

    @Override
    public Page query(Query query) {
      accesses.incrementAndGet();
      return table.query(query);
    }

    @Override
    public Outcome commit(List<Write> writes) {
      accesses.incrementAndGet();
      return table.commit(writes);
    }
  }
}
