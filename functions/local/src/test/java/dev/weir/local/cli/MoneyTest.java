package dev.weir.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MoneyTest {

  @Test
  void exactAmountKeepsEveryMicro() {
    assertEquals("1.00 USD", Money.exact(100_000_000, "USD"));
    assertEquals("0.0125 CNY", Money.exact(1_250_000, "CNY"));
    assertEquals("-0.00000001 USD", Money.exact(-1, "USD"));
    assertEquals("2 JPY", Money.exact(2_000_000, "JPY"));
  }

  @Test
  void roundedAmountHasTheCurrencysDigits() {
    assertEquals("1,234.57", Money.rounded(123_456_500_001L, "USD"));
    assertEquals("0.12", Money.rounded(12_500_000, "USD"));
  }

  @Test
  void durationsReadAsPeopleWriteThem() {
    assertEquals(7200, ClockCommand.seconds("2h"));
    assertEquals(86_400, ClockCommand.seconds("1d"));
    assertEquals(90, ClockCommand.seconds("90s"));
  }
}
