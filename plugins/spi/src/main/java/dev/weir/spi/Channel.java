package dev.weir.spi;

import java.util.Optional;

/**
 * A configured, running channel. Facets present must equal the {@code capabilities} of the
 * manifest; an absent facet means unsupported and is said so by name, never silently ignored.
 *
 * <p>Implementations are called from several threads and keep no state of their own between calls;
 * {@link ChannelContext#state()} keeps it.
 */
public interface Channel extends AutoCloseable {

  /** Answers whether calls are likely to succeed. It may do I/O; it must not change anything. */
  Health check();

  default Optional<Onboarding> onboarding() {
    return Optional.empty();
  }

  default Optional<Inbound> inbound() {
    return Optional.empty();
  }

  default Optional<Delivery> delivery() {
    return Optional.empty();
  }

  /** What this channel counts. */
  default Optional<Measuring> measuring() {
    return Optional.empty();
  }

  /** To whom this channel reports sealed hours. Without a sink there is none. */
  default Optional<Reporting> reporting() {
    return Optional.empty();
  }

  /** Markets that proxy or poll calls. */
  default Optional<Edge> edge() {
    return Optional.empty();
  }

  default Optional<Settlement> settlement() {
    return Optional.empty();
  }

  /** Posts and campaigns. */
  default Optional<Publishing> publishing() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
