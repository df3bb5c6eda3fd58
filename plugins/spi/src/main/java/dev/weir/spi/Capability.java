package dev.weir.spi;

import java.util.EnumSet;
import java.util.Set;

/** The facets of a channel by the names that the manifest uses. */
public enum Capability {
  ONBOARDING,
  INBOUND,
  DELIVERY,
  MEASURING,
  REPORTING,
  EDGE,
  SETTLEMENT,
  PUBLISHING;

  /** The facets that a channel really has. */
  public static Set<Capability> of(Channel channel) {
    Set<Capability> present = EnumSet.noneOf(Capability.class);
    channel.onboarding().ifPresent(f -> present.add(ONBOARDING));
    channel.inbound().ifPresent(f -> present.add(INBOUND));
    channel.delivery().ifPresent(f -> present.add(DELIVERY));
    channel.measuring().ifPresent(f -> present.add(MEASURING));
    channel.reporting().ifPresent(f -> present.add(REPORTING));
    channel.edge().ifPresent(f -> present.add(EDGE));
    channel.settlement().ifPresent(f -> present.add(SETTLEMENT));
    channel.publishing().ifPresent(f -> present.add(PUBLISHING));
    return present;
  }
}
