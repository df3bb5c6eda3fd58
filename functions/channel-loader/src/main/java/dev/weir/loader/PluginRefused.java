package dev.weir.loader;

import org.jspecify.annotations.Nullable;

/** A plugin that is not loaded, with the reason by name. Other plugins are not touched by it. */
public final class PluginRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  public PluginRefused(Refusal refusal, String message) {
    this(refusal, message, null);
  }

  public PluginRefused(Refusal refusal, String message, @Nullable Throwable cause) {
    super(refusal + ": " + message, cause);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
