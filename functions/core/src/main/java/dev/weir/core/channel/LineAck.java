package dev.weir.core.channel;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What the other side said to one reported line. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LineAck.Accepted.class, name = "accepted"),
  @JsonSubTypes.Type(value = LineAck.Duplicate.class, name = "duplicate"),
  @JsonSubTypes.Type(value = LineAck.Rejected.class, name = "rejected")
})
public sealed interface LineAck {

  String lineId();

  /** Taken; {@code remoteId} is the other side's record, or empty. */
  record Accepted(String lineId, String remoteId) implements LineAck {}

  /** The other side already had a record for that hour. */
  record Duplicate(String lineId, Sameness sameQuantity) implements LineAck {}

  /** Not taken; where {@code retryable}, the same line must be sent again later. */
  record Rejected(String lineId, String code, String reason, boolean retryable)
      implements LineAck {}

  /** Whether the other side's record equals ours, as far as it says. */
  enum Sameness {
    SAME,
    DIFFERENT,
    UNKNOWN
  }
}
