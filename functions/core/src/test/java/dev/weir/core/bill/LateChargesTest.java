package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.START;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.meter.InterposedTable;
import dev.weir.core.port.Ports;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process sleeps between its look at the clock and its commit, and the month's invoice goes. */
class LateChargesTest {

  private static final YearMonth MONTH = Line.month(START);

  private final MoneyWorld world = new MoneyWorld();
  private final Invoices invoices = new Invoices(world.ports, world.terms, "weir");
  private boolean slept;
  private Agreement agreement;

  @BeforeEach
  void open() {
    world.catalog.put(new Plan("packs", "bot", "Packs", "CNY"));
    world.catalog.put(
        new PriceVersion(
            "packs", 1, Instant.EPOCH, List.of(new Charge.CreditPack("small", 900, 1000, 30))));
    agreement = world.agreement(SOCIAL, "tenant", "packs", "CNY");
    world.tick();
  }

  private Ports sleepy() {
    return new InterposedTable(
            world.ports.table(),
            _ -> {
              if (!slept) {
                slept = true;
                world.toNextMonth();
                var _ = invoices.issue(agreement.id(), MONTH);
              }
            })
        .in(world.ports);
  }

  private void assertOnOneInvoice(long micros) {
    Invoice first = invoices.read(invoices.issue(agreement.id(), MONTH));
    world.clock.set(Instant.parse("2027-01-01T00:10:00Z"));
    world.tick();
    Invoice second = invoices.read(invoices.issue(agreement.id(), MONTH.plusMonths(1)));
    assertEquals(List.of(0L, micros), List.of(first.totalMicros(), second.totalMicros()));
  }

  @Test
  void aPackBoughtWhileTheInvoiceWasMadeIsOnTheNextOne() {
    CreditPack bought = new Credits(sleepy(), world.terms).buy(agreement.id(), "small");
    assertEquals(List.of(bought), new Credits(world.ports, world.terms).packs(agreement.id()));
    assertOnOneInvoice(900);
  }

  @Test
  void aMilestoneAcceptedWhileTheInvoiceWasMadeIsOnTheNextOne() {
    Projects projects = new Projects(world.ports, world.terms);
    projects.agree(
        "own", agreement.id(), "Own bot", "CNY", List.of(new Projects.Agreed("m1", "Go", 5000)));
    projects.deliver("own", "m1");
    new Projects(sleepy(), world.terms).accept("own", "m1");
    assertOnOneInvoice(5000);
  }
}
