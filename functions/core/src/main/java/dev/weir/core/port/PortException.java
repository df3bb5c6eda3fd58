package dev.weir.core.port;

import org.jspecify.annotations.Nullable;

/** A store or service behind a port cannot be reached or refused to work. Retrying may help. */
public final class PortException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public PortException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public PortException(String message) {
    super(message, null);
  }
}
