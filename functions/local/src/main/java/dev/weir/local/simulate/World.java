package dev.weir.local.simulate;

import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all parts of a simulation share. */
final class World {

  private final Scenario scenario;
  private final Set<Trouble> troubles;
  private final Set<Scene> scenes;
  private final Random random;
  private final SettableClock clock;
  private final Ports base;
  private final Turns turns = new Turns();
  private final Trace trace;
  private final Stepped stepped;
  private final Reference reference = new Reference();
  private final Map<String, Integer> boots = new HashMap<>();
  private @Nullable Invariants invariants;
  private @Nullable Violation violation;
  private boolean calm;
  private boolean quiet;
  private int calls;

  World(Scenario scenario, Instant start, int keptEvents) {
    this.scenario = scenario;
    this.troubles = scenario.troubles();
    this.scenes = scenario.scenes();
    this.random = scenario.random("world");
    this.clock = new SettableClock(start);
    this.base = new MemoryPorts(clock).ports();
    this.trace = new Trace(keptEvents);
    this.stepped = new Stepped(turns, trace, this::tick, this::committed);
  }

  /** Each step takes a moment, so that no two of them happen at the same time. */
  private void tick() {
    clock.advance(Duration.ofMillis(1));
  }

  private void committed(List<Write> writes) {
    Invariants now = invariants;
    if (now == null || violation != null) {
      return;
    }
    try {
      now.committed(writes);
    } catch (Violation e) {
      violated(e);
    }
  }

  /** From now on every commit is judged. */
  void judgedBy(Invariants judge) {
    invariants = judge;
  }

  /** Notes the first violation; the driver stops at it. */
  void violated(Violation what) {
    if (violation == null) {
      violation = what;
    }
  }

  @Nullable Violation violation() {
    return violation;
  }

  /** What was sealed of an agreement's meter until now. */
  long sealed(String agreementId, String meter) {
    return invariants == null ? 0 : invariants.sealed(agreementId, meter);
  }

  Scenario scenario() {
    return scenario;
  }

  boolean has(Trouble trouble) {
    return troubles.contains(trouble);
  }

  boolean plays(Scene scene) {
    return scenes.contains(scene);
  }

  /** Whether a thing happens that a kind of trouble brings, while there is trouble. */
  boolean happens(Trouble trouble, int percent) {
    return !calm && has(trouble) && random.nextInt(100) < percent;
  }

  Random random() {
    return random;
  }

  SettableClock clock() {
    return clock;
  }

  Instant now() {
    return clock.instant();
  }

  /** The stores themselves, without steps and faults. */
  Ports base() {
    return base;
  }

  Turns turns() {
    return turns;
  }

  Trace trace() {
    return trace;
  }

  Stepped stepped() {
    return stepped;
  }

  Reference reference() {
    return reference;
  }

  boolean calm() {
    return calm;
  }

  /** Whether what is done now can fail at nothing: no trouble, and nobody else at work. */
  boolean quiet() {
    return quiet;
  }

  void becomeQuiet() {
    quiet = true;
  }

  /** All trouble ends. */
  void becomeCalm() {
    calm = true;
  }

  /** A call id that nobody had before; with {@code cn-} a dash may be taken for a separator. */
  String nextCall(String prefix) {
    return prefix + ++calls;
  }

  /** A boot that no host of that name had before. */
  int nextBoot(String host) {
    return boots.merge(host, 1, Integer::sum);
  }
}
