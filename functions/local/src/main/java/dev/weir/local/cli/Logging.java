package dev.weir.local.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** One line an event, to the error output. */
public final class Logging {

  private Logging() {}

  /** Only what is wrong. */
  public static void quiet() {
    configure();
    Logger root = LogManager.getLogManager().getLogger("");
    if (root != null) {
      root.setLevel(Level.WARNING);
    }
  }

  public static void configure() {
    try (InputStream in = Logging.class.getResourceAsStream("/dev/weir/local/logging.properties")) {
      if (in == null) {
        throw new IllegalStateException("logging.properties is not in the jar");
      }
      LogManager.getLogManager().readConfiguration(in);
    } catch (IOException e) {
      throw new UncheckedIOException("logging.properties cannot be read", e);
    }
  }
}
