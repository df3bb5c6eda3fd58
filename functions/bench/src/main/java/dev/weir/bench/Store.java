package dev.weir.bench;

import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.local.port.LocalPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Where facts end. */
enum Store {
  SQLITE("SQLite and files"),
  MEMORY("in memory");

  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  private final String label;

  Store(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** Runs on an empty store. */
  double with(Path parent, ToDoubleFunction<Ports> run) {
    return switch (this) {
      case MEMORY -> run.applyAsDouble(MemoryPorts.create(InstantSource.system()));
      case SQLITE -> {
        try (Scratch scratch = Scratch.in(parent);
            LocalPorts local = open(scratch.folder())) {
          yield run.applyAsDouble(local.ports());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  static LocalPorts open(Path folder) {
    return LocalPorts.open(
        folder.resolve("store"), Optional.empty(), NOWHERE, InstantSource.system(), List.of());
  }
}
