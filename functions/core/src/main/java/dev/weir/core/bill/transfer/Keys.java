package dev.weir.core.bill.transfer;

import dev.weir.core.port.Key;
import java.time.Instant;

/** Keys of accounts and transfers, with the writes that a partition sees. Ids hold no slash. */
final class Keys {

  /** Pending transfers that time out: two writes for each. */
  static final String DUE = "transfer-due";

  private Keys() {}

  /** A write per transfer that moves the account. */
  static Key account(String id) {
    return new Key("account/" + id, "balance");
  }

  /** A write per transfer that moves the account; only of accounts with history. */
  static String history(String accountId) {
    return "account-history/" + accountId;
  }

  static Key history(String accountId, Instant at, String transferId) {
    return new Key(history(accountId), moment(at) + "/" + transferId);
  }

  /** One write. */
  static Key transfer(String id) {
    return new Key("transfer/" + id, "row");
  }

  /** Two writes per pending transfer. */
  static Key phase(String id) {
    return new Key("transfer/" + id, "phase");
  }

  /** One write, of an id whose transfer failed for a reason that may pass. */
  static Key failed(String id) {
    return new Key("transfer/" + id, "failed");
  }

  static Key due(Instant at, String id) {
    return new Key(DUE, moment(at) + "/" + id);
  }

  /** Sorts by time. */
  static String moment(Instant at) {
    return "%019d".formatted(at.toEpochMilli());
  }
}
