package dev.weir.core.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Sha256;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ApiKeysTest {

  private final SettableClock clock = AccountWorld.clock();
  private final Ports ports = MemoryPorts.create(clock);
  private final Accounts accounts = new Accounts(ports);
  private final ApiKeys keys = new ApiKeys(ports);
  private final Agreement agreement =
      accounts.openAgreement(AccountWorld.open("acme-reseller", "c-1"));

  @Test
  void checksumIsThatOfGitHubsTokens() {
    // The published sample of therootcompany/base62-token.js, without its prefix and in two parts.
    String digits = "zQWBuTSOoRi4A9spHcVY" + "5ncnsDkxkJ";
    assertEquals("0mLq17", ApiKeySecret.checksum(digits));
  }

  @Test
  void secretHasPrefixThirtyDigitsAndChecksum() {
    String secret = ApiKeySecret.generate(new SecureRandom());
    assertTrue(secret.matches("weir_[0-9A-Za-z]{36}"), secret);
    assertTrue(ApiKeySecret.wellFormed(secret));
    char other = secret.charAt(9) == 'x' ? 'y' : 'x';
    assertFalse(ApiKeySecret.wellFormed(secret.substring(0, 9) + other + secret.substring(10)));
  }

  @Test
  void secretIsShownOnceAndStoredHashed() {
    ApiKey.Issued issued = keys.issue(agreement.id(), "laptop");

    assertEquals(agreement, keys.authenticate(issued.secret()).agreement());
    assertFalse(Json.write(keys.list(agreement.id())).contains(issued.secret()));
    assertFalse(issued.toString().contains(issued.secret()));
    Tables.list(ports.table(), Table.Query.all(Keys.apiKeysOf(agreement.id())))
        .forEach(item -> assertFalse(item.body().contains(issued.secret())));
    assertEquals(issued.secret().substring(0, 9), issued.key().hint());
  }

  @Test
  void malformedAndUnknownKeysAreTold() {
    assertEquals(
        "the API key is malformed (prefix, length or checksum)", refusal("weir_abc").detail());
    assertEquals(
        "the API key is unknown", refusal(ApiKeySecret.generate(new SecureRandom())).detail());
    assertEquals(401, refusal("").status());
  }

  @Test
  void revokedKeyIsRefusedAtOnce() {
    ApiKey.Issued issued = keys.issue(agreement.id(), "laptop");
    ApiKey revoked = keys.revoke(issued.key().id());

    Problem refusal = refusal(issued.secret());
    assertEquals(401, refusal.status());
    assertEquals(
        "API key " + issued.key().hint() + "… was revoked at " + revoked.revokedAt().orElseThrow(),
        refusal.detail());
    clock.advance(Duration.ofHours(1));
    assertEquals(revoked, keys.revoke(issued.key().id()));
  }

  @Test
  void rotationOverlapsWithoutDowntime() {
    ApiKey.Issued old = keys.issue(agreement.id(), "server");
    ApiKey.Issued fresh = keys.rotate(old.key().id(), Duration.ofHours(2));

    assertEquals("server", fresh.key().label());
    keys.authenticate(old.secret());
    keys.authenticate(fresh.secret());
    clock.advance(Duration.ofHours(2));
    assertTrue(refusal(old.secret()).detail().contains("expired"));
    keys.authenticate(fresh.secret());
  }

  @Test
  void rotatingForYearsStaysWithinTheLimitOfKeys() {
    ApiKey.Issued current = keys.issue(agreement.id(), "server");
    for (int i = 0; i < ApiKeys.KEYS_MAX + 5; i++) {
      current = keys.rotate(current.key().id(), Duration.ZERO);
    }
    for (int i = 1; i < ApiKeys.KEYS_MAX; i++) {
      keys.issue(agreement.id(), "k" + i);
    }
    ProblemException full =
        assertThrows(ProblemException.class, () -> keys.issue(agreement.id(), "one more"));
    assertEquals(409, full.problem().status());
    keys.revoke(current.key().id());
    keys.issue(agreement.id(), "one more");
  }

  @Test
  void keyOfAnEndedAgreementIsForbidden() {
    ApiKey.Issued issued = keys.issue(agreement.id(), "laptop");
    accounts.end(agreement.id(), clock.instant());

    assertEquals(403, refusal(issued.secret()).status());
    assertEquals(
        409,
        assertThrows(ProblemException.class, () -> keys.issue(agreement.id(), "x"))
            .problem()
            .status());
  }

  @Test
  void claimCodeIsExchangedOnceForTheFirstKey() {
    String code = "c0de-of-the-applicant";
    ProblemException early = assertThrows(ProblemException.class, () -> keys.redeem(code));
    assertEquals(503, early.problem().status());
    assertTrue(early.problem().retryAfterSeconds().isPresent());

    Agreement claimed =
        accounts.openAgreement(
            AccountWorld.open("aws-marketplace", "l-1", List.of(), Optional.of(Sha256.hex(code))));
    assertEquals(claimed, accounts.claim(Sha256.hex(code)).orElseThrow());
    ApiKey.Issued first = keys.redeem(code);
    assertEquals(claimed, keys.authenticate(first.secret()).agreement());

    ProblemException second = assertThrows(ProblemException.class, () -> keys.redeem(code));
    assertEquals(409, second.problem().status());
    ProblemException stolen =
        assertThrows(
            ProblemException.class,
            () ->
                accounts.openAgreement(
                    AccountWorld.open(
                        "aws-marketplace", "l-2", List.of(), Optional.of(Sha256.hex(code)))));
    assertEquals(409, stolen.problem().status());
  }

  private Problem refusal(String secret) {
    return assertThrows(ProblemException.class, () -> keys.authenticate(secret)).problem();
  }
}
