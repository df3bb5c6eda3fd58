package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.port.memory.Fault;
import dev.weir.core.port.memory.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole road from facts to money under seeded faults and crashes: what is billed is what was
 * made durable, once.
 */
class MoneyPropertyTest {

  private static final int STEPS = 60;

  /** One run. The counts are what a person with paper and pencil would have noted. */
  private static final class Run {
    private final MoneyWorld world = new MoneyWorld();
    private final Random random;
    private final Faults faults;
    private final Ports ports;
    private final FirstWriteWinsMarket market;
    private final List<Agreement> agreements = new ArrayList<>();
    private final List<UsageFact> journal = new ArrayList<>();
    private final Map<String, Long> durable = new HashMap<>();
    private final Map<String, SealedHour> sealed = new HashMap<>();
    private SourceName host = new SourceName("host", "boot-0");
    private int calls;

    Run(long seed) {
      random = new Random(seed);
      faults =
          new Faults(
              seed,
              Map.of(
                  Fault.CONFLICT, 20,
                  Fault.LOST_BEFORE, 10,
                  Fault.LOST_AFTER, 10,
                  Fault.READ_FAILED, 5));
      ports = faults.around(world.ports);
      market = new FirstWriteWinsMarket(MARKET, seed);
      if (seed % 2 == 0) {
        world.marketMeter =
            new ReportingLimits.OfMeter(0, Duration.ofHours(24), true, Integer.MAX_VALUE, true);
      }
      for (int i = 0; i < 3; i++) {
        agreements.add(world.agreement(i == 0 ? SOCIAL : MARKET, "binding-" + i));
      }
      world.tick();
    }

    void step() {
      if (random.nextInt(4) == 0) {
        faults.crashAt(faults.steps() + 1 + random.nextInt(120));
      }
      try {
        switch (random.nextInt(8)) {
          case 0, 1 -> queuedCall();
          case 2, 3 -> serveCalls();
          case 4 -> send();
          case 5 -> world.tick(ports);
          case 6 -> market.run(ports);
          default -> world.clock.advance(Duration.ofMinutes(random.nextInt(25)));
        }
      } catch (Crash e) {
        faults.restart();
      } catch (RuntimeException e) {
        // an injected fault: whoever called calls again, or the schedule does
      }
      rememberSealed();
    }

    private Usage usage() {
      Agreement agreement = agreements.get(random.nextInt(agreements.size()));
      Instant at = world.clock.instant().minus(Duration.ofMinutes(random.nextInt(150) / 10 * 10));
      String channel = agreement.billedThrough();
      return new Usage(
          agreement.id(), channel, "calls", 1 + random.nextInt(4), at, "call-" + calls++);
    }

    private void note(Usage usage) {
      durable.merge(usage.agreementId(), usage.quantity(), Long::sum);
    }

    /** Its commit holds once; its caller tries until it knows. */
    private void queuedCall() {
      Usage usage = usage();
      List<Write> writes = new ArrayList<>();
      writes.add(Write.put(new Key("call/" + usage.callId(), "done"), "{}", Condition.ABSENT));
      writes.addAll(new Facts(ports).writes(UsageFact.ofCall(usage)));
      note(usage); // the harness below finishes what a crash leaves
      Outcome outcome = world.ports.table().commit(writes);
      assertTrue(outcome.applied());
      assertEquals(new Outcome.Refused(0), world.ports.table().commit(writes));
    }

    private void serveCalls() {
      for (int i = random.nextInt(6); i >= 0; i--) {
        Usage usage = usage();
        note(usage);
        journal.add(
            new UsageFact(
                "fact-" + host.boot() + "-" + journal.size(),
                usage.agreementId(),
                usage.channelId(),
                usage.meter(),
                usage.quantity(),
                usage.at(),
                usage.callId()));
      }
    }

    /** Any part that the sink may not know yet, whatever it knows. */
    private void send() {
      int from = journal.isEmpty() ? 0 : random.nextInt(journal.size() + 1);
      int to = from + random.nextInt(journal.size() - from + 1);
      var _ =
          new ApplyBatch(ports)
              .apply(
                  new UsageBatch(host, from, journal.subList(from, to), Optional.empty(), false));
    }

    private void sendAll(boolean closing) {
      var _ =
          new ApplyBatch(world.ports)
              .apply(new UsageBatch(host, 0, journal, Optional.of(world.clock.instant()), closing));
    }

    private void rememberSealed() {
      SealedHours hours = new SealedHours(world.ports);
      Instant hour = hours.sealedUntil().minus(Duration.ofHours(4));
      for (; hour.isBefore(hours.sealedUntil()); hour = hour.plus(Duration.ofHours(1))) {
        hours.forEach(
            hour,
            sum -> {
              String of = sum.agreementId() + sum.channelId() + sum.meter() + sum.hour();
              SealedHour before = sealed.putIfAbsent(of, sum);
              assertTrue(before == null || before.equals(sum), "a sealed hour changed");
            });
      }
    }

    void reboot(int boot) {
      sendAll(true);
      journal.clear();
      host = new SourceName("host", "boot-" + boot);
    }

    void finish() {
      faults.calm();
      faults.restart();
      market.calm();
      sendAll(true);
      for (int i = 0; i < 8; i++) {
        world.toNextHour();
        world.tick();
        for (int j = 0; j < 4; j++) {
          market.run(world.ports);
          world.clock.advance(Duration.ofMinutes(3));
        }
        rememberSealed();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
        26, 27, 28, 29, 30
      })
  void whatIsBilledIsWhatWasMadeDurableOnce(long seed) {
    Run run = new Run(seed);
    for (int i = 1; i <= STEPS; i++) {
      run.step();
      if (i % 25 == 0) {
        run.reboot(i);
      }
    }
    run.finish();

    MoneyWorld world = run.world;
    long market = 0;
    for (Agreement agreement : run.agreements) {
      long expected = run.durable.getOrDefault(agreement.id(), 0L);
      assertEquals(expected, world.billed(agreement), "seed " + seed);
      market += agreement.billedThrough().equals(MARKET) ? expected : 0;
      for (Line line : world.lines(agreement)) {
        var _ = new Explain(world.ports, world.terms).line(line.id());
      }
    }
    Ledger.Totals totals = new Ledger(world.ports).trialBalance();
    assertEquals(totals.debitMicros(), totals.creditMicros());
    assertEquals(market, run.market.total(), "seed " + seed);
    assertTrue(new Reports(world.ports, world.terms).due(MARKET).isEmpty());
    for (Incident incident : world.incidents()) {
      assertEquals(Incident.Kind.LOST_SOURCE, incident.kind(), incident.detail());
    }
  }
}
