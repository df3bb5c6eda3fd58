package dev.weir.core.port;

import java.util.List;
import java.util.Optional;

/**
 * The substrate of all state: items by (partition, sort), and commits over many of them. Reads are
 * consistent. There are no scans and no secondary indexes: every list has index rows written in the
 * same commit as what they point to.
 *
 * <p>Thread-safe. Methods throw {@link PortException} where the store cannot be reached; {@link
 * #commit} then answers {@link Outcome.Unknown} if the commit may have happened.
 */
public interface Table {

  /** The most writes in one commit. */
  int WRITES_MAX = 100;

  /** The largest commit, in bytes of keys and bodies. */
  int COMMIT_MAX_BYTES = 4 << 20;

  /** The largest body, in bytes of UTF-8. */
  int BODY_MAX_BYTES = 64 << 10;

  /** The largest page of a query, in items. */
  int PAGE_MAX_ITEMS = 1000;

  /** The item, unless there is none or it has expired. */
  Optional<Item> get(Key key);

  /** A page of a partition. Pages are not snapshots of one moment. */
  Page query(Query query);

  /**
   * Applies all writes or none.
   *
   * @throws IllegalArgumentException where a limit is exceeded, a key is written twice, or there is
   *     no write
   */
  Outcome commit(List<Write> writes);

  /**
   * What to list.
   *
   * @param from the lowest sort key, inclusive; empty string for the beginning
   * @param to the highest sort key, exclusive; empty string for the end
   * @param limit 1 to {@link #PAGE_MAX_ITEMS}
   * @param token of the page before, for the page after it
   */
  record Query(
      String partition,
      String from,
      String to,
      boolean descending,
      int limit,
      Optional<String> token) {

    /** All of a partition, ascending. */
    public static Query all(String partition) {
      return new Query(partition, "", "", false, PAGE_MAX_ITEMS, Optional.empty());
    }

    /** The sort keys that begin with {@code prefix}, ascending. */
    public static Query prefix(String partition, String prefix) {
      String to = prefix + Character.toString(Character.MAX_CODE_POINT);
      return new Query(partition, prefix, to, false, PAGE_MAX_ITEMS, Optional.empty());
    }

    public Query after(String pageToken) {
      return new Query(partition, from, to, descending, limit, Optional.of(pageToken));
    }

    public Query limit(int items) {
      return new Query(partition, from, to, descending, items, token);
    }

    public Query backwards() {
      return new Query(partition, from, to, true, limit, token);
    }
  }

  /** Items that have not expired, in order; a token where there may be more. */
  record Page(List<Item> items, Optional<String> next) {
    public Page {
      items = List.copyOf(items);
    }
  }
}
