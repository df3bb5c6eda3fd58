package dev.weir.local.simulate;

import dev.weir.core.bill.EndAgreement;
import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.Channels;
import dev.weir.core.channel.Events;
import dev.weir.core.channel.Plugin;
import dev.weir.core.channel.Plugins;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.memory.Crash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Customers of markets who leave. Their market says so, some time later and more than once; until
 * when it takes the rest, it says, or its plugin's manifest, or there is no such moment and it
 * takes what was used before.
 */
final class Endings {

  /** How long usage is taken after an end, where that is limited. */
  static final Duration FINAL_WINDOW = Duration.ofHours(1);

  /** So many leave while there is trouble. */
  private static final int LEAVING_MAX = 2;

  private static final Map<String, List<String>> NAMES =
      Map.of(
          Shop.AWS,
          List.of("l-1", "l-2", "l-3"),
          Shop.AZURE,
          List.of("sub-1", "sub-2"),
          Shop.GOOGLE,
          List.of("entitlement-1"));

  /** A customer of a market. */
  record Customer(ChannelSide channel, String binding) {}

  /** A customer that left. */
  record Gone(Customer customer, Shop.Sold sold, Instant at, Optional<Instant> until) {}

  private final World world;
  private final Shop shop;
  private final List<ChannelSide> channels;
  private final List<ChannelEvent.Cancelled> notices = new ArrayList<>();
  private int left;

  Endings(World world, Shop shop, List<ChannelSide> channels) {
    this.world = world;
    this.shop = shop;
    this.channels = channels;
    declare(world.base());
  }

  /** What the gateway knows of the one plugin whose manifest declares the final window. */
  private static void declare(Ports ports) {
    new Plugins(ports)
        .put(
            new Plugin(
                "simulated-google",
                "1",
                ChannelKind.MARKETPLACE,
                "1.0",
                "00",
                "",
                Set.of("reporting"),
                List.of(),
                List.of(),
                List.of(new Plugin.Meter("calls", "unit", 0, 25, 720, 1, false, Long.MAX_VALUE)),
                Optional.empty()));
    new Channels(ports)
        .put(
            new ChannelConfig(
                Shop.GOOGLE,
                "simulated-google",
                ChannelKind.MARKETPLACE,
                Map.of(),
                "bot",
                "standard",
                Shop.CURRENCY,
                0,
                0,
                Optional.empty()));
  }

  void addTo(Stage stage) {
    stage.choose(1, "leave", () -> leave(stage.random()));
    stage.choose(4, "notice", () -> stage.begin("notice", this::notice));
  }

  private void leave(Random random) {
    List<Customer> there = there();
    if (left < LEAVING_MAX && !there.isEmpty()) {
      left++;
      Gone _ = leave(there.get(random.nextInt(there.size())));
    }
  }

  /** Those who may still leave. */
  List<Customer> there() {
    List<Customer> there = new ArrayList<>();
    for (ChannelSide channel : channels) {
      for (String binding : NAMES.getOrDefault(channel.channelId(), List.of())) {
        if (!channel.market().hasLeft(binding)) {
          there.add(new Customer(channel, binding));
        }
      }
    }
    return there;
  }

  /** A customer leaves now, and its market begins to say so. */
  Gone leave(Customer customer) {
    String channelId = customer.channel().channelId();
    Instant now = world.now();
    Optional<Instant> until =
        channelId.equals(Shop.AZURE) ? Optional.empty() : Optional.of(now.plus(FINAL_WINDOW));
    customer.channel().market().leaves(customer.binding(), now, until);
    notices.add(
        new ChannelEvent.Cancelled(
            channelId,
            "in:left-" + customer.binding(),
            now,
            customer.binding(),
            until.filter(_ -> channelId.equals(Shop.AWS))));
    return new Gone(customer, shop.billed(channelId, customer.binding()), now, until);
  }

  /** A market says that somebody left, until it is told that this was heard, and perhaps again. */
  void notice() {
    if (notices.isEmpty()) {
      return;
    }
    ChannelEvent.Cancelled notice = notices.get(world.random().nextInt(notices.size()));
    Machine host = new Machine(world, notice.channelId(), Duration.ZERO);
    host.mayCrash();
    try {
      var _ = new Events(host.ports()).store(notice);
      if (world.calm() || world.random().nextInt(3) > 0) {
        notices.remove(notice);
      }
    } catch (PortException | Crash e) {
      // it is said again
    }
  }

  /** Whatever was not said yet is said and heard. */
  void conclude() {
    while (!notices.isEmpty()) {
      notice();
    }
    while (world.base().queue(Queues.CHANNEL_EVENTS).depth().visible() > 0) {
      ChannelSide.hear(world, shop);
    }
  }

  /** What the gateway does about it. */
  static void end(World world, Shop shop, Ports ports, ChannelEvent.Cancelled notice) {
    boolean _ =
        new EndAgreement(ports, shop)
            .end(notice.channelId(), notice.bindingId(), notice.at(), notice.flushBy());
    world.reference().ended(shop.billed(notice.channelId(), notice.bindingId()).id(), world.now());
  }
}
