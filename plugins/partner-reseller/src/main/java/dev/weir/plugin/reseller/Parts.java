package dev.weir.plugin.reseller;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Cuts a list into runs whose payloads stay below {@link Sender#PAYLOAD_MAX_BYTES}. */
final class Parts {

  private Parts() {}

  /**
   * Cuts greedily, in order, so that equal lists are cut the same.
   *
   * @param overheadBytes of a payload without items
   * @param sizeBytes of one item, with its separator
   * @throws IllegalArgumentException where one item alone is too large
   */
  static <T> List<List<T>> cut(List<T> items, int overheadBytes, Function<T, Integer> sizeBytes) {
    List<List<T>> parts = new ArrayList<>();
    List<T> part = new ArrayList<>();
    int bytes = overheadBytes;
    for (T item : items) {
      int size = sizeBytes.apply(item);
      if (overheadBytes + size >= Sender.PAYLOAD_MAX_BYTES) {
        throw new IllegalArgumentException(
            "one item of " + size + " B, payload < " + Sender.PAYLOAD_MAX_BYTES + " B");
      }
      if (bytes + size >= Sender.PAYLOAD_MAX_BYTES) {
        parts.add(part);
        part = new ArrayList<>();
        bytes = overheadBytes;
      }
      part.add(item);
      bytes += size;
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }
}
