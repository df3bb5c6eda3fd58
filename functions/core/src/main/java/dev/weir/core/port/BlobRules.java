package dev.weir.core.port;

import java.time.Duration;
import java.util.regex.Pattern;

/** The limits that every {@link Blobs} enforces. */
public final class BlobRules {

  /** The longest name, in characters. */
  public static final int NAME_MAX_CHARS = 512;

  /** The longest segment of a name, in characters; a file's name is no longer than 255 bytes. */
  public static final int SEGMENT_MAX_CHARS = 200;

  /** The longest life of a presigned URL. */
  public static final Duration PRESIGN_MAX = Duration.ofDays(7);

  private static final Pattern NAME =
      Pattern.compile("(?!\\.{1,2}(/|$))[A-Za-z0-9._=-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9._=-]+)*");

  private BlobRules() {}

  public static void checkName(String name) {
    if (name.length() > NAME_MAX_CHARS) {
      throw new IllegalArgumentException(
          "blob name length " + name.length() + " > " + NAME_MAX_CHARS);
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "blob name \"" + name + "\" is not segments of [A-Za-z0-9._=-] joined by /");
    }
    for (String segment : name.split("/", -1)) {
      if (segment.length() > SEGMENT_MAX_CHARS) {
        throw new IllegalArgumentException(
            "blob name segment length " + segment.length() + " > " + SEGMENT_MAX_CHARS);
      }
    }
  }

  public static void checkRange(long offset, long length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("range " + offset + "+" + length + " is negative");
    }
  }

  public static void checkList(int limit) {
    if (limit < 1 || limit > Blobs.LIST_MAX) {
      throw new IllegalArgumentException("list limit " + limit + " not in 1.." + Blobs.LIST_MAX);
    }
  }

  public static void checkLifetime(Duration lifetime) {
    if (lifetime.isNegative() || lifetime.isZero() || lifetime.compareTo(PRESIGN_MAX) > 0) {
      throw new IllegalArgumentException(
          "lifetime " + lifetime + " not in (0, " + PRESIGN_MAX + "]");
    }
  }
}
