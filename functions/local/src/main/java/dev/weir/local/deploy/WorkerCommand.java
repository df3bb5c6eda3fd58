package dev.weir.local.deploy;

import java.nio.file.Path;
import java.util.List;

/** How this machine starts the program that runs in the container elsewhere. */
final class WorkerCommand {

  private WorkerCommand() {}

  /** The worker on this process's Java and libraries. */
  static List<String> here() {
    String home = System.getProperty("weir.home", "");
    String libraries =
        home.isEmpty()
            ? System.getProperty("java.class.path")
            : Path.of(home, "lib").toString() + "/*";
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-Xmx{memoryMb}m",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        libraries,
        "dev.weir.worker.Main");
  }
}
