package dev.weir.core.account;

import dev.weir.core.port.Key;
import dev.weir.core.port.Sha256;
import java.time.Instant;

/**
 * The rows of this package. Rates are per partition at 1,000 calls a second.
 *
 * <ul>
 *   <li>{@code agreement/<id>}: one read per call of that agreement; writes when terms change
 *   <li>{@code apikey/<sha256>}: one read per call with that key; writes on issue, rotate, revoke
 *   <li>{@code customers}, {@code agreements}, {@code agreements/<channel>}, {@code
 *       apikeys/<agreement>}: copies for lists; less than one write a second
 *   <li>{@code agreement-change}: two writes for each scheduled change of an agreement
 *   <li>{@code identity/<channel>/<hash>}: one read per inbound event of that tenant
 *   <li>{@code claim/<sha256>}: a few reads, two writes in its life
 * </ul>
 */
final class Keys {

  static final String CUSTOMERS = "customers";
  static final String AGREEMENTS = "agreements";

  private Keys() {}

  static Key customer(String id) {
    return new Key(CUSTOMERS, id);
  }

  static Key agreement(String id) {
    return new Key("agreement/" + id, "agreement");
  }

  static Key agreementInAll(String id) {
    return new Key(AGREEMENTS, id);
  }

  static String agreementsOf(String channelId) {
    return "agreements/" + channelId;
  }

  static Key agreementIn(String channelId, String id) {
    return new Key(agreementsOf(channelId), id);
  }

  /** Agreements that ended, for {@link Accounts#ENDED_LISTED}: one write an end. */
  static final String ENDED = "ended";

  static Key ended(String agreementId) {
    return new Key(ENDED, agreementId);
  }

  /** Changes of agreements that are scheduled, by time: two writes a change. */
  static final String CHANGES = "agreement-change";

  static Key change(Instant at, String agreementId) {
    return new Key(CHANGES, changesUntil(at) + "/" + agreementId);
  }

  /** Sorts before the changes after a moment. */
  static String changesUntil(Instant at) {
    return "%012d".formatted(at.getEpochSecond());
  }

  static Key identity(String channelId, String bindingId) {
    return new Key("identity/" + channelId + "/" + Sha256.hex(bindingId), "agreement");
  }

  static Key claim(String codeSha256) {
    return new Key("claim/" + codeSha256, "claim");
  }

  static Key apiKey(String sha256) {
    return new Key("apikey/" + sha256, "key");
  }

  static Key apiKeyById(String keyId) {
    return new Key("apikey-id/" + keyId, "key");
  }

  static String apiKeysOf(String agreementId) {
    return "apikeys/" + agreementId;
  }

  static Key apiKeyIn(String agreementId, String keyId) {
    return new Key(apiKeysOf(agreementId), keyId);
  }

  static Key apiKeyCount(String agreementId) {
    return new Key("apikey-count/" + agreementId, "count");
  }
}
