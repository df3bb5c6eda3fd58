package dev.weir.core.meter;

import dev.weir.core.port.Sha256;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * One thing done for one agreement, before whoever makes it durable gives it a key.
 *
 * @param channelId through which it was done
 * @param quantity in the meter's smallest units, 0 to {@link #QUANTITY_MAX}; of 0 nothing is kept
 *     where it cannot change the hour's quantity. Of a meter that counts different things it says
 *     which: {@link #item}
 * @param at when it was done
 * @param callId the call that it belongs to, 1 to 512 characters; no personal data
 */
public record Usage(
    String agreementId, String channelId, String meter, long quantity, Instant at, String callId) {

  /** So small that thousands of full batches of an hour still add up in a long. */
  public static final long QUANTITY_MAX = 1_000_000_000_000L;

  static final int CALL_ID_MAX = 512;

  private static final int ID_MAX = 64;

  public Usage {
    checkId("agreement", agreementId);
    checkId("channel", channelId);
    checkId("meter", meter);
    if (quantity < 0 || quantity > QUANTITY_MAX) {
      throw new IllegalArgumentException(
          "quantity %d not in 0..%d (meter %s)".formatted(quantity, QUANTITY_MAX, meter));
    }
    if (callId.isEmpty() || callId.length() > CALL_ID_MAX) {
      throw new IllegalArgumentException(
          "call id length " + callId.length() + " not in 1.." + CALL_ID_MAX);
    }
  }

  /**
   * The number by which a meter of {@link dev.weir.core.catalog.Aggregation#UNIQUE} tells a thing
   * from others: 1 to {@link #QUANTITY_MAX}, from a hash of its name. Two of 1,000 names share one
   * less often than once in a million hours, and are counted as one then: never too much.
   *
   * @param fields what names the thing, and something that only who measures knows, such as the
   *     binding: a hash of a telephone number alone is found by trying all
   */
  public static long item(String... fields) {
    long hash = ByteBuffer.wrap(Sha256.ofFields(fields)).getLong();
    return 1 + Long.remainderUnsigned(hash, QUANTITY_MAX);
  }

  private static void checkId(String what, String id) {
    boolean valid = !id.isEmpty() && id.length() <= ID_MAX;
    for (int i = 0; valid && i < id.length(); i++) {
      char c = id.charAt(i); // not a pattern: each fact is checked three times
      valid = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
    if (!valid) {
      throw new IllegalArgumentException(what + " id \"" + id + "\" is not [a-z0-9_-]{1,64}");
    }
  }
}
