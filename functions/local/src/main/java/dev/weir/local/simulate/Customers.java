package dev.weir.local.simulate;

import dev.weir.core.bill.ChangePlan;
import dev.weir.core.bill.Credits;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Customers who change their plans, pause, cancel, and buy credit. */
final class Customers {

  private static final List<String> PLANS = List.of(Shop.BASIC, Shop.PRO);
  private static final List<String> PACKS = List.of("long", "short");

  private final World world;
  private final Shop shop;
  private final Random random;

  Customers(World world, Shop shop) {
    this.world = world;
    this.shop = shop;
    this.random = world.random();
  }

  void addTo(Stage stage) {
    stage.choose(5, "change plan", () -> stage.begin("change plan", this::change));
    stage.choose(4, "buy credit", () -> stage.begin("buy credit", this::buy));
  }

  private Shop.Sold pick() {
    List<Shop.Sold> ours =
        shop.sold().stream()
            .filter(s -> shop.kind(s.agreement().billedThrough()) != ChannelKind.MARKETPLACE)
            .toList();
    return ours.get(random.nextInt(ours.size()));
  }

  private void tried(Consumer<Ports> work) {
    Machine machine = new Machine(world, "customer", Duration.ZERO, Bookkeeping.TROUBLE_TIMES);
    machine.mayCrash();
    try {
      work.accept(machine.ports());
    } catch (ProblemException e) {
      // it was said why
    } catch (PortException | Crash e) {
      // perhaps it was done
    }
  }

  private void change() {
    String id = pick().id();
    ChangePlan.Wish wish =
        switch (random.nextInt(16)) {
          case 0, 1, 2 -> new ChangePlan.Pause();
          case 3, 4, 5, 6 -> new ChangePlan.Resume();
          case 7 -> new ChangePlan.Cancel();
          default -> new ChangePlan.Move(PLANS.get(random.nextInt(PLANS.size())), Optional.empty());
        };
    ChangePlan.When when =
        switch (random.nextInt(5)) {
          case 0 -> new ChangePlan.PeriodEnd();
          case 1 -> new ChangePlan.At(world.now().plusSeconds(random.nextInt(20 * 24 * 3600)));
          default -> new ChangePlan.At(world.now().minusSeconds(random.nextInt(100)));
        };
    tried(ports -> {
      ChangePlan plans = new ChangePlan(ports, shop);
      ChangePlan.Preview _ = plans.preview(id, wish, when);
      var _ = plans.change(id, wish, when);
    });
  }

  private void buy() {
    String id = pick().id();
    String pack = PACKS.get(random.nextInt(PACKS.size()));
    tried(ports -> {
      var _ = new Credits(ports, shop).buy(id, pack);
    });
  }
}
