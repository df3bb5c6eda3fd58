package dev.weir.local.simulate;

import dev.weir.core.catalog.Meter;
import dev.weir.core.limit.Admission;
import dev.weir.core.limit.Limit;
import dev.weir.core.limit.Limits;
import dev.weir.core.limit.Pass;
import dev.weir.core.limit.Who;
import dev.weir.core.meter.Budgets;
import dev.weir.core.meter.Usage;
import dev.weir.core.port.PortException;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Processes that answer calls under the vendor's limits. An answer takes its time, and others begin
 * meanwhile; some callers go away in the midst of theirs, and some processes.
 */
final class Callers {

  private static final int PROCESSES = 2;
  private static final int OPEN_MAX = 5;
  private static final int BURST = 14;
  private static final int LAST_CALLS = 14;
  private static final long TOKENS_MOST = 900;
  private static final long UNLIMITED = 1_000_000_000_000_000L;

  /** How a call ends. */
  private enum End {
    ANSWERED,
    /** The caller goes away: it got, and pays, a part. */
    LEFT,
    FAILED,
    /** Nobody knows whether the answer is durable. */
    UNKNOWN
  }

  /** A call under way. */
  private record Open(
      Pass pass, Shop.Sold sold, String channel, String callId, Map<Budgets.Of, Long> most) {}

  private static final class Desk {
    private final Machine machine;
    private final List<Open> open = new ArrayList<>();
    private Admission admission;

    Desk(Machine machine) {
      this.machine = machine;
      this.admission = new Admission(machine.ports());
    }

    /** The next life of it, which knows nothing of the calls that it had begun. */
    void restart() {
      machine.restart();
      admission = new Admission(machine.ports());
      open.clear();
    }
  }

  /** What a call took from budgets, should its row be there. */
  private record Promise(String channel, String callId, Map<Budgets.Of, Long> used) {}

  private final World world;
  private final Shop shop;
  private final Functions functions;
  private final Random random;
  private final List<Limit.Budget> limits;
  private final List<Desk> desks = new ArrayList<>();
  private final List<Promise> promised = new ArrayList<>();
  private final Set<Budgets.Of> known = new HashSet<>();

  Callers(World world, Shop shop, Functions functions) {
    this.world = world;
    this.shop = shop;
    this.functions = functions;
    this.random = world.scenario().random("callers");
    String one = shop.sold().getLast().id();
    this.limits =
        List.of(
            new Limit.Budget("calls-of-one", "agreement:" + one, Meter.CALLS.id(), 9, true),
            new Limit.Budget("tokens-of-all", "vendor", Shop.TOKENS, 300_000, true),
            new Limit.Budget("calls-of-all", "vendor", Meter.CALLS.id(), 400, false));
    limits.forEach(new Limits(world.base())::put);
    for (int i = 0; i < PROCESSES; i++) {
      Duration skew =
          world.has(Trouble.SKEW) ? Duration.ofMillis(random.nextInt(4000) - 2000) : Duration.ZERO;
      desks.add(new Desk(new Machine(world, "caller-" + i, skew, 2)));
    }
  }

  void addTo(Stage stage) {
    stage.choose(
        9,
        "call",
        () -> {
          Desk desk = desks.get(random.nextInt(PROCESSES));
          stage.begin(desk.machine.name(), () -> work(desk));
        });
  }

  private void work(Desk desk) {
    desk.machine.mayCrash();
    try {
      if (random.nextInt(8) == 0) {
        for (int i = 0; i < BURST; i++) {
          begin(desk)
              .ifPresent(call -> end(desk, call, random.nextBoolean() ? End.ANSWERED : End.LEFT));
        }
      } else if (desk.open.size() < OPEN_MAX && random.nextBoolean()) {
        begin(desk).ifPresent(desk.open::add);
      } else if (!desk.open.isEmpty()) {
        Open call = desk.open.remove(random.nextInt(desk.open.size()));
        end(desk, call, End.values()[random.nextInt(End.values().length)]);
      }
    } catch (Crash e) {
      desk.restart();
    }
  }

  private Optional<Open> begin(Desk desk) {
    return begin(desk, random.nextBoolean() ? shop.sold().getLast() : shop.pick(random));
  }

  private Optional<Open> begin(Desk desk, Shop.Sold sold) {
    String channel = sold.agreement().billedThrough();
    Map<String, Long> most =
        Map.of(Meter.CALLS.id(), 1L, Shop.TOKENS, 1 + (long) random.nextInt((int) TOKENS_MOST));
    Map<Budgets.Of, Long> budgets = budgets(desk, sold, most);
    budgets.forEach((of, _) -> {
      world.reference().reserved(of, ceiling(of));
      if (known.add(of)) {
        world.reference().posting(of, UNLIMITED); // queued calls are under it, too
      }
    });
    try {
      Pass pass =
          desk.admission.admit(new Who(sold.agreement(), Optional.empty(), channel), () -> most);
      Open call = new Open(pass, sold, channel, world.nextCall("w"), budgets);
      if (budgets.equals(budgets(desk, sold, most))) {
        return Optional.of(call);
      }
      pass.nothing(); // a month ended just now, and nobody can say which budgets it took from
    } catch (ProblemException | PortException e) {
      // refused, with the reason
    }
    return Optional.empty();
  }

  private long ceiling(Budgets.Of of) {
    return limits.stream()
        .filter(limit -> limit.id().equals(of.owner()))
        .mapToLong(limit -> limit.hard() ? limit.perMonth() : UNLIMITED)
        .findFirst()
        .orElseThrow();
  }

  /** What quantities take from the budgets that are on a call. */
  private Map<Budgets.Of, Long> budgets(Desk desk, Shop.Sold sold, Map<String, Long> used) {
    Instant now = desk.machine.clock().instant();
    Map<Budgets.Of, Long> taken = new LinkedHashMap<>();
    for (Limit.Budget limit : limits) {
      if (limit.on().equals("vendor") || limit.on().equals("agreement:" + sold.id())) {
        taken.put(Budgets.Of.at(limit.id(), limit.of(), now), used.getOrDefault(limit.of(), 0L));
      }
    }
    return taken;
  }

  private void end(Desk desk, Open call, End end) {
    switch (end) {
      case ANSWERED -> answered(desk, call, 1);
      case LEFT -> {
        answered(desk, call, 2 + random.nextInt(4));
        call.pass().nothing(); // whoever cleans up after it finds it ended
      }
      case FAILED -> call.pass().nothing();
      case UNKNOWN -> call.pass().unknown();
    }
  }

  /** Durable first, then counted, as far as it got. */
  private void answered(Desk desk, Open call, int part) {
    Map<String, Long> used = new TreeMap<>();
    Map<Budgets.Of, Long> taken = new LinkedHashMap<>();
    call.most()
        .forEach((of, most) -> {
          long some = of.meter().equals(Meter.CALLS.id()) ? most : Math.ceilDiv(most, part);
          used.put(of.meter(), some);
          taken.put(of, some);
        });
    Promise promise = new Promise(call.channel(), call.callId(), taken);
    promised.add(promise);
    List<Usage> usages =
        used.entrySet().stream()
            .map(of ->
                new Usage(
                    call.sold().id(),
                    call.channel(),
                    of.getKey(),
                    of.getValue(),
                    world.now(),
                    call.callId()))
            .toList();
    try {
      if (!functions.isDurable(desk.machine.ports(), call.channel(), call.callId(), usages)) {
        call.pass().unknown();
        return;
      }
    } catch (PortException e) {
      call.pass().unknown();
      return;
    }
    promised.remove(promise);
    taken.forEach(world.reference()::delivered);
    call.pass().used(used);
  }

  /** Calls whose end nobody told are looked up, and their tranches end by themselves. */
  void conclude() {
    for (Promise promise : promised) {
      if (functions.isThere(promise.channel(), promise.callId())) {
        promise.used().forEach(world.reference()::delivered);
      }
    }
    promised.clear();
    desks.forEach(Desk::restart);
  }

  /** Where nothing goes wrong, what ended is settled at once, to the last unit, and no more. */
  void last() {
    Desk desk = desks.getFirst();
    desk.restart();
    List<Open> calls = new ArrayList<>();
    boolean busy = random.nextBoolean(); // then calls share tranches
    for (int i = 0; i < LAST_CALLS; i++) {
      begin(desk).ifPresent(calls::add);
      world.clock().advance(Duration.ofSeconds(busy ? 0 : random.nextInt(3)));
    }
    Map<Budgets.Of, Budgets.State> before = states();
    Map<Budgets.Of, Long> deliveredBefore = delivered();
    for (Open call : calls) {
      end(desk, call, random.nextBoolean() ? End.LEFT : End.FAILED);
    }
    world.clock().advance(Duration.ofSeconds(3));
    // All budgets are on this one: whoever is idle settles with the next call.
    begin(desk, shop.sold().getLast()).ifPresent(call -> end(desk, call, End.FAILED));
    Map<Budgets.Of, Long> deliveredAfter = delivered();
    states()
        .forEach((of, state) -> {
          long delivered =
              deliveredAfter.getOrDefault(of, 0L) - deliveredBefore.getOrDefault(of, 0L);
          Budgets.State was = before.getOrDefault(of, new Budgets.State(0, 0, 0));
          Violation.unless(
              state.reserved() == 0 && state.spent() - was.spent() == delivered,
              "budget %s was %s, is %s, and delivered were %d",
              of,
              was,
              state,
              delivered);
        });
  }

  private Map<Budgets.Of, Budgets.State> states() {
    Map<Budgets.Of, Budgets.State> states = new LinkedHashMap<>();
    delivered().keySet().forEach(of -> states.put(of, new Budgets(world.base()).state(of)));
    return states;
  }

  private Map<Budgets.Of, Long> delivered() {
    Map<Budgets.Of, Long> delivered = new LinkedHashMap<>();
    world
        .reference()
        .budgets()
        .forEach((of, known) -> {
          if (isOurs(of)) {
            delivered.put(of, known.delivered());
          }
        });
    return delivered;
  }

  private boolean isOurs(Budgets.Of of) {
    return limits.stream().anyMatch(limit -> limit.id().equals(of.owner()));
  }
}
