package dev.weir.core.port;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list that a use case answers.
 *
 * @param next opaque; where there may be more
 */
public record Paged<T>(List<T> items, Optional<String> next) {

  public Paged {
    items = List.copyOf(items);
  }

  /** Which page: at most {@code limit} items, after the page that ended with {@code token}. */
  public record Request(int limit, Optional<String> token) {

    public static final int LIMIT_MAX = 100;

    public static final Request FIRST = new Request(LIMIT_MAX, Optional.empty());

    public Request {
      if (limit < 1 || limit > LIMIT_MAX) {
        throw new IllegalArgumentException("page limit " + limit + " not in 1.." + LIMIT_MAX);
      }
    }

    /** The same page of a partition's rows. */
    public Table.Query of(Table.Query query) {
      Table.Query limited = query.limit(limit);
      return token.isEmpty() ? limited : limited.after(token.get());
    }
  }
}
