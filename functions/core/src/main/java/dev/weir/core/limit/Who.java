package dev.weir.core.limit;

import dev.weir.core.account.Agreement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * For whom a call is made.
 *
 * @param keyId of the API key that was shown; none where the call came through a channel
 * @param channelId by which it is counted
 */
public record Who(Agreement agreement, Optional<String> keyId, String channelId) {

  /** What limits can be on, the narrowest first. */
  List<String> scopes() {
    return Stream.concat(
            keyId.map(id -> "key:" + id).stream(),
            Stream.of(
                "agreement:" + agreement.id(),
                "customer:" + agreement.customerId(),
                "channel:" + channelId,
                "vendor"))
        .toList();
  }
}
