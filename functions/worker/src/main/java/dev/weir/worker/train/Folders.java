package dev.weir.worker.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * SageMaker's training contract: where a container finds and leaves its files. {@code /opt/ml}
 * unless {@code SAGEMAKER_BASE_DIR} says otherwise.
 */
public record Folders(Path base) {

  /** As the environment says. */
  public static Folders ofEnvironment() {
    String base = System.getenv("SAGEMAKER_BASE_DIR");
    return new Folders(Path.of(base == null || base.isBlank() ? "/opt/ml" : base));
  }

  public Path config(String file) {
    return base.resolve("input/config").resolve(file);
  }

  public Path data(String channel) {
    return base.resolve("input/data").resolve(channel);
  }

  public Path model() {
    return base.resolve("model");
  }

  public Path checkpoints() {
    return base.resolve("checkpoints");
  }

  /** What is told while running. */
  public Path intermediate() {
    return base.resolve("output/intermediate");
  }

  /** Why it failed, as text. */
  public Path failure() {
    return base.resolve("output/failure");
  }

  /** Makes the folders that a program writes to. */
  public Folders create() throws IOException {
    for (Path folder :
        new Path[] {
          base.resolve("input/config"),
          base.resolve("input/data"),
          model(),
          checkpoints(),
          intermediate(),
          base.resolve("output/data")
        }) {
      Files.createDirectories(folder);
    }
    return this;
  }
}
