package dev.weir.core.account;

import java.util.List;
import java.util.Optional;

/** A page of a listing, and the token of the next where there may be more. */
public record Page<T>(List<T> items, Optional<String> next) {

  /** The largest page. */
  public static final int LIMIT_MAX = 1000;

  public Page {
    items = List.copyOf(items);
  }

  /**
   * Which page is wanted.
   *
   * @param limit 1 to {@link #LIMIT_MAX}
   * @param token {@link Page#next} of the page before
   */
  public record Request(int limit, Optional<String> token) {

    public static final Request FIRST = new Request(100, Optional.empty());

    public Request {
      if (limit < 1 || limit > LIMIT_MAX) {
        throw new IllegalArgumentException("page limit " + limit + " not in 1.." + LIMIT_MAX);
      }
    }
  }
}
