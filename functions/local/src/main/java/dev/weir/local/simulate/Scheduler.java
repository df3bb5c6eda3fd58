package dev.weir.local.simulate;

import dev.weir.core.account.ChangeAgreement;
import dev.weir.core.bill.Dunning;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.LastHours;
import dev.weir.core.bill.RateHours;
import dev.weir.core.bill.Reports;
import dev.weir.core.bill.ZeroHours;
import dev.weir.core.bill.transfer.Transfers;
import dev.weir.core.meter.Budgets;
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.SealHours;
import dev.weir.core.meter.Sources;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.Crash;
import java.time.Duration;
import java.util.List;

/** One of several processes that do each minute what the gateway's schedule does. */
final class Scheduler {

  private final World world;
  private final Shop shop;
  private final Machine machine;

  Scheduler(World world, Shop shop, String name, Duration skew) {
    this.world = world;
    this.shop = shop;
    this.machine = new Machine(world, name, skew);
  }

  String name() {
    return machine.name();
  }

  /** One run; a step that fails stops no other. */
  void run() {
    Ports ports = machine.ports();
    machine.mayCrash();
    try {
      tried(() -> new Outbox(ports).flush());
      tried(() -> new Lanes(ports).drain());
      tried(() -> new Sources(ports).sweep());
      tried(() -> new ChangeAgreement(ports).applyDue());
      tried(() -> new SealHours(ports).run());
      tried(() -> new RateHours(ports, shop).run());
      if (world.plays(Scene.ENDINGS)) {
        tried(() -> new LastHours(ports, shop).run());
      }
      tried(() -> new ZeroHours(ports, shop).run());
      tried(() -> new Reports(ports, shop).run());
      if (world.plays(Scene.BOOKS)) {
        tried(() -> new Dunning(ports, new Invoices(ports, shop, Bookkeeping.ISSUER)).run());
        tried(() -> new Transfers(ports).expire());
      }
      tried(() -> new Outbox(ports).flush());
    } catch (Crash e) {
      machine.restart();
    }
  }

  private void tried(Runnable step) {
    try {
      step.run();
    } catch (PortException e) {
      if (world.quiet()) {
        throw new Violation("a step fails though there is no trouble: " + e.getMessage(), e);
      }
    }
  }

  /** Tranches whose time is over. */
  void expire() {
    Ports ports = machine.ports();
    machine.mayCrash();
    try {
      Budgets budgets = new Budgets(ports);
      for (Budgets.Of of : List.copyOf(world.reference().budgets().keySet())) {
        tried(() -> budgets.expire(of));
      }
    } catch (Crash e) {
      machine.restart();
    }
  }

  void calm() {
    machine.calm();
  }
}
