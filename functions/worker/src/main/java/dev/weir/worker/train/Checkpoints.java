package dev.weir.worker.train;

import dev.weir.core.json.Json;
import dev.weir.worker.train.Safetensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints as folders {@code step-<12 digits>} of {@code model.safetensors}, {@code
 * best.safetensors}, {@code optimizer.safetensors} and {@code state.json}. A folder appears whole:
 * its files are written and forced to disk under another name first. The newest two are kept.
 */
public final class Checkpoints {

  /** What a checkpoint's folder is called. */
  public static final String PREFIX = "step-";

  static final String MODEL = "model.safetensors";
  static final String BEST = "best.safetensors";
  static final String OPTIMIZER = "optimizer.safetensors";
  static final String STATE = "state.json";

  private static final int KEPT = 2;

  private final Path folder;

  public Checkpoints(Path folder) {
    this.folder = folder;
  }

  /** A whole checkpoint. */
  record Saved(
      LoopState state,
      Map<String, Tensor> model,
      Map<String, Tensor> best,
      Map<String, Tensor> optimizer) {}

  /** The newest checkpoint's folder. */
  public Optional<Path> newest() throws IOException {
    return folders().stream().reduce((_, last) -> last);
  }

  /** The step that a checkpoint's folder is named after. */
  public static long step(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring(PREFIX.length()));
  }

  /** Checkpoints by step, oldest first. */
  private List<Path> folders() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(p -> p.getFileName().toString().matches(PREFIX + "[0-9]{12}"))
          .sorted()
          .toList();
    }
  }

  Optional<Saved> load() throws IOException {
    Optional<Path> newest = newest();
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    Path from = newest.get();
    return Optional.of(
        new Saved(
            Json.MAPPER.readValue(from.resolve(STATE).toFile(), LoopState.class),
            Safetensors.read(from.resolve(MODEL)).tensors(),
            Safetensors.read(from.resolve(BEST)).tensors(),
            Safetensors.read(from.resolve(OPTIMIZER)).tensors()));
  }

  void save(Saved saved) throws IOException {
    Path made = folder.resolve("%s%012d".formatted(PREFIX, saved.state().step()));
    Path hidden = folder.resolve("." + made.getFileName());
    delete(hidden);
    Files.createDirectories(hidden);
    write(hidden.resolve(MODEL), Safetensors.encode(saved.model(), Map.of()));
    write(hidden.resolve(BEST), Safetensors.encode(saved.best(), Map.of()));
    write(hidden.resolve(OPTIMIZER), Safetensors.encode(saved.optimizer(), Map.of()));
    write(hidden.resolve(STATE), Json.MAPPER.writeValueAsBytes(saved.state()));
    delete(made);
    Files.move(hidden, made, StandardCopyOption.ATOMIC_MOVE);
    force(folder);
    List<Path> all = folders();
    for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
      delete(old);
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
