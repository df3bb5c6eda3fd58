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

  /** The same where the manifest says that the secret is optional: empty where it is not set. */
  default Optional<String> find(String name) {
    try {
      return Optional.of(get(name));
    } catch (ChannelException e) {
      if (e.code().equals(ErrorCode.UNAUTHORIZED)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** A secret sealed under a binding by {@link Step.Bound} or {@link #put}. */
  Optional<String> of(Binding binding, String name);

  /** Seals a secret under a binding (a refreshed token). */
  void put(Binding binding, String name, String value);
}
