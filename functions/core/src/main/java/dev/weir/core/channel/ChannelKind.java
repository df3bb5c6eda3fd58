package dev.weir.core.channel;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The three kinds of channel. */
public enum ChannelKind {
  /** Conversations in somebody else's product. */
  @JsonProperty("social")
  SOCIAL,
  /** A business that sells on and is paid a share. */
  @JsonProperty("partner")
  PARTNER,
  /** A market that bills the customer and keeps a fee. */
  @JsonProperty("marketplace")
  MARKETPLACE
}
