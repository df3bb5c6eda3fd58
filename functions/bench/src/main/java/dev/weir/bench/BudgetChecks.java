package dev.weir.bench;

import dev.weir.core.account.Agreement;
import dev.weir.core.limit.Admission;
import dev.weir.core.limit.Limit;
import dev.weir.core.limit.Limits;
import dev.weir.core.limit.Who;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a call waits for before it is answered and after: whether it may be made, and what it used.
 * Half of the agreements have a hard budget of calls and a rate; the table is in memory, so that
 * the tranches that are reserved in it and settled cost their commits but no disk.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class BudgetChecks {

  private static final Map<String, Long> MOST =
      Map.of("calls", 1L, "input_tokens", 4_000L, "output_tokens", 1_000L);
  private static final Map<String, Long> USED =
      Map.of("calls", 1L, "input_tokens", 700L, "output_tokens", 250L);
  private static final int AGREEMENTS = 256;

  private final Who[] limited = new Who[AGREEMENTS];
  private final Who[] free = new Who[AGREEMENTS];
  private final Map<String, Who> map = new ConcurrentHashMap<>();
  private Admission admission = new Admission(MemoryPorts.create(InstantSource.system()));

  /** Agreements, and limits on half of them. */
  @Setup
  public void open() {
    Ports ports = MemoryPorts.create(InstantSource.system());
    Limits limits = new Limits(ports);
    for (int i = 0; i < AGREEMENTS; i++) {
      limited[i] = who(UsageMix.agreement(i));
      free[i] = who(UsageMix.agreement(AGREEMENTS + i));
      map.put(limited[i].agreement().id(), limited[i]);
      String on = "agreement:" + limited[i].agreement().id();
      limits.put(new Limit.Budget("budget-" + i, on, "calls", Limit.BUDGET_MAX, true));
      limits.put(new Limit.Rate("rate-" + i, on, "calls", Limit.RATE_MAX));
    }
    admission = new Admission(ports);
  }

  private static Who who(String agreement) {
    return new Who(
        new Agreement(
            agreement,
            "customer-" + agreement,
            "assistant",
            "standard",
            1,
            "USD",
            Optional.empty(),
            "acme-reseller",
            Map.of(),
            Agreement.State.ACTIVE,
            Instant.EPOCH,
            Optional.empty()),
        Optional.of("key-" + agreement),
        "acme-reseller");
  }

  private static int any() {
    return ThreadLocalRandom.current().nextInt(AGREEMENTS);
  }

  /** A call within a hard budget and a rate, from the check to what it used. */
  @Benchmark
  public void withinLimits() {
    admission.admit(limited[any()], () -> MOST).used(USED);
  }

  /** A call on which there is no limit. */
  @Benchmark
  public void withoutLimits() {
    admission.admit(free[any()], () -> MOST).used(USED);
  }

  /** The peer. */
  @Benchmark
  public Who mapLookUp() {
    return map.getOrDefault(limited[any()].agreement().id(), limited[0]);
  }
}
