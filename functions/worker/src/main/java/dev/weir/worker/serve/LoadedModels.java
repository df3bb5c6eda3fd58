package dev.weir.worker.serve;

import dev.weir.core.infer.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The versions that answer now. A new one is loaded and warmed up beside the others and then
 * answers; one that is wanted no more is closed once no grant for it can be good. {@link #want} is
 * called from one thread; reading is thread-safe.
 */
final class LoadedModels implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(LoadedModels.class.getName());
  private static final Set<String> FILES = Set.of("model.json", "model.onnx", "answers.json");

  private final Gateway gateway;
  private final Path folder;
  private final Function<String, TextEncoder> encoders;
  private final long lingerNanos;
  private final Map<String, Model> models = new ConcurrentHashMap<>();
  private final List<Leaving> leaving = new ArrayList<>();

  private record Leaving(Model model, long sinceNanos) {}

  /**
   * With nothing loaded.
   *
   * @param linger how long a version is kept that is wanted no more
   */
  LoadedModels(
      Gateway gateway, Path folder, Function<String, TextEncoder> encoders, Duration linger) {
    this.gateway = gateway;
    this.folder = folder;
    this.encoders = encoders;
    this.lingerNanos = linger.toNanos();
  }

  Optional<Model> get(String version) {
    return Optional.ofNullable(models.get(version));
  }

  List<String> versions() {
    return models.keySet().stream().sorted().toList();
  }

  /**
   * Loads what is wanted and not here, and lets go of what is not wanted. A version that cannot be
   * loaded is told and tried again with the next lease.
   *
   * @return whether the versions changed
   */
  boolean want(List<Replica.Served> wanted) {
    boolean changed = false;
    Set<String> names = new HashSet<>();
    for (Replica.Served served : wanted) {
      names.add(served.version());
      if (!models.containsKey(served.version())) {
        changed |= load(served);
      }
    }
    for (String version : versions()) {
      if (!names.contains(version)) {
        Model model = models.remove(version);
        if (model != null) {
          leaving.add(new Leaving(model, System.nanoTime()));
          changed = true;
        }
      }
    }
    closeThoseGone();
    return changed;
  }

  private boolean load(Replica.Served served) {
    try {
      Path target = Files.createDirectories(folder).resolve(served.version().replace(':', '-'));
      Files.createDirectories(target);
      for (Map.Entry<String, String> file : served.files().entrySet()) {
        if (FILES.contains(file.getKey())) {
          gateway.download(file.getValue(), target.resolve(file.getKey()));
        }
      }
      Model model = OnnxModel.load(served.version(), target, encoders);
      warmUp(model);
      models.put(served.version(), model);
      return true;
    } catch (IOException | RuntimeException | LinkageError e) {
      LOG.log(System.Logger.Level.ERROR, "version " + served.version() + " is not served", e);
      return false;
    }
  }

  private static void warmUp(Model model) {
    try {
      model.score(List.of(model.sample()));
    } catch (RuntimeException | LinkageError e) {
      model.close();
      throw e;
    }
  }

  private void closeThoseGone() {
    long now = System.nanoTime();
    leaving.removeIf(left -> {
      boolean gone = now - left.sinceNanos() > lingerNanos;
      if (gone) {
        left.model().close();
      }
      return gone;
    });
  }

  @Override
  public void close() {
    models.values().forEach(Model::close);
    models.clear();
    leaving.forEach(left -> left.model().close());
    leaving.clear();
  }
}
