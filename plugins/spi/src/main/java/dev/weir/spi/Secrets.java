package dev.weir.spi;

import java.util.Optional;

/** Declared secrets, fetched per call. */
public interface Secrets {

  /**
   * A secret of the channel's configuration, declared in the manifest.
   *
   * @throws ChannelException {@code UNAUTHORIZED} (USER) where it is declared but not set
   */
  String get(String name);

  /** A secret sealed under a binding by {@link Step.Bound} or {@link #put}. */
  Optional<String> of(Binding binding, String name);

  /** Seals a secret under a binding (a refreshed token). */
  void put(Binding binding, String name, String value);
}
