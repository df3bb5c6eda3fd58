package dev.weir.loader;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** A logger through which no secret passes, in messages, parameters or stack traces. */
public final class MaskedLog implements System.Logger {

  private final System.Logger target;
  private final Masks masks;

  public MaskedLog(System.Logger target, Masks masks) {
    this.target = target;
    this.masks = masks;
  }

  @Override
  public String getName() {
    return target.getName();
  }

  @Override
  public boolean isLoggable(Level level) {
    return target.isLoggable(level);
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    if (!isLoggable(level)) {
      return;
    }
    String text = String.valueOf(message);
    if (thrown != null) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      text = text + System.lineSeparator() + trace;
    }
    target.log(level, masks.mask(text));
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... params) {
    if (!isLoggable(level)) {
      return;
    }
    String text = String.valueOf(format);
    if (params != null && params.length > 0) {
      try {
        text = MessageFormat.format(text, params);
      } catch (IllegalArgumentException e) {
        // A bad pattern must not cost the message.
        text = text + " " + e.getMessage();
      }
    }
    target.log(level, masks.mask(text));
  }
}
