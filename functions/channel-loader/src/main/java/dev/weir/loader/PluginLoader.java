package dev.weir.loader;

import dev.weir.spi.ChannelFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Loads plugins strictly, each by itself: size → SHA-512 → signature → manifest → API range → id →
 * class-file version → index → factory. Whatever is wrong with one is a {@link PluginRefused} with
 * a name, and touches no other.
 *
 * <p>Thread-safe. The bytes that were verified are copied to a private folder and loaded from
 * there, so that nobody can exchange the file in between.
 */
public final class PluginLoader {

  private static final int SIGNATURE_MAX_BYTES = 1024;

  private final List<PublicKey> trusted;

  /**
   * Trusts publishers.
   *
   * @param publicKeys base 64 of 32 bytes each; one of them must have signed each plugin
   */
  public PluginLoader(Collection<String> publicKeys) {
    if (publicKeys.isEmpty()) {
      throw new IllegalArgumentException("no publisher's key is trusted");
    }
    this.trusted = publicKeys.stream().map(Ed25519::publicKey).toList();
  }

  /** What became of several plugins. */
  public record Outcome(Map<String, LoadedPlugin> loaded, Map<Path, PluginRefused> refused) {}

  /** Loads all, one by one; of two with one id the first stays. */
  public Outcome loadAll(List<PluginFile> files) {
    Map<String, LoadedPlugin> loaded = new LinkedHashMap<>();
    Map<Path, PluginRefused> refused = new LinkedHashMap<>();
    for (PluginFile file : files) {
      try {
        LoadedPlugin plugin = load(file);
        LoadedPlugin first = loaded.putIfAbsent(plugin.manifest().id(), plugin);
        if (first != null) {
          plugin.close();
          throw new PluginRefused(
              Refusal.DUPLICATE_ID,
              "plugin " + plugin.manifest().id() + " is loaded already, from " + first.origin());
        }
      } catch (PluginRefused e) {
        refused.put(file.jar(), e);
      }
    }
    return new Outcome(loaded, refused);
  }

  /**
   * Loads one. The caller closes it.
   *
   * @throws PluginRefused with the reason
   */
  public LoadedPlugin load(PluginFile file) {
    byte[] bytes = read(file.jar(), Limits.JAR_MAX_BYTES);
    String sha512 = PluginSigner.sha512(bytes);
    Optional<String> pinned = file.sha512().map(h -> h.toLowerCase(Locale.ROOT));
    if (pinned.isPresent() && !pinned.get().equals(sha512)) {
      throw new PluginRefused(
          Refusal.WRONG_HASH,
          file.jar().getFileName() + " has SHA-512 " + sha512 + ", pinned is " + pinned.get());
    }
    checkSignature(file.jar(), bytes);
    PrivateFolder copy = privateCopy(file.jar(), bytes);
    try {
      return loadVerified(file, copy, sha512);
    } catch (PluginRefused e) {
      copy.remove();
      throw e;
    }
  }

  private LoadedPlugin loadVerified(PluginFile file, PrivateFolder copy, String sha512) {
    JarCheck.Content content = JarCheck.of(copy.jar(), file.id().stream().toList());
    OnePluginManager manager = new OnePluginManager(copy.folder());
    try {
      String id = manager.loadPlugin(copy.jar());
      manager.startPlugin(id);
      List<ChannelFactory> factories = manager.getExtensions(ChannelFactory.class, id);
      if (factories.size() != 1) {
        throw new PluginRefused(
            Refusal.FACTORY_BROKEN,
            content.factory() + " cannot be loaded or is no ChannelFactory");
      }
      return new LoadedPlugin(
          content.manifest(),
          sha512,
          file.jar(),
          factories.getFirst(),
          manager.getPluginClassLoader(id),
          () -> {
            manager.unloadPlugins();
            copy.remove();
          });
    } catch (LinkageError | RuntimeException e) {
      manager.unloadPlugins();
      throw e instanceof PluginRefused refused
          ? refused
          : new PluginRefused(
              Refusal.FACTORY_BROKEN, content.factory() + " cannot be made: " + e, e);
    }
  }

  private void checkSignature(Path jar, byte[] bytes) {
    Path file = PluginSigner.signatureOf(jar);
    if (!Files.isRegularFile(file)) {
      throw new PluginRefused(
          Refusal.SIGNATURE_MISSING, file.getFileName() + " is not beside the jar");
    }
    byte[] signature;
    try {
      String text = new String(read(file, SIGNATURE_MAX_BYTES), StandardCharsets.US_ASCII);
      signature = Base64.getDecoder().decode(text.strip());
    } catch (IllegalArgumentException e) {
      throw new PluginRefused(Refusal.SIGNATURE_WRONG, file.getFileName() + " is not base 64", e);
    }
    if (trusted.stream().noneMatch(key -> Ed25519.verify(key, bytes, signature))) {
      throw new PluginRefused(
          Refusal.SIGNATURE_WRONG,
          file.getFileName()
              + " is by none of the "
              + trusted.size()
              + " trusted keys, or the jar was changed after it was signed");
    }
  }

  private static byte[] read(Path file, long max) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(Math.toIntExact(max) + 1);
      if (bytes.length > max) {
        throw new PluginRefused(Refusal.TOO_LARGE, file.getFileName() + " > " + max + " B");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new PluginRefused(Refusal.UNREADABLE, file + " does not exist", e);
    } catch (IOException e) {
      throw new PluginRefused(Refusal.UNREADABLE, file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static PrivateFolder privateCopy(Path jar, byte[] bytes) {
    try {
      return PrivateFolder.holding(bytes);
    } catch (IOException e) {
      throw new PluginRefused(
          Refusal.UNREADABLE, jar.getFileName() + " cannot be copied: " + e.getMessage(), e);
    }
  }
}
