package dev.weir.local.simulate;

import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.ManualPayments;
import dev.weir.core.bill.Payment;
import dev.weir.core.bill.PaymentEvent;
import dev.weir.core.bill.Payments;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Customers' money and its provider, which says everything until it is heard, some of it twice. */
final class Till {

  private static final int LANES = 2;

  private final World world;
  private final Shop shop;
  private final Random random;
  private final Paper paper;
  private int asked;

  Till(World world, Shop shop, Paper paper) {
    this.world = world;
    this.shop = shop;
    this.random = world.random();
    this.paper = paper;
  }

  void addTo(Stage stage) {
    stage.choose(6, "ask for money", () -> stage.begin("ask for money", this::ask));
    stage.choose(
        16,
        "provider",
        () -> {
          int lane = stage.random().nextInt(LANES);
          stage.begin("provider-" + lane, () -> hear(lane));
        });
  }

  private Payments payments(Ports ports) {
    return new Payments(ports, invoices(ports), new ManualPayments());
  }

  private Invoices invoices(Ports ports) {
    return new Invoices(ports, shop, Bookkeeping.ISSUER);
  }

  /** A customer is asked for what is open, a part of it, or too much. */
  private void ask() {
    List<Invoices.Issued> all = invoices(world.base()).all();
    if (all.isEmpty()) {
      return;
    }
    Invoices.Issued issued = all.get(random.nextInt(all.size()));
    long open = invoices(world.base()).openMicros(issued);
    Optional<Long> micros =
        random.nextInt(3) == 0
            ? Optional.of(1 + random.nextLong(open * 5 / 4 + 2))
            : Optional.<Long>empty();
    Payments.Ask ask =
        new Payments.Ask("payment-" + asked++, issued.number(), Shop.CURRENCY, micros);
    Machine machine = new Machine(world, "till", Duration.ZERO, Bookkeeping.TROUBLE_TIMES);
    machine.mayCrash();
    for (int i = 0; i < 2; i++) {
      try {
        Payment payment = payments(machine.ports()).request(ask);
        paper.payments().add(new Paper.Paid(ask.id(), payment.agreementId(), payment.micros()));
        return;
      } catch (ProblemException e) {
        return; // nothing is open, or less
      } catch (PortException | Crash e) {
        machine.restart(); // once more, with the same id
      }
    }
  }

  /** The provider says something of a payment; the next in order, or again what it said. */
  private void hear(int lane) {
    List<Paper.Paid> mine = paper.payments().stream().filter(p -> lane(p) == lane).toList();
    if (mine.isEmpty()) {
      return;
    }
    Paper.Paid paid = mine.get(random.nextInt(mine.size()));
    if (!paid.told().isEmpty() && random.nextInt(5) == 0) {
      again(paid, paid.told().get(random.nextInt(paid.told().size())));
      return;
    }
    if (paid.untold().isEmpty()) {
      paid.untold().add(next(paid));
    }
    tell(paid, new Machine(world, "till-" + lane, Duration.ZERO, Bookkeeping.TROUBLE_TIMES));
  }

  private int lane(Paper.Paid paid) {
    return Math.floorMod(paid.id().hashCode(), LANES);
  }

  private void again(Paper.Paid paid, PaymentEvent event) {
    Machine machine = new Machine(world, "till-again", Duration.ZERO, Bookkeeping.TROUBLE_TIMES);
    machine.mayCrash();
    try {
      Payment _ = payments(machine.ports()).apply(paid.id(), event);
    } catch (PortException | Crash e) {
      // it is said again at another time, or not
    }
  }

  private PaymentEvent next(Paper.Paid paid) {
    String id = "event-" + paid.told().size() + "-" + random.nextInt(1000);
    Instant now = world.now();
    if (paid.kept() == 0 && paid.told().size() < 2) {
      return switch (random.nextInt(8)) {
        case 0, 1 -> new PaymentEvent.Pending(id, now, "reference");
        case 2 -> new PaymentEvent.Failed(id, now, "no cover");
        default -> new PaymentEvent.Cleared(id, now);
      };
    }
    if (paid.held() > 0) {
      return random.nextBoolean()
          ? new PaymentEvent.DisputeWon(id, now)
          : new PaymentEvent.DisputeLost(id, now);
    }
    return switch (random.nextInt(6)) {
      case 0, 1 -> new PaymentEvent.Refunded(id, now, 1 + random.nextLong(paid.micros()));
      case 2, 3 -> new PaymentEvent.Disputed(id, now, "unknown booking");
      case 4 -> new PaymentEvent.DisputeLost(id, now);
      default -> new PaymentEvent.Cleared(id, now);
    };
  }

  private void tell(Paper.Paid paid, Machine machine) {
    PaymentEvent event = paid.untold().getFirst();
    machine.mayCrash();
    paper.takesBack();
    try {
      Payment _ = payments(machine.ports()).apply(paid.id(), event);
      Violation.unless(paid.follows(event), "payment %s took %s", paid.id(), event);
      paid.took(event);
      paid.untold().removeFirst();
    } catch (ProblemException e) {
      boolean in = event instanceof PaymentEvent.Pending || event instanceof PaymentEvent.Cleared;
      Violation.unless(
          in || !paid.follows(event), "payment %s refused %s: %s", paid.id(), event, e);
      paid.untold().removeFirst();
    } catch (PortException | Crash e) {
      // said again
    } finally {
      paper.tookBack();
    }
  }

  /** All is said. */
  void conclude() {
    for (Paper.Paid paid : paper.payments()) {
      while (!paid.untold().isEmpty()) {
        tell(paid, new Machine(world, "till", Duration.ZERO));
      }
    }
  }
}
