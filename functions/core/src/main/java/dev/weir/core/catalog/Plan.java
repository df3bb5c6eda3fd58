package dev.weir.core.catalog;

/**
 * A way to buy a product; its prices are versions of it.
 *
 * @param currency ISO 4217; {@code CNY} or {@code USD}; of all its prices
 */
public record Plan(String id, String productId, String name, String currency) {

  public Plan {
    Names.checkId("plan", id);
    Names.checkId("product", productId);
    Names.checkCurrency(currency);
  }
}
