package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What all {@link Secrets} do. A store may be shared; each test uses names of its own. */
public abstract class SecretsContract {

  private Secrets secrets;
  private String name = "";

  protected abstract Secrets open();

  @BeforeEach
  void openSecrets() {
    name = "test/" + UUID.randomUUID();
    secrets = open();
  }

  @Test
  void whatWasPutIsReadBackAndReplaced() {
    assertEquals(Optional.empty(), secrets.get(name));
    secrets.put(name, "水 \n\" 😀");
    assertEquals(Optional.of("水 \n\" 😀"), secrets.get(name));
    secrets.put(name, "second");
    assertEquals(Optional.of("second"), secrets.get(name));
    assertEquals(Optional.empty(), secrets.get(name + "x"));
  }

  @Test
  void deletedIsGoneAndDeletingNothingIsFine() {
    secrets.put(name, "x");
    secrets.delete(name);
    secrets.delete(name);
    assertEquals(Optional.empty(), secrets.get(name));
  }

  @Test
  void limitsAreKept() {
    String largest = "x".repeat(Secrets.VALUE_MAX_CHARS);
    secrets.put(name, largest);
    assertEquals(Optional.of(largest), secrets.get(name));
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> secrets.put(name, largest + "x"));
    assertFalse(refusal.getMessage().contains("xxx"), "a secret is in the message");
    assertThrows(IllegalArgumentException.class, () -> secrets.put(name, ""));
    for (String bad : List.of("", "/a", "A", "a b", "a.b", "x".repeat(201))) {
      assertThrows(IllegalArgumentException.class, () -> secrets.get(bad), bad);
      assertThrows(IllegalArgumentException.class, () -> secrets.put(bad, "x"), bad);
    }
  }
}
