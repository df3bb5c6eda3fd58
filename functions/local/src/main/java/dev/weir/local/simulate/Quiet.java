package dev.weir.local.simulate;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** While it is open, the channel hosts log nothing: their trouble is made up. */
public final class Quiet implements AutoCloseable {

  private final Logger logger = Logger.getLogger("dev.weir.host");
  private final @Nullable Level before = logger.getLevel();

  public Quiet() {
    logger.setLevel(Level.OFF);
  }

  @Override
  public void close() {
    logger.setLevel(before);
  }
}
