package dev.weir.core.meter;

import java.io.IOException;
import java.nio.file.Path;

/** A journal that must not be read on: damaged in the middle, or another host's. */
public final class JournalException extends IOException {

  private static final long serialVersionUID = 1L;

  JournalException(Path file, String detail) {
    super("journal " + file.getFileName() + ": " + detail);
  }
}
