package dev.weir.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ChannelRowsTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  private final SettableClock clock = new SettableClock(NOW);
  private final Ports ports = MemoryPorts.create(clock);
  private final Channels channels = new Channels(ports);
  private final Bindings bindings = new Bindings(ports);
  private final Onboardings onboardings = new Onboardings(ports);

  @Test
  void channelIsChangedButKeepsItsPluginAndCurrency() {
    channels.put(config("acme", "partner-reseller", "USD", 2000));
    channels.put(config("acme", "partner-reseller", "USD", 2500));
    assertEquals(2500, channels.require("acme").shareBasisPoints());
    assertEquals(1, channels.list().size());
    assertThrows(ProblemException.class, () -> channels.put(config("acme", "other", "USD", 2500)));
    assertThrows(
        ProblemException.class,
        () -> channels.put(config("acme", "partner-reseller", "CNY", 2500)));
    assertEquals(
        404,
        assertThrows(ProblemException.class, () -> channels.require("nobody")).problem().status());
  }

  @Test
  void everyViolationOfAChannelIsNamed() {
    var e =
        assertThrows(
            ProblemException.class,
            () ->
                new ChannelConfig(
                    "A!",
                    "p",
                    ChannelKind.PARTNER,
                    Map.of(),
                    "product",
                    "plan",
                    "EUR",
                    -1,
                    10_001,
                    Optional.empty()));
    assertEquals(
        List.of("/id", "/currency", "/feeBasisPoints", "/shareBasisPoints", "/partner"),
        e.problem().errors().stream().map(v -> v.pointer()).toList());
  }

  @Test
  void bindingIsFoundByIdAndByAlias() {
    ChannelBinding binding =
        new ChannelBinding(
            "aws", "arn:license", "Acme", List.of("customer-1"), Map.of("product", "p"), NOW);
    bindings.put(binding);
    bindings.put(binding);
    assertEquals(Optional.of(binding), bindings.get("aws", "arn:license"));
    assertEquals(Optional.of(binding), bindings.get("aws", "customer-1"));
    assertEquals(Optional.empty(), bindings.get("slack", "customer-1"));
    assertEquals(1, bindings.page("aws", 10, Optional.empty()).items().size());
  }

  @Test
  void onboardingIsTakenByOneAtATimeAndEndsOnce() {
    onboardings.begin("slack", "nonce", pending("step 1"));
    var turn = assertInstanceOf(Onboardings.Taken.Turn.class, onboardings.take("slack", "nonce"));
    assertEquals("step 1", turn.pending().data());
    assertInstanceOf(Onboardings.Taken.Busy.class, onboardings.take("slack", "nonce"));
    onboardings.waitAgain(turn, pending("step 2"));
    var second = assertInstanceOf(Onboardings.Taken.Turn.class, onboardings.take("slack", "nonce"));
    assertEquals("step 2", second.pending().data());
    onboardings.end(second);
    assertInstanceOf(Onboardings.Taken.Used.class, onboardings.take("slack", "nonce"));
    assertInstanceOf(Onboardings.Taken.Absent.class, onboardings.take("aws", "nonce"));
    assertThrows(PortException.class, () -> onboardings.waitAgain(turn, pending("late")));
  }

  @Test
  void turnOfAHostThatDiedIsTakenOverAndOldOnboardingsAreForgotten() {
    onboardings.begin("slack", "nonce", pending(""));
    onboardings.take("slack", "nonce");
    clock.advance(Onboardings.TURN_MAX);
    assertInstanceOf(Onboardings.Taken.Turn.class, onboardings.take("slack", "nonce"));
    clock.advance(Onboardings.LIFETIME);
    assertInstanceOf(Onboardings.Taken.Absent.class, onboardings.take("slack", "nonce"));
  }

  @Test
  void stateIsKeptUntilItsEndWithinItsLimits() {
    PluginState state = new PluginState(ports, "slack");
    state.put("a", "1", NOW.plusSeconds(10));
    state.put("a", "2", NOW.plusSeconds(20));
    assertEquals(Optional.of("2"), state.get("a"));
    assertFalse(state.putIfAbsent("a", "3", NOW.plusSeconds(30)));
    assertEquals(Optional.empty(), new PluginState(ports, "aws").get("a"));
    clock.set(NOW.plusSeconds(20));
    assertEquals(Optional.empty(), state.get("a"));
    assertTrue(state.putIfAbsent("a", "3", NOW.plusSeconds(30)));
    state.remove("a");
    assertEquals(Optional.empty(), state.get("a"));
    String large = "x".repeat(PluginState.VALUE_MAX_BYTES + 1);
    assertThrows(IllegalArgumentException.class, () -> state.put("a", large, NOW));
  }

  @Test
  void fullStateRefusesUntilEntriesExpire() {
    PluginState state = new PluginState(ports, "slack");
    for (int i = 0; i < PluginState.ENTRIES_MAX; i++) {
      assertTrue(state.putIfAbsent("k" + i, "v", NOW.plusSeconds(i < 10 ? 10 : 1000)));
    }
    assertThrows(PluginState.Full.class, () -> state.put("more", "v", NOW.plusSeconds(5)));
    state.put("k999", "replaced", NOW.plusSeconds(1000));
    clock.set(NOW.plusSeconds(10));
    state.put("more", "v", NOW.plusSeconds(1000));
    assertEquals(Optional.of("v"), state.get("more"));
  }

  private static Onboardings.Pending pending(String data) {
    return new Onboardings.Pending("https://weir.example/callback", data, "00", "");
  }

  private static ChannelConfig config(String id, String plugin, String currency, int share) {
    return new ChannelConfig(
        id,
        plugin,
        ChannelKind.PARTNER,
        Map.of("url", "https://partner.example/hook"),
        "support",
        "support-usd",
        currency,
        0,
        share,
        Optional.of("acme"));
  }
}
