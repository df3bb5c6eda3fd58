package dev.weir.tck;

import dev.weir.loader.CheckedSettings;
import dev.weir.loader.CloudCredentials;
import dev.weir.loader.Egress;
import dev.weir.loader.GuardedHttp;
import dev.weir.loader.Manifest;
import dev.weir.loader.MaskedLog;
import dev.weir.loader.MaskedSecrets;
import dev.weir.loader.Masks;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.Http;
import dev.weir.spi.Ids;
import dev.weir.spi.Secrets;
import dev.weir.spi.Settings;
import dev.weir.spi.State;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A plugin's world for its tests: real HTTP with the real egress rules, memory for state and
 * secrets, a clock that the test moves. Settings are checked against the plugin's manifest as the
 * host checks them.
 *
 * <pre>{@code
 * TestContext context = TestContext.of("slack-emea")
 *     .setting("api_url", simulator.url())
 *     .secret("signing_secret", "8f74…")
 *     .build();
 * Channel channel = new SlackFactory().open(context);
 * }</pre>
 */
public final class TestContext implements ChannelContext, AutoCloseable {

  private final String channelId;
  private final Manifest manifest;
  private final TestClock clock;
  private final CheckedSettings settings;
  private final MemorySecrets stored;
  private final Secrets secrets;
  private final State state;
  private final GuardedHttp http;
  private final Ids ids = new RandomIds();
  private final System.Logger log;

  private TestContext(Builder builder) {
    channelId = builder.channelId;
    manifest = builder.manifest;
    clock = builder.clock;
    settings = CheckedSettings.of(manifest, builder.settings);
    Masks masks = new Masks();
    stored = builder.secrets;
    secrets = new MaskedSecrets(manifest, stored, masks);
    state = new MemoryState(clock);
    http = new GuardedHttp(Egress.of(manifest, settings), () -> builder.credentials, clock);
    log = new MaskedLog(System.getLogger("weir.channel." + channelId), masks);
  }

  /** Begins with the manifest on the class path, which is the plugin's own in its tests. */
  public static Builder of(String channelId) {
    return of(channelId, Manifest.ofClassPath(TestContext.class.getClassLoader()));
  }

  public static Builder of(String channelId, Manifest manifest) {
    return new Builder(channelId, manifest);
  }

  @Override
  public String channelId() {
    return channelId;
  }

  public Manifest manifest() {
    return manifest;
  }

  @Override
  public Http http() {
    return http;
  }

  @Override
  public Secrets secrets() {
    return secrets;
  }

  /** Sets a secret of the channel's configuration while it runs. */
  public void secret(String name, String value) {
    stored.set(name, value);
  }

  /** Seals secrets under a binding, as the host does after {@code Bound}. */
  public void seal(Binding binding, Map<String, String> values) {
    values.forEach((name, value) -> secrets.put(binding, name, value));
  }

  /** What is sealed under a binding. */
  public Optional<String> sealed(Binding binding, String name) {
    return secrets.of(binding, name);
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public TestClock clock() {
    return clock;
  }

  @Override
  public Ids ids() {
    return ids;
  }

  @Override
  public System.Logger log() {
    return log;
  }

  @Override
  public void close() {
    http.close();
  }

  /** Collects what the world holds. */
  public static final class Builder {

    private final String channelId;
    private final Manifest manifest;
    private final Map<String, String> settings = new HashMap<>();
    private final MemorySecrets secrets = new MemorySecrets();
    private TestClock clock = new TestClock(Instant.parse("2026-11-01T00:00:00Z"));
    private CloudCredentials credentials =
        new CloudCredentials("AKIDEXAMPLE", "not-a-secret", Optional.empty());

    private Builder(String channelId, Manifest manifest) {
      this.channelId = channelId;
      this.manifest = manifest;
    }

    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    public Builder secret(String name, String value) {
      secrets.set(name, value);
      return this;
    }

    public Builder clock(TestClock of) {
      clock = of;
      return this;
    }

    /** What {@code signedByHost} signs with. */
    public Builder credentials(CloudCredentials of) {
      credentials = of;
      return this;
    }

    public TestContext build() {
      return new TestContext(this);
    }
  }

  private static final class RandomIds implements Ids {

    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    private final RandomGenerator random = new SecureRandom();

    @Override
    public String next() {
      StringBuilder id = new StringBuilder();
      for (int i = 0; i < 26; i++) {
        id.append(ALPHABET.charAt(random.nextInt(32)));
      }
      return id.toString();
    }

    @Override
    public byte[] random(int bytes) {
      byte[] fresh = new byte[bytes];
      random.nextBytes(fresh);
      return fresh;
    }
  }
}
