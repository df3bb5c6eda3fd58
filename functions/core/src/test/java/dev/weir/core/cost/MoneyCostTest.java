package dev.weir.core.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.cost.MoneyCost.Load;
import org.junit.jupiter.api.Test;

class MoneyCostTest {

  private static MoneyCost.Bill bill(double calls, double customers, double active) {
    return MoneyCost.of(new Load(calls, customers, active, 2, 300), CloudPrices.standard());
  }

  @Test
  void factsOfAMillionCallsCostAtMostFiveCentsFromAHundredFactsAnHourOn() {
    for (double customers : new double[] {700, 1_000, 2_000}) {
      double calls = customers * 720 * 0.2 * 100; // ten to thirty million a month
      MoneyCost.Bill bill = bill(calls, customers, 0.2);
      assertEquals(100, bill.assumptions().factsPerAgreementMeterHour(), 0.01);
      double usd = bill.money().usdPerMillionCalls();
      assertTrue(usd <= 0.05, usd + " USD for " + calls + " calls");
    }
  }

  @Test
  void smallLoadsCostLessThanADollarAMonthForTheirFacts() {
    MoneyCost.Money money = bill(1e5, 20, 0.2).money();
    assertTrue(money.usdPerMillionCalls() * 0.1 <= 1, money.toString());
  }

  @Test
  void anAgreementsHourTakesAtMostTwelveWriteUnits() {
    assertTrue(MoneyCost.writesPerAgreementHour() <= 12);
    assertTrue(MoneyCost.writesPerAgreementHour() > 8);
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
