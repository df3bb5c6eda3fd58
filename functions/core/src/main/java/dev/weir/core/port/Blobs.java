package dev.weir.core.port;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Named objects. A put is atomic: readers see the whole object or none. Names are paths of {@code
 * [A-Za-z0-9._=-]} segments joined by {@code /}, at most 512 characters, 200 a segment, no {@code
 * .} or {@code ..} segment.
 */
public interface Blobs {

  /** The largest object, in bytes. */
  long OBJECT_MAX_BYTES = 5L << 30;

  /** The largest page of a listing. */
  int LIST_MAX = 1000;

  /**
   * Publishes an object, replacing one of the same name.
   *
   * @param length exact, or −1 where it is not known
   */
  Stat put(String name, InputStream content, long length) throws IOException;

  /** Publishes under a name only where nothing is; false where there is something already. */
  boolean putIfAbsent(String name, InputStream content, long length) throws IOException;

  /**
   * Publishes under the content's own address, {@code sha256/<hex>}.
   *
   * @return the name; the same content always has the same
   */
  String putContent(InputStream content) throws IOException;

  /** Opens an object; empty where there is none. The caller closes it. */
  Optional<InputStream> open(String name) throws IOException;

  /**
   * Opens {@code length} bytes from {@code offset}; shorter where the object ends. Empty where
   * there is no object.
   */
  Optional<InputStream> open(String name, long offset, long length) throws IOException;

  Optional<Stat> stat(String name) throws IOException;

  /** Up to {@code limit} names with the prefix, in order, after {@code after} (empty: all). */
  List<String> list(String prefix, String after, int limit) throws IOException;

  void delete(String name) throws IOException;

  /** A URL that lets its holder read the object until it expires; 7 days at most. */
  URI presignGet(String name, Duration lifetime);

  /** A URL that lets its holder write the object until it expires; 7 days at most. */
  URI presignPut(String name, Duration lifetime);

  /**
   * Size in bytes and SHA-256 in hex of what is stored (empty where the store does not know it).
   */
  record Stat(String name, long bytes, String sha256) {}
}
