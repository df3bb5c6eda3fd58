package dev.weir.core.channel;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What became of something that was sent, once it is final. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Receipt.Sent.class, name = "sent"),
  @JsonSubTypes.Type(value = Receipt.Rejected.class, name = "rejected")
})
public sealed interface Receipt {

  /** It is there; {@code remoteId} is the other side's id, or empty. */
  record Sent(String remoteId) implements Receipt {}

  /** It will never be there. */
  record Rejected(String code, String reason) implements Receipt {}
}
