package dev.weir.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BindingSecretsTest {

  private final Ports ports =
      MemoryPorts.create(new SettableClock(Instant.parse("2026-11-01T00:00:00Z")));
  private final BindingSecrets secrets = new BindingSecrets(ports);

  BindingSecretsTest() {
    BindingSecrets.createKeyIfAbsent(ports.secrets());
  }

  @Test
  void secretIsOpenedByItsOwnNameOnlyAndNeverStandsInTheTable() {
    secrets.seal("slack", "T1", "token", "xoxb-very-secret");
    assertEquals(Optional.of("xoxb-very-secret"), secrets.open("slack", "T1", "token"));
    assertEquals(Optional.empty(), secrets.open("slack", "T2", "token"));
    assertEquals(Optional.empty(), secrets.open("slack", "T1", "other"));
    assertFalse(row("T1").body().contains("xoxb"));
  }

  @Test
  void rowThatIsCopiedToAnotherBindingDoesNotOpen() {
    secrets.seal("slack", "T1", "token", "of T1");
    ports.table().commit(List.of(Write.put(key("T2"), row("T1").body())));
    assertThrows(IllegalStateException.class, () -> secrets.open("slack", "T2", "token"));
  }

  @Test
  void alteredRowDoesNotOpen() {
    secrets.seal("slack", "T1", "token", "of T1");
    String body = row("T1").body();
    int at = body.length() - 8;
    char other = body.charAt(at) == 'A' ? 'B' : 'A';
    ports
        .table()
        .commit(
            List.of(Write.put(key("T1"), body.substring(0, at) + other + body.substring(at + 1))));
    assertThrows(IllegalStateException.class, () -> secrets.open("slack", "T1", "token"));
  }

  @Test
  void sealingTwiceGivesDifferentBytes() {
    secrets.seal("slack", "T1", "token", "same");
    String first = row("T1").body();
    secrets.seal("slack", "T1", "token", "same");
    assertNotEquals(first, row("T1").body());
  }

  @Test
  void erasedSecretsAreGoneAndOthersStay() {
    secrets.seal("slack", "T1", "token", "a");
    secrets.seal("slack", "T1", "refresh", "b");
    secrets.seal("slack", "T2", "token", "c");
    secrets.erase("slack", "T1");
    assertEquals(Optional.empty(), secrets.open("slack", "T1", "token"));
    assertEquals(Optional.empty(), secrets.open("slack", "T1", "refresh"));
    assertEquals(Optional.of("c"), secrets.open("slack", "T2", "token"));
  }

  @Test
  void withoutMasterKeyNothingIsSealed() {
    Ports bare = MemoryPorts.create(new SettableClock(Instant.EPOCH));
    assertThrows(
        PortException.class, () -> new BindingSecrets(bare).seal("slack", "T1", "token", "a"));
  }

  @Test
  void masterKeyIsMadeOnce() {
    String key = ports.secrets().get(BindingSecrets.KEY_NAME).orElseThrow();
    BindingSecrets.createKeyIfAbsent(ports.secrets());
    assertEquals(Optional.of(key), ports.secrets().get(BindingSecrets.KEY_NAME));
  }

  @Test
  void nameThatWouldLeaveItsPrefixIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> secrets.seal("slack", "T1", "../token", "a"));
  }

  private static Key key(String binding) {
    return Keys.secret("slack", binding, "token");
  }

  private Item row(String binding) {
    return ports.table().get(key(binding)).orElseThrow();
  }
}
