package dev.weir.gateway.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.core.bill.Invoice;
import dev.weir.core.bill.Line;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnitPricesTest {

  private static final long QUANTITY = 1_234_500;

  private static Invoice.Row row(Optional<Invoice.Sold> sold) {
    return new Invoice.Row(
        Line.Kind.USAGE, "c", "m", "p", 1, QUANTITY, 0, QUANTITY, 0, 1, List.of(), List.of(), sold);
  }

  private static Invoice.Row row(String unit, int scale, String model, Optional<Long> worth) {
    return row(Optional.of(new Invoice.Sold(unit, scale, Optional.of(model), worth)));
  }

  private static String say(Invoice.Row row, Invoice.Tier tier) {
    return UnitPrices.of(row, tier, "USD", Language.EN);
  }

  private static Invoice.Tier tier(int number, long price, long size, Optional<Long> flat) {
    return new Invoice.Tier(number, 1, price, size, 1, flat);
  }

  @Test
  void eachModelSaysWhatAUnitCosts() {
    Invoice.Row calls = row("call", 0, "graduated", Optional.empty());
    assertEquals(
        "Tier 2 · 0.50 USD / call + 0.25 USD",
        say(calls, tier(2, 50_000_000, 1, Optional.of(25_000_000L))));
    Invoice.Row tokens = row("token", 0, "per-unit", Optional.empty());
    assertEquals("0.0015 USD / 1,000 token", say(tokens, tier(1, 150_000, 1000, Optional.empty())));
    Invoice.Row turnover = row("cent", 0, "percentage", Optional.of(1_000_000L));
    assertEquals("2.5 % · 0.01 USD / cent", say(turnover, tier(1, 25_000, 1, Optional.empty())));
  }

  @Test
  void quantitiesHaveTheDecimalsOfTheirMeter() {
    Invoice.Row disk = row("GB", 3, "package", Optional.empty());
    assertEquals("1,234.500", UnitPrices.quantity(disk, QUANTITY));
    assertEquals("0.10 USD / GB", say(disk, tier(1, 10_000_000, 1000, Optional.empty())));
    assertEquals("0.10 USD / 0.001 GB", say(disk, tier(1, 10_000_000, 1, Optional.empty())));
    assertEquals("0.10 USD / 10 GB", say(disk, tier(1, 10_000_000, 10_000, Optional.empty())));
  }

  @Test
  void anOlderInvoiceSaysItsTiersOnly() {
    Invoice.Row old = row(Optional.empty());
    assertEquals("Tier 3", say(old, tier(3, 1, 1, Optional.empty())));
    assertEquals("1,234,500", UnitPrices.quantity(old, QUANTITY));
  }
}
