package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.core.port.PortException;
import dev.weir.core.port.Secrets;
import dev.weir.core.port.memory.SettableClock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CachedSecretsTest {

  /** A store that counts its reads and can be away. */
  private static final class Store implements Secrets {
    final Map<String, String> values = new HashMap<>();
    int reads;
    boolean away;

    @Override
    public Optional<String> get(String name) {
      reads++;
      if (away) {
        throw new PortException("throttled");
      }
      return Optional.ofNullable(values.get(name));
    }

    @Override
    public void put(String name, String value) {
      values.put(name, value);
    }

    @Override
    public void delete(String name) {
      values.remove(name);
    }
  }

  private final Store store = new Store();
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T10:00:00Z"));
  private final Secrets secrets = new CachedSecrets(store, clock);

  @Test
  void isReadOnceWithinItsTimeAndSoIsAnAbsentOne() {
    store.values.put("a", "1");
    for (int i = 0; i < 5; i++) {
      assertEquals(Optional.of("1"), secrets.get("a"));
      assertEquals(Optional.empty(), secrets.get("none"));
    }
    assertEquals(2, store.reads);
  }

  @Test
  void whatAnotherFunctionChangedIsSeenWhenTheTimeIsOver() {
    store.values.put("a", "1");
    secrets.get("a");
    store.values.put("a", "2");
    assertEquals(Optional.of("1"), secrets.get("a"));
    clock.advance(CachedSecrets.KEPT);
    assertEquals(Optional.of("2"), secrets.get("a"));
    store.values.remove("a");
    clock.advance(CachedSecrets.KEPT);
    assertEquals(Optional.empty(), secrets.get("a"));
  }

  @Test
  void whatThisFunctionChangedIsSeenAtOnce() {
    assertEquals(Optional.empty(), secrets.get("a"));
    secrets.put("a", "1");
    assertEquals(Optional.of("1"), secrets.get("a"));
    secrets.delete("a");
    assertEquals(Optional.empty(), secrets.get("a"));
  }

  @Test
  void readThatFailsIsNotRemembered() {
    store.values.put("a", "1");
    store.away = true;
    assertThrows(PortException.class, () -> secrets.get("a"));
    store.away = false;
    assertEquals(Optional.of("1"), secrets.get("a"));
  }

  @Test
  void manyNamesDoNotGrowWithoutEnd() {
    for (int i = 0; i <= CachedSecrets.NAMES_MAX; i++) {
      secrets.get("name-" + i);
    }
    secrets.get("name-0");
    assertEquals(CachedSecrets.NAMES_MAX + 2, store.reads);
  }
}
