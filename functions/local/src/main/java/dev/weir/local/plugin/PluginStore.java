package dev.weir.local.plugin;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.loader.LoadedPlugin;
import dev.weir.loader.PluginFile;
import dev.weir.loader.PluginLoader;
import dev.weir.loader.PluginRefused;
import dev.weir.loader.PluginSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The plugins of one machine: {@code plugins/<id>.jar} with its {@code .sig}, and the publishers'
 * keys in {@code publishers/<name>.pub}. A plugin is verified before it is stored and again each
 * time it is loaded. Thread-safe.
 */
public final class PluginStore implements AutoCloseable {

  /** The most publishers that are trusted. */
  public static final int PUBLISHERS_MAX = 100;

  private static final String KEY_SUFFIX = ".pub";
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
  private static final System.Logger LOG = System.getLogger(PluginStore.class.getName());

  private final Path plugins;
  private final Path publishers;
  private final Map<String, LoadedPlugin> loaded = new TreeMap<>();

  private PluginStore(Path plugins, Path publishers) {
    this.plugins = plugins;
    this.publishers = publishers;
  }

  /** Opens the store and loads what is in it; what is refused is logged by name and left out. */
  public static PluginStore open(Path dataFolder) throws IOException {
    Path plugins = Files.createDirectories(dataFolder.resolve("plugins"));
    Path publishers = Files.createDirectories(dataFolder.resolve("publishers"));
    PluginStore store = new PluginStore(plugins, publishers);
    store.loadAll();
    return store;
  }

  private synchronized void loadAll() throws IOException {
    List<PluginFile> files = new ArrayList<>();
    try (Stream<Path> jars = Files.list(plugins)) {
      jars.filter(jar -> jar.getFileName().toString().endsWith(".jar"))
          .sorted()
          .map(PluginFile::of)
          .forEach(files::add);
    }
    if (files.isEmpty()) {
      return;
    }
    PluginLoader.Outcome outcome = loader().loadAll(files);
    loaded.putAll(outcome.loaded());
    outcome
        .refused()
        .forEach((jar, refused) ->
            LOG.log(
                System.Logger.Level.WARNING,
                "plugin {0} is not loaded: {1}",
                jar.getFileName(),
                refused.getMessage()));
  }

  /** The publishers' names. */
  public synchronized List<String> publishers() {
    return keys().keySet().stream().toList();
  }

  /**
   * Trusts a publisher from now on.
   *
   * @param publicKey base 64 of 32 bytes
   */
  public synchronized void trust(String name, String publicKey) {
    if (!NAME.matcher(name).matches()) {
      throw new ProblemException(Problem.invalid("publisher name \"" + name + "\" is not " + NAME));
    }
    Map<String, String> keys = keys();
    if (keys.size() >= PUBLISHERS_MAX && !keys.containsKey(name)) {
      throw new ProblemException(Problem.conflict("publishers > " + PUBLISHERS_MAX));
    }
    try {
      new PluginLoader(List.of(publicKey)); // refuses what is no key
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.invalid("publisher " + name + ": " + e.getMessage()), e);
    }
    write(publishers.resolve(name + KEY_SUFFIX), publicKey.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Verifies and stores a plugin; one of the same id is replaced.
   *
   * @param signature as {@link PluginSigner} writes it
   * @throws ProblemException 422 with the refusal's name where it is refused
   */
  public synchronized LoadedPlugin install(byte[] jar, String signature) {
    Path incoming = plugins.resolve("incoming-" + System.nanoTime() + ".new");
    try {
      write(incoming, jar);
      write(PluginSigner.signatureOf(incoming), signature.getBytes(StandardCharsets.US_ASCII));
      LoadedPlugin plugin = load(PluginFile.of(incoming));
      String id = plugin.manifest().id();
      plugin.close();
      Path target = plugins.resolve(id + ".jar");
      move(PluginSigner.signatureOf(incoming), PluginSigner.signatureOf(target));
      move(incoming, target);
      LoadedPlugin stored = load(PluginFile.of(target));
      LoadedPlugin before = loaded.put(id, stored);
      if (before != null) {
        before.close();
      }
      return stored;
    } finally {
      delete(incoming);
      delete(PluginSigner.signatureOf(incoming));
    }
  }

  /** The plugin, where it is installed. */
  public synchronized Optional<LoadedPlugin> find(String id) {
    return Optional.ofNullable(loaded.get(id));
  }

  /** All installed plugins, by id. */
  public synchronized List<LoadedPlugin> list() {
    return List.copyOf(loaded.values());
  }

  private LoadedPlugin load(PluginFile file) {
    try {
      return loader().load(file);
    } catch (PluginRefused e) {
      throw new ProblemException(Problem.invalid("plugin is refused: " + e.getMessage()), e);
    }
  }

  private PluginLoader loader() {
    Map<String, String> keys = keys();
    if (keys.isEmpty()) {
      throw new ProblemException(
          Problem.conflict("no publisher is trusted yet: weir plugin keys trust NAME FILE"));
    }
    return new PluginLoader(keys.values());
  }

  private Map<String, String> keys() {
    Map<String, String> keys = new TreeMap<>();
    try (Stream<Path> files = Files.list(publishers)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(KEY_SUFFIX)) {
          keys.put(
              name.substring(0, name.length() - KEY_SUFFIX.length()),
              Files.readString(file, StandardCharsets.US_ASCII).strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the publishers' keys cannot be read", e);
    }
    return keys;
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(to + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "left behind: " + file, e);
    }
  }

  @Override
  public synchronized void close() {
    loaded.values().forEach(LoadedPlugin::close);
    loaded.clear();
  }
}
