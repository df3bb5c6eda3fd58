package dev.weir.core.channel;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of channel. */
public enum ChannelKind {
  /** Conversations in somebody else's product. */
  @JsonProperty("social")
  SOCIAL,
  /** A business that sells on and is paid a share. */
  @JsonProperty("partner")
  PARTNER,
  /** A market that bills the customer and keeps a fee. */
  @JsonProperty("marketplace")
  MARKETPLACE,
  /** The vendor's own customers, who call with their keys; there is no plugin. */
  @JsonProperty("direct")
  DIRECT
}
