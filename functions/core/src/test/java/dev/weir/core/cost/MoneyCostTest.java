package dev.weir.core.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.cost.MoneyCost.Load;
import org.junit.jupiter.api.Test;

class MoneyCostTest {

  private static MoneyCost.Bill bill(double calls, double customers, double active) {
    return MoneyCost.of(new Load(calls, 0, customers, active, 2, 300), CloudPrices.standard());
  }

  /** Two hosts, as there should be at least, each with a call a second. */
  private static final double CALLS_OF_TWO_HOSTS = 5.5e6;

  /** What one of many hosts should have to do: four calls a second. */
  private static final double CALLS_PER_HOST = 1.1e7;

  @Test
  void factsOfAMillionCallsCostAtMostFiveCentsFromAHundredFactsAnHourOnAtEveryScale() {
    int loads = 0;
    for (double customers : new double[] {20, 100, 400, 1_000, 10_000, 100_000, 1_000_000}) {
      for (double active : new double[] {0.02, 0.2, 1}) {
        for (double facts : new double[] {100, 300, 1_000, 10_000}) {
          double calls = customers * 720 * active * facts;
          int many = (int) Math.min(100_000, calls / CALLS_PER_HOST);
          if (calls >= CALLS_OF_TWO_HOSTS) {
            atMostFiveCents(new Load(calls, 0, customers, active, 2, 300), facts);
            loads++;
          }
          if (many > 2) {
            atMostFiveCents(new Load(calls, 0, customers, active, many, 300), facts);
            loads++;
          }
        }
      }
    }
    assertEquals(119, loads);
  }

  private static void atMostFiveCents(Load load, double facts) {
    MoneyCost.Bill bill = MoneyCost.of(load, CloudPrices.standard());
    assertEquals(facts, bill.assumptions().factsPerAgreementMeterHour(), 0.01);
    double usd = bill.money().usdPerMillionCalls();
    assertTrue(usd <= 0.05, usd + " USD for " + load);
  }

  @Test
  void hostsWithLessToDoCostCentsAMonth() {
    for (double calls : new double[] {1e3, 1e5, 1e6, 5e6}) {
      MoneyCost.Money money = bill(calls, Math.max(1, calls / 14_400), 0.2).money();
      double usd = money.usdPerMillionCalls() * calls / 1e6;
      assertTrue(usd <= 0.3, usd + " USD a month for " + calls + " calls");
    }
  }

  @Test
  void queuedCallsHaveTheirOwnLines() {
    Load load = new Load(1e7, 0.25, 1000, 0.2, 2, 300);
    MoneyCost.Money mixed = MoneyCost.of(load, CloudPrices.standard()).money();
    double queued =
        mixed.lines().stream()
            .filter(line -> line.part() == MoneyCost.Part.QUEUED_FACTS)
            .mapToDouble(MoneyCost.Line::usd)
            .sum();
    assertEquals(mixed.usdPerMillionQueuedCalls(), queued / 2.5, 1e-9);
    double writes =
        MoneyUnits.LANE_CALL.writes() * CloudPrices.standard().dynamoWritesUsdPerMillion();
    assertTrue(mixed.usdPerMillionQueuedCalls() > writes, mixed.toString());
    assertTrue(mixed.usdPerMillionQueuedCalls() < 2 * writes, mixed.toString());

    MoneyCost.Money hosts = bill(1e7, 1000, 0.2).money();
    assertTrue(hosts.lines().stream().noneMatch(l -> l.part() == MoneyCost.Part.QUEUED_FACTS));
    assertTrue(hosts.usdPerMillionQueuedCalls() > writes);
    Load all = new Load(1e7, 1, 1000, 0.2, 2, 300);
    MoneyCost.Money none = MoneyCost.of(all, CloudPrices.standard()).money();
    assertEquals(0, none.usdPerMillionCalls());
    assertTrue(none.lines().stream().noneMatch(l -> l.part() == MoneyCost.Part.FACTS));
  }

  @Test
  void limitsHaveTheirOwnLines() {
    CloudPrices prices = CloudPrices.standard();
    MoneyCost.Money without = bill(1e6, 1000, 0.2).money();
    MoneyCost.Money with = MoneyCost.of(new Load(1e6, 0, 2, 1, 1000, 0.2, 2, 300), prices).money();
    double usd =
        (2 * MoneyUnits.TRANCHE.writes() + MoneyUnits.BUCKET.writes())
                * prices.dynamoWritesUsdPerMillion()
            + (2 * MoneyUnits.TRANCHE.reads() + MoneyUnits.BUCKET.reads())
                * prices.dynamoReadsUsdPerMillion();
    assertEquals(usd, with.usdPerMonth() - without.usdPerMonth(), 1e-9);
    assertEquals(without.usdPerMillionCalls(), with.usdPerMillionCalls());
  }

  @Test
  void smallLoadsCostLessThanADollarAMonthForTheirFacts() {
    MoneyCost.Money money = bill(1e5, 20, 0.2).money();
    assertTrue(money.usdPerMillionCalls() * 0.1 <= 1, money.toString());
  }

  @Test
  void anAgreementsHourTakesAtMostTwelveWriteUnits() {
    assertTrue(MoneyCost.writesPerAgreementHour() <= 12);
    assertTrue(MoneyCost.writesPerAgreementHour() > 5);
  }

  @Test
  void theLinesAddUpToTheBill() {
    MoneyCost.Money money = bill(1e7, 1000, 0.2).money();
    double sum = money.lines().stream().mapToDouble(MoneyCost.Line::usd).sum();
    assertEquals(sum, money.usdPerMonth(), 1e-9);
    assertTrue(money.lines().stream().allMatch(line -> line.usd() > 0));
  }

  @Test
  void loadsOutOfRangeAreNamed() {
    assertEquals(
        "active 0.0 not in 1.0E-6..1.0",
        assertThrows(IllegalArgumentException.class, () -> bill(1e7, 1000, 0)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> bill(Double.NaN, 1000, 1));
  }
}
