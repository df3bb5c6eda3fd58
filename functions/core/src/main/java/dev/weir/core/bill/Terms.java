package dev.weir.core.bill;

import java.util.List;
import java.util.Optional;

/** The terms of the configured channels. */
public interface Terms {

  Optional<ChannelTerms> of(String channelId);

  /** All of them. */
  List<ChannelTerms> all();
}
