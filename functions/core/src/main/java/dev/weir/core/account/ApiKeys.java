package dev.weir.core.account;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Ids;
import dev.weir.core.port.Item;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Sha256;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Customers' keys: hashed at rest, shown once, revocable, rotated without downtime. */
public final class ApiKeys {

  /** The most keys of one agreement that are neither revoked nor replaced by a rotation. */
  public static final int KEYS_MAX = 50;

  /** The longest label, in characters. */
  public static final int LABEL_MAX_CHARS = 100;

  /** The longest claim code, in characters. */
  public static final int CLAIM_MAX_CHARS = 256;

  /** How long a rotated key keeps working unless another time is asked for. */
  public static final Duration OVERLAP = Duration.ofHours(24);

  /** The longest overlap. */
  public static final Duration OVERLAP_MAX = Duration.ofDays(30);

  private static final int HINT_CHARS = ApiKeySecret.PREFIX.length() + 4;
  private static final long CLAIM_RETRY_SECONDS = 2;

  private final Table table;
  private final InstantSource clock;
  private final Ids ids;
  private final Accounts accounts;
  private final SecureRandom random = new SecureRandom();

  public ApiKeys(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.ids = new Ids(ports.clock());
    this.accounts = new Accounts(ports);
  }

  /** Who calls: a working key and its open agreement. */
  public record Caller(ApiKey key, Agreement agreement) {}

  /**
   * Makes a key for an open agreement.
   *
   * @throws ProblemException 404 no agreement, 409 ended or {@link #KEYS_MAX} reached
   */
  public ApiKey.Issued issue(String agreementId, String label) {
    requireOpen(agreementId);
    ApiKey.Issued made = generate(agreementId, label);
    return Attempts.of("issuing a key", () -> store(made, 1, List.of()));
  }

  /**
   * Exchanges a claim code for the agreement's first key, once.
   *
   * @throws ProblemException 503 with Retry-After while the agreement is not open yet; 409 where
   *     the code was redeemed before or the agreement has ended
   */
  public ApiKey.Issued redeem(String code) {
    if (code.isEmpty() || code.length() > CLAIM_MAX_CHARS) {
      throw new ProblemException(
          Problem.invalid("claim length " + code.length() + " not in 1.." + CLAIM_MAX_CHARS));
    }
    String sha256 = Sha256.hex(code);
    Item first = claimRow(sha256);
    ApiKey.Issued made = generate(Json.read(first.body(), Claim.class).agreementId(), "first key");
    return Attempts.of(
        "redeeming a claim",
        () -> {
          Item item = claimRow(sha256);
          Claim claim = Json.read(item.body(), Claim.class);
          if (claim.redeemedKeyId().isPresent()) {
            if (claim.redeemedKeyId().get().equals(made.key().id())) {
              return Optional.of(made);
            }
            throw new ProblemException(Problem.conflict("the claim code was redeemed before"));
          }
          requireOpen(claim.agreementId());
          Claim redeemed = new Claim(claim.agreementId(), Optional.of(made.key().id()));
          Write write =
              new Write.Put(
                  Keys.claim(sha256),
                  Json.write(redeemed),
                  Map.of(),
                  item.expires(),
                  Condition.atVersion(item.version()));
          return store(made, 1, List.of(write));
        });
  }

  private Item claimRow(String sha256) {
    return table
        .get(Keys.claim(sha256))
        .orElseThrow(() ->
            new ProblemException(
                Problem.unavailable(
                    "no open agreement waits for this claim code yet", CLAIM_RETRY_SECONDS)));
  }

  /**
   * Finds who holds a secret.
   *
   * @throws ProblemException 401 where it is malformed, unknown, revoked or expired; 403 where the
   *     agreement is paused or has ended; 402 where it is suspended
   */
  public Caller authenticate(String presented) {
    if (!ApiKeySecret.wellFormed(presented)) {
      throw unauthorized("the API key is malformed (prefix, length or checksum)");
    }
    ApiKey key =
        table
            .get(Keys.apiKey(Sha256.hex(presented)))
            .map(item -> Json.read(item.body(), ApiKey.class))
            .orElseThrow(() -> unauthorized("the API key is unknown"));
    if (key.revokedAt().isPresent()) {
      throw unauthorized("API key " + key.hint() + "… was revoked at " + key.revokedAt().get());
    }
    if (key.expiresAt().isPresent() && !clock.instant().isBefore(key.expiresAt().get())) {
      throw unauthorized("API key " + key.hint() + "… expired at " + key.expiresAt().get());
    }
    Agreement agreement =
        accounts
            .agreement(key.agreementId())
            .orElseThrow(() -> unauthorized("the API key's agreement is unknown"));
    Optional<Problem> refusal = agreement.refusal();
    if (refusal.isPresent()) {
      throw new ProblemException(refusal.get());
    }
    return new Caller(key, agreement);
  }

  /** Ends a key at once; revoking twice keeps the first time. */
  public ApiKey revoke(String keyId) {
    return Attempts.of(
        "revoking a key",
        () -> {
          Item item = row(keyId);
          ApiKey key = Json.read(item.body(), ApiKey.class);
          if (key.revokedAt().isPresent()) {
            return Optional.of(key);
          }
          ApiKey revoked = key.revoked(clock.instant());
          List<Write> writes = rows(revoked, Condition.atVersion(item.version()));
          if (key.expiresAt().isEmpty()) {
            writes.add(Write.add(Keys.apiKeyCount(key.agreementId()), Map.of("keys", -1L)));
          }
          return table.commit(writes).applied() ? Optional.of(revoked) : Optional.empty();
        });
  }

  /** {@link #rotate(String, Duration)} with {@link #OVERLAP}. */
  public ApiKey.Issued rotate(String keyId) {
    return rotate(keyId, OVERLAP);
  }

  /** Makes a new key with the old one's label; the old one works for {@code overlap} more. */
  public ApiKey.Issued rotate(String keyId, Duration overlap) {
    if (overlap.isNegative() || overlap.compareTo(OVERLAP_MAX) > 0) {
      throw new ProblemException(
          Problem.invalid("overlap " + overlap + " not in PT0S.." + OVERLAP_MAX));
    }
    ApiKey first = Json.read(row(keyId).body(), ApiKey.class);
    requireOpen(first.agreementId());
    ApiKey.Issued made = generate(first.agreementId(), first.label());
    return Attempts.of(
        "rotating a key",
        () -> {
          Item item = row(keyId);
          ApiKey old = Json.read(item.body(), ApiKey.class);
          if (table.get(Keys.apiKey(made.key().sha256())).isPresent()) {
            return Optional.of(made);
          }
          if (old.revokedAt().isPresent()) {
            throw new ProblemException(Problem.conflict("API key " + keyId + " is revoked"));
          }
          Instant end = clock.instant().plus(overlap);
          long more = old.expiresAt().isPresent() ? 1 : 0;
          return store(made, more, rows(old.expiring(end), Condition.atVersion(item.version())));
        });
  }

  /** The keys of an agreement, oldest first, without their secrets. */
  public List<ApiKey> list(String agreementId) {
    return Tables.list(table, Table.Query.all(Keys.apiKeysOf(agreementId))).stream()
        .map(item -> Json.read(item.body(), ApiKey.class))
        .toList();
  }

  private ApiKey.Issued generate(String agreementId, String label) {
    if (label.isBlank() || label.length() > LABEL_MAX_CHARS) {
      throw new ProblemException(
          Problem.invalid("label length " + label.length() + " not in 1.." + LABEL_MAX_CHARS));
    }
    String secret = ApiKeySecret.generate(random);
    ApiKey key =
        new ApiKey(
            ids.next(),
            agreementId,
            label,
            secret.substring(0, HINT_CHARS),
            Sha256.hex(secret),
            clock.instant(),
            Optional.empty(),
            Optional.empty());
    return new ApiKey.Issued(key, secret);
  }

  private Optional<ApiKey.Issued> store(ApiKey.Issued made, long more, List<Write> also) {
    ApiKey key = made.key();
    if (table.get(Keys.apiKey(key.sha256())).isPresent()) {
      return Optional.of(made);
    }
    Optional<Item> count = table.get(Keys.apiKeyCount(key.agreementId()));
    if (count.map(item -> item.counter("keys")).orElse(0L) + more > KEYS_MAX) {
      throw new ProblemException(
          Problem.conflict("keys of agreement " + key.agreementId() + " ≥ " + KEYS_MAX));
    }
    List<Write> writes = rows(key, Condition.ABSENT);
    writes.add(
        Write.put(
            Keys.apiKeyById(key.id()),
            Json.write(Map.of("sha256", key.sha256())),
            Condition.ABSENT));
    writes.add(
        Write.add(
            Keys.apiKeyCount(key.agreementId()),
            Map.of("keys", more),
            Condition.atMost("keys", KEYS_MAX - more)));
    writes.addAll(also);
    return table.commit(writes).applied() ? Optional.of(made) : Optional.empty();
  }

  private static List<Write> rows(ApiKey key, Condition condition) {
    String body = Json.write(key);
    List<Write> writes = new ArrayList<>();
    writes.add(Write.put(Keys.apiKey(key.sha256()), body, condition));
    writes.add(Write.put(Keys.apiKeyIn(key.agreementId(), key.id()), body));
    return writes;
  }

  /** A key by its id, revoked or not. */
  public Optional<ApiKey> find(String keyId) {
    return item(keyId).map(item -> Json.read(item.body(), ApiKey.class));
  }

  private Optional<Item> item(String keyId) {
    return table
        .get(Keys.apiKeyById(keyId))
        .map(item -> Json.parseTree(item.body()).path("sha256").asText())
        .flatMap(sha256 -> table.get(Keys.apiKey(sha256)));
  }

  private Item row(String keyId) {
    return item(keyId)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no API key " + keyId)));
  }

  private void requireOpen(String agreementId) {
    Agreement agreement =
        accounts
            .agreement(agreementId)
            .orElseThrow(
                () -> new ProblemException(Problem.notFound("no agreement " + agreementId)));
    if (agreement.ended()) {
      throw new ProblemException(Problem.conflict("agreement " + agreementId + " has ended"));
    }
  }

  private static ProblemException unauthorized(String detail) {
    return new ProblemException(Problem.unauthorized(detail));
  }
}
