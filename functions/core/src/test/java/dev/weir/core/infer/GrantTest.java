package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class GrantTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  private final byte[] key = new byte[32];
  private final InstantSource clock = InstantSource.fixed(NOW);

  @Test
  void signedGrantIsReadAgain() {
    Grant grant = grant(60);
    assertEquals(grant, Grant.verify(grant.sign(key), key, "desk", clock));
  }

  @Test
  void everyForgedByteIsRefused() {
    String token = grant(60).sign(key);
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'A' ? 'E' : 'A';
      String forged = token.substring(0, i) + other + token.substring(i + 1);
      assertEquals(401, refused(forged, "desk", clock).problem().status());
    }
    assertEquals(401, refused("", "desk", clock).problem().status());
    assertEquals(401, refused("x".repeat(5000) + ".y", "desk", clock).problem().status());
  }

  @Test
  void grantOfAnotherKeyIsRefused() {
    byte[] other = new byte[32];
    Arrays.fill(other, (byte) 1);
    assertTrue(refused(grant(60).sign(other), "desk", clock).getMessage().contains("signature"));
  }

  @Test
  void grantEndsAfterSixtySeconds() {
    String token = grant(60).sign(key);
    Grant.verify(token, key, "desk", InstantSource.fixed(NOW.plusSeconds(60)));
    assertTrue(
        refused(token, "desk", InstantSource.fixed(NOW.plusSeconds(61)))
            .getMessage()
            .contains("expired"));
    assertTrue(refused(grant(66).sign(key), "desk", clock).getMessage().contains("later than"));
  }

  @Test
  void grantForAnotherEndpointIsRefused() {
    assertTrue(refused(grant(60).sign(key), "other", clock).getMessage().contains("\"desk\""));
  }

  private ProblemException refused(String token, String endpoint, InstantSource at) {
    return assertThrows(ProblemException.class, () -> Grant.verify(token, key, endpoint, at));
  }

  private static Grant grant(long seconds) {
    return new Grant(
        "a1",
        "slack",
        "c1",
        "desk",
        "desk:1",
        Grant.Billing.JOURNAL,
        NOW.plusSeconds(seconds).toEpochMilli());
  }
}
