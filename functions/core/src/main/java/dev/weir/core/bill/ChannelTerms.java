package dev.weir.core.bill;

import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.ChannelKind;
import java.util.Optional;

/**
 * What a channel takes, and how it wants usage reported; from its configuration and manifest.
 *
 * @param feeBasisPoints what the market keeps of an amount, of 10 000
 * @param shareBasisPoints what the partner earns of an amount, of 10 000; both of the whole amount
 * @param partner who earns the share where an agreement does not say who brought it
 * @param reporting empty where sealed hours are reported to nobody
 */
public record ChannelTerms(
    String channelId,
    ChannelKind kind,
    int feeBasisPoints,
    int shareBasisPoints,
    Optional<String> partner,
    Optional<ReportingLimits> reporting) {

  public ChannelTerms {
    int together = feeBasisPoints + shareBasisPoints;
    if (feeBasisPoints < 0 || shareBasisPoints < 0 || together > Shares.WHOLE_BASIS_POINTS) {
      throw new IllegalArgumentException(
          "fee %d and share %d not in 0..%d together (channel %s)"
              .formatted(feeBasisPoints, shareBasisPoints, Shares.WHOLE_BASIS_POINTS, channelId));
    }
  }

  static ChannelTerms of(ChannelConfig config, Optional<ReportingLimits> reporting) {
    return new ChannelTerms(
        config.id(),
        config.kind(),
        config.feeBasisPoints(),
        config.shareBasisPoints(),
        config.partner(),
        reporting);
  }
}
