package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.monthly;
import static dev.weir.core.bill.MoneyWorld.perCall;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.core.account.Agreement;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What codes take off or give, for whom, and what of it is given back. */
class CodesTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Books books = new Books(world);
  private final Codes codes = new Codes(world.ports, world.terms);

  static Code code(String name, Code.Benefit benefit, Optional<Integer> months) {
    return new Code(name, benefit, months, 1, Instant.EPOCH, Optional.empty(), List.of());
  }

  @Test
  void codesAreRefusedWithTheRuleThatTheyBreak() {
    world.plan("p", perCall(100));
    Agreement agreement = world.open("p");
    codes.put(code("ONCE", new Code.Percent(500_000), Optional.of(1)));
    codes.put(code("DOLLARS", new Code.Amount(5, "USD"), Optional.of(1)));
    codes.put(
        new Code(
            "LATER",
            new Code.Percent(1),
            Optional.empty(),
            9,
            Instant.parse("2027-01-01T00:00:00Z"),
            Optional.empty(),
            List.of()));
    codes.put(
        new Code(
            "OTHERS",
            new Code.Percent(1),
            Optional.empty(),
            9,
            Instant.EPOCH,
            Optional.empty(),
            List.of("plan")));
    codes.redeem(agreement.id(), "ONCE");
    refused("redeemed code ONCE before", agreement, "ONCE");
    refused("code DOLLARS is in USD", agreement, "DOLLARS");
    refused("valid from 2027-01-01", agreement, "LATER");
    refused("is for plans [plan], not p", agreement, "OTHERS");
    refused("no code NEVER", agreement, "NEVER");
    Agreement second = world.agreement(SOCIAL, "second", "p", "CNY");
    refused("was redeemed 1 times", second, "ONCE");
    refused("billed by the market", world.agreement(MARKET, "licence"), "OTHERS");
  }

  private void refused(String why, Agreement agreement, String code) {
    assertContains(
        assertThrows(ProblemException.class, () -> codes.redeem(agreement.id(), code)).getMessage(),
        why);
  }

  @Test
  void aGiftIsCreditAndAnAmountIsTakenOffEachMonth() {
    world.plan("p", perCall(100));
    codes.put(code("GIFT", new Code.Credit(250, "CNY", 10), Optional.empty()));
    codes.put(code("LESS", new Code.Amount(300, "CNY"), Optional.of(2)));
    Agreement agreement = world.open("p");
    codes.redeem(agreement.id(), "GIFT");
    codes.redeem(agreement.id(), "LESS");
    world.calls(agreement, SOCIAL, 1, 10);
    world.sealHour();
    assertEquals(1000 - 300 - 250, books.owed(agreement));
    assertEquals(250, books.balance(Transaction.Account.PROMOTION));
    world.clock.set(Instant.parse("2026-12-05T10:10:00Z"));
    world.calls(agreement, SOCIAL, 11, 20);
    world.sealHour();
    world.clock.set(Instant.parse("2027-01-05T10:10:00Z"));
    world.calls(agreement, SOCIAL, 21, 30);
    world.sealHour();
    assertEquals(450 + 700 + 1000, books.owed(agreement));
    books.assertAddsUp(agreement);
  }

  @Test
  void whatIsGivenBackHasTheCodesOfWhatWasCharged() {
    world.plan("small", monthly(3_000_000));
    codes.put(code("HALF", new Code.Percent(500_000), Optional.empty()));
    codes.put(code("OFF", new Code.Amount(1_000_000, "CNY"), Optional.of(1)));
    Agreement half = world.open("small");
    codes.redeem(half.id(), "HALF");
    codes.redeem(half.id(), "OFF");
    Agreement late = world.agreement(SOCIAL, "late", "small", "CNY");
    world.sealHour();
    assertEquals(500_000, books.owed(half));
    codes.put(code("LATE", new Code.Percent(500_000), Optional.empty()));
    codes.redeem(late.id(), "LATE");
    world.clock.set(Instant.parse("2026-12-01T12:10:00Z"));
    for (Agreement agreement : List.of(half, late)) {
      new ChangePlan(world.ports, world.terms)
          .change(
              agreement.id(), new ChangePlan.Cancel(), new ChangePlan.At(world.clock.instant()));
    }
    world.sealHour();
    world.sealHour();
    // 21 days, 1 h 50 min of 30 days: 2 107 639 of 3 000 000.
    assertEquals(1_053_819 - 1_000_000, books.owed(half), "half of it is off, rounded up");
    assertEquals(2_107_639, books.owed(late), "charged in full before the code");
    books.assertAddsUp(half);
    books.assertAddsUp(late);
  }
}
