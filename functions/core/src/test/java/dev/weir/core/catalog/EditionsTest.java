package dev.weir.core.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EditionsTest {

  private static final Instant NOW = Instant.parse("2026-11-10T10:20:00Z");

  private final SettableClock clock = new SettableClock(NOW);
  private final Ports ports = new MemoryPorts(clock).ports();
  private final Editions editions = new Editions(ports);

  private static PriceBook book(int version, Instant from, long millionths) {
    return new PriceBook(
        "slack",
        version,
        from,
        List.of(new PriceBook.Factor("group", millionths, Optional.empty())));
  }

  @Test
  void anHourHasThePriceBookThatHeldWhenItBegan() {
    editions.put(book(1, NOW, 800_000));
    editions.put(book(2, NOW.plus(Duration.ofDays(1)), 1_200_000));
    assertTrue(editions.priceBook("slack", NOW.minusSeconds(1)).isEmpty());
    assertEquals(1, editions.priceBook("slack", NOW).orElseThrow().version());
    assertEquals(
        2, editions.priceBook("slack", NOW.plus(Duration.ofDays(2))).orElseThrow().version());
    assertTrue(editions.priceBook("feishu", NOW).isEmpty());
    editions.put(book(1, NOW, 800_000));
    assertEquals(2, editions.priceBooks("slack").size());
  }

  @Test
  void whatWasRatedCannotBeChangedAfterwards() {
    refused("begins at 2026-11-10T09:20:00Z <", book(1, NOW.minus(Duration.ofHours(1)), 1));
    refused("is not the next, which is 1", book(2, NOW, 1));
    editions.put(book(1, NOW.plus(Duration.ofDays(1)), 1));
    refused("begins at 2026-11-10T10:20:00Z <", book(2, NOW, 1));
  }

  private void refused(String why, PriceBook book) {
    String said = assertThrows(ProblemException.class, () -> editions.put(book)).getMessage();
    assertTrue(said.contains(why), said);
  }

  @Test
  void aFactorForOneMeterLeavesTheOthersAlone() {
    PriceBook book =
        new PriceBook(
            "slack",
            1,
            NOW,
            List.of(
                new PriceBook.Factor("group", 800_000, Optional.empty()),
                new PriceBook.Factor("model", 2_000_000, Optional.of("calls"))));
    editions.put(book);
    assertEquals(2, book.factors("calls").size());
    assertEquals(1, book.factors("messages").size());
  }

  @Test
  void aJointProductNeedsAProductAndSharesOfNoMoreThanTheWhole() {
    JointProduct.Beneficiary one = new JointProduct.Beneficiary("press", "data", 6000);
    JointProduct.Beneficiary two = new JointProduct.Beneficiary("lab", "adapter", 5000);
    assertThrows(ProblemException.class, () -> new JointProduct("bot", 1, NOW, List.of(one, two)));
    JointProduct joint = new JointProduct("bot", 1, NOW, List.of(one));
    assertThrows(ProblemException.class, () -> editions.put(joint));
    new Catalog(ports).put(new Product("bot", "Bot", "bot"));
    editions.put(joint);
    assertEquals(List.of(one), editions.beneficiaries("bot", NOW));
    assertEquals(List.of(), editions.beneficiaries("bot", NOW.minusSeconds(3600)));
  }
}
