package dev.weir.core.port;

/**
 * An item's address. Within a partition items are ordered by the UTF-8 bytes of {@code sort}.
 *
 * @param partition 1 to 1024 bytes of UTF-8
 * @param sort 1 to 1024 bytes of UTF-8
 */
public record Key(String partition, String sort) {

  /** The longest partition or sort key, in bytes of UTF-8. */
  public static final int MAX_BYTES = 1024;

  public Key {
    check("partition", partition);
    check("sort", sort);
  }

  private static void check(String what, String value) {
    int bytes = TableRules.utf8Length(value);
    if (bytes == 0 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          what + " key length " + bytes + " B not in 1.." + MAX_BYTES);
    }
    if (value.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
      throw new IllegalArgumentException(what + " key has half a surrogate pair");
    }
  }
}
