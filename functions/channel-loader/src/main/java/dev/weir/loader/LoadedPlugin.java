package dev.weir.loader;

import dev.weir.spi.Capability;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelFactory;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** A plugin that passed every check and can open channels. Thread-safe. */
public final class LoadedPlugin implements AutoCloseable {

  private final Manifest manifest;
  private final String sha512;
  private final Path origin;
  private final ChannelFactory factory;
  private final ClassLoader classes;
  private final Runnable unload;

  LoadedPlugin(
      Manifest manifest,
      String sha512,
      Path origin,
      ChannelFactory factory,
      ClassLoader classes,
      Runnable unload) {
    this.manifest = manifest;
    this.sha512 = sha512;
    this.origin = origin;
    this.factory = factory;
    this.classes = classes;
    this.unload = unload;
  }

  public Manifest manifest() {
    return manifest;
  }

  /** The jar's SHA-512 in hex. */
  public String sha512() {
    return sha512;
  }

  /** The jar that it was loaded from. */
  public Path origin() {
    return origin;
  }

  /**
   * Opens a channel and holds its facets against the manifest. The context's settings must be
   * {@link CheckedSettings} of this manifest.
   *
   * @throws PluginRefused with {@link Refusal#OPEN_FAILED} or {@link Refusal#FACETS_DIFFER}
   */
  public LoadedChannel open(ChannelContext context) {
    Guard guard = new Guard(classes, manifest.id());
    try {
      return guard.call(() -> {
        Channel channel =
            Objects.requireNonNull(factory.open(context), "the factory opened nothing");
        checkFacets(channel);
        return new LoadedChannel(manifest, context.channelId(), channel, guard);
      });
    } catch (PluginRefused e) {
      throw e;
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new PluginRefused(
          Refusal.OPEN_FAILED,
          "channel " + context.channelId() + " of plugin " + manifest.id() + ": " + e.getMessage(),
          cause);
    }
  }

  private void checkFacets(Channel channel) {
    Set<Capability> present = Capability.of(channel);
    Set<Capability> declared = manifest.capabilities();
    if (present.equals(declared)) {
      return;
    }
    Set<Capability> undeclared = EnumSet.copyOf(present.isEmpty() ? declared : present);
    undeclared.removeAll(declared);
    Set<Capability> missing = new TreeSet<>(declared);
    missing.removeAll(present);
    channel.close();
    throw new PluginRefused(
        Refusal.FACETS_DIFFER,
        "plugin "
            + manifest.id()
            + " declares but lacks "
            + missing
            + ", has but does not declare "
            + undeclared);
  }

  @Override
  public void close() {
    unload.run();
  }

  @Override
  public String toString() {
    return manifest.id() + " (" + origin.getFileName() + ")";
  }
}
