package dev.weir.gateway.control;

import dev.weir.core.account.Page;
import dev.weir.core.port.TableRules;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import java.util.List;
import java.util.Optional;

/**
 * How every list is answered: {@code items}, and {@code next} where there is more.
 *
 * @param next the value of {@code ?page=} for the page after this one
 */
public record Listing<T>(List<T> items, Optional<String> next) {

  /** A page's length where the caller names none. */
  static final int LIMIT = 100;

  /** The longest page, in items. */
  static final int LIMIT_MAX = 1000;

  public Listing {
    items = List.copyOf(items);
  }

  static <T> Listing<T> all(List<T> items) {
    return new Listing<>(items, Optional.empty());
  }

  static int limit(Request request) {
    return request.query("limit", LIMIT, 1, LIMIT_MAX);
  }

  static Page.Request page(Request request) {
    int limit = request.query("limit", LIMIT, 1, Page.LIMIT_MAX);
    return new Page.Request(limit, request.query("page").map(Listing::known));
  }

  private static String known(String token) {
    try {
      String after = TableRules.lastSort(token);
      return TableRules.token(after);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          Problem.badRequest("page \"" + token + "\" is not the next of a page before"), e);
    }
  }
}
