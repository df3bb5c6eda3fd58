package dev.weir.core.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangeAgreementTest {

  private static final Instant START = Instant.parse("2026-11-10T10:20:30.5Z");

  private final SettableClock clock = new SettableClock(START);
  private final Ports ports = new MemoryPorts(clock).ports();
  private final Accounts accounts = new Accounts(ports);
  private final ChangeAgreement change = new ChangeAgreement(ports);
  private final Agreement agreement =
      accounts.openAgreement(
          AccountWorld.sale("slack", "T1", "Customer", "bot", "small", 1, "USD"));

  private Agreement to(String plan, Instant at, Term.Kind kind) {
    return change.change(agreement.id(), at, kind, a -> new ChangeAgreement.Pinned.To(plan, 2));
  }

  private Agreement now() {
    return accounts.agreement(agreement.id()).orElseThrow();
  }

  @Test
  void anUpgradeHoldsAtOnceAndTheHoursBeforeItKeepTheirPrice() {
    clock.set(START.plus(Duration.ofDays(3)));
    to("large", clock.instant(), Term.Kind.ACTIVE);
    assertEquals("large", now().planId());
    assertEquals("small", now().termAt(START.plus(Duration.ofDays(2))).planId());
    assertEquals("small", now().termAt(Instant.EPOCH).planId(), "before it began");
    assertEquals(2, now().termAt(clock.instant()).priceVersion());
  }

  @Test
  void aScheduledEndHoldsWhenItsMomentHasComeAndNotBefore() {
    Instant end = START.plus(Duration.ofDays(20));
    to("small", end, Term.Kind.ENDED);
    assertEquals(0, change.applyDue());
    assertTrue(now().active());
    clock.set(end);
    assertEquals(1, change.applyDue());
    assertTrue(now().ended());
    assertEquals(Optional.of(Instant.parse("2026-11-30T10:20:30Z")), now().endedAt());
    assertEquals(0, change.applyDue());
    String refused =
        assertThrows(ProblemException.class, () -> to("large", clock.instant(), Term.Kind.ACTIVE))
            .getMessage();
    assertTrue(refused.contains("ended at 2026-11-30"), refused);
  }

  @Test
  void aChangeGivesUpWhatWasScheduledForLater() {
    Instant end = START.plus(Duration.ofDays(20));
    to("small", end, Term.Kind.ENDED);
    to("large", START.plus(Duration.ofDays(1)), Term.Kind.ACTIVE);
    clock.set(end.plusSeconds(1));
    change.applyDue();
    assertTrue(now().active());
    assertEquals("large", now().planId());
  }

  @Test
  void aPausedAgreementIsNoOpenOneForCallsButTheSameForItsChannel() {
    to("small", clock.instant(), Term.Kind.PAUSED);
    assertFalse(now().active());
    assertTrue(now().refusal().orElseThrow().detail().contains("is paused since"));
    assertEquals(agreement.id(), accounts.byIdentity("slack", "T1").orElseThrow().id());
    to("small", clock.instant(), Term.Kind.ACTIVE);
    assertTrue(now().active());
    assertTrue(now().refusal().isEmpty());
  }

  @Test
  void anEndThatIsToldLateCountsFromWhenItHappenedButNotBeforeTheLastChange() {
    clock.set(START.plus(Duration.ofDays(2)));
    to("large", clock.instant(), Term.Kind.ACTIVE);
    Instant changed = now().terms().getLast().from();
    clock.set(START.plus(Duration.ofDays(3)));
    accounts.end(agreement.id(), START.plus(Duration.ofDays(1)));
    assertEquals(Optional.of(changed), now().endedAt());
  }

  @Test
  void tooManyChangesAndChangesTooFarAheadAreRefused() {
    assertThrows(
        ProblemException.class,
        () -> to("large", START.plus(Duration.ofDays(4000)), Term.Kind.ACTIVE));
    for (int i = 1; i < Agreement.TERMS_MAX; i++) {
      clock.set(START.plusSeconds(i));
      to("large", clock.instant(), Term.Kind.ACTIVE);
    }
    assertThrows(ProblemException.class, () -> to("small", clock.instant(), Term.Kind.ACTIVE));
  }
}
