package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;

/**
 * A column of a listing.
 *
 * @param right whether it is aligned to the right
 * @param cell its text, of an item
 */
record Column(String header, boolean right, Function<JsonNode, String> cell) {

  /** The item's field, as it is. */
  static Column of(String header, String field) {
    return new Column(header, false, item -> ApiCommand.text(item, field));
  }

  /** A number, aligned to the right. */
  static Column number(String header, String field) {
    return new Column(header, true, item -> ApiCommand.text(item, field));
  }

  /** Made of several fields. */
  static Column of(String header, Function<JsonNode, String> cell) {
    return new Column(header, false, cell);
  }

  /** The item's field, an amount in the item's currency. */
  static Column money(String header, String field) {
    return amount(header, item -> Money.of(item, field));
  }

  /** An amount of money. */
  static Column amount(String header, Function<JsonNode, String> cell) {
    return new Column(header, true, cell);
  }
}
