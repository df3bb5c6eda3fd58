package dev.weir.core.catalog;

import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.core.json.Json;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CatalogTest {

  private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");

  private final Catalog catalog = new Catalog(MemoryPorts.create(new SettableClock(JUNE)));

  @BeforeEach
  void aProductAndAPlan() {
    catalog.put(new Product("bot", "Bot", "bot"));
    catalog.put(new Plan("plan", "bot", "Plan", "USD"));
  }

  private static PriceVersion price(int version, Instant from, Charge... charges) {
    return new PriceVersion("plan", version, from, List.of(charges));
  }

  private static Charge calls(long price) {
    return new Charge.PerUnit("calls", 0, price, 1);
  }

  private static void refused(String why, Runnable change) {
    ProblemException refused = assertThrows(ProblemException.class, change::run);
    assertContains(refused.getMessage(), why);
  }

  @Test
  void theVersionInForceIsTheLatestThatHasBegun() {
    catalog.put(price(1, JANUARY, calls(5)));
    catalog.put(price(2, JUNE, calls(6)));
    catalog.put(price(2, JUNE, calls(6))); // the same again

    assertEquals(1, catalog.priceAt("plan", JUNE.minusSeconds(1)).version());
    assertEquals(2, catalog.priceAt("plan", JUNE).version());
    refused("no price in force", () -> catalog.priceAt("plan", JANUARY.minusSeconds(1)));
  }

  @Test
  void versionsHaveNoGapsDoNotGoBackAndNeverChange() {
    refused("is not the next, which is 1", () -> catalog.put(price(2, JANUARY, calls(5))));
    catalog.put(price(1, JUNE, calls(5)));
    refused("is there and cannot change", () -> catalog.put(price(1, JUNE, calls(6))));
    refused("is not the next, which is 2", () -> catalog.put(price(3, JUNE, calls(6))));
    refused("begins at", () -> catalog.put(price(2, JANUARY, calls(6))));
  }

  @Test
  void whatCannotBeSoldIsRefused() {
    refused("no meter tokens", () -> catalog.put(price(1, JUNE, perUnit("tokens"))));
    refused("is a cost", () -> catalog.put(price(1, JUNE, perUnit("compute_us"))));
    refused("twice", () -> price(1, JUNE, calls(1), calls(2)));
    refused("has no charge", () -> price(1, JUNE));
    refused("unit size of meter calls 0", () -> new Charge.PerUnit("calls", 0, 1, 0));
    refused("-1 not in 0..", () -> new Charge.Flat(-1, Charge.Period.MONTH));
    refused("currency \"EUR\"", () -> new Plan("p", "bot", "P", "EUR"));
    refused("no product", () -> catalog.put(new Plan("p", "nothing", "P", "USD")));
    refused("is in USD", () -> catalog.put(new Plan("plan", "bot", "Plan", "CNY")));
  }

  private static Charge perUnit(String meter) {
    return new Charge.PerUnit(meter, 0, 1, 1);
  }

  @Test
  void aMetersScaleNeverChanges() {
    catalog.put(new Meter("credits", "credit", 2));
    catalog.put(new Meter("credits", "a credit", 2));
    refused("has scale 2, not 3", () -> catalog.put(new Meter("credits", "credit", 3)));
    assertEquals(
        List.of("calls", "compute_us", "credits"),
        catalog.meters().stream().map(Meter::id).toList());
  }

  @Test
  void aMeterOfWeirItselfKeepsItsUnitAndSaysSo() {
    catalog.put(new Meter("calls", "call", 0));
    refused("counts call, not message", () -> catalog.put(new Meter("calls", "message", 0)));
  }

  @Test
  void priceVersionsSurviveTheirJson() {
    PriceVersion price = price(1, JUNE, new Charge.Flat(7, Charge.Period.MONTH), calls(5));
    assertEquals(price, Json.parse(Json.write(price), PriceVersion.class));
    assertEquals(0, new ComputePrices(Map.of("USD", 3L)).microsPerVcpuSecond("CNY"));
  }
}
