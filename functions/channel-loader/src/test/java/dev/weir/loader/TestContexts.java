package dev.weir.loader;

import dev.weir.spi.Binding;
import dev.weir.spi.Ids;
import dev.weir.spi.Secrets;
import dev.weir.spi.State;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** A world in which nothing is kept. */
final class TestContexts {

  private TestContexts() {}

  static HostedContext of(Manifest manifest) {
    CheckedSettings settings = CheckedSettings.of(manifest, Map.of());
    InstantSource clock = InstantSource.fixed(Instant.EPOCH);
    return new HostedContext(
        "probe-1",
        new GuardedHttp(
            Egress.of(manifest, settings),
            () -> new CloudCredentials("id", "secret", Optional.empty()),
            clock),
        new NoSecrets(),
        settings,
        new NoState(),
        clock,
        new NoIds(),
        System.getLogger("test"));
  }

  private static final class NoSecrets implements Secrets {
    @Override
    public String get(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> of(Binding binding, String name) {
      return Optional.empty();
    }

    @Override
    public void put(Binding binding, String name, String value) {}
  }

  private static final class NoState implements State {
    @Override
    public Optional<String> get(String key) {
      return Optional.empty();
    }

    @Override
    public void put(String key, String value, Instant expires) {}

    @Override
    public boolean putIfAbsent(String key, String value, Instant expires) {
      return true;
    }

    @Override
    public void remove(String key) {}
  }

  private static final class NoIds implements Ids {
    @Override
    public String next() {
      return "id";
    }

    @Override
    public byte[] random(int bytes) {
      return new byte[bytes];
    }
  }
}
