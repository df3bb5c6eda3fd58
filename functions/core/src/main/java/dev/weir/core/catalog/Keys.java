package dev.weir.core.catalog;

import dev.weir.core.port.Key;

/** Keys of the catalog. Written by people: a few times a day, in every partition. */
final class Keys {

  static final String PRODUCTS = "catalog/product";
  static final String METERS = "catalog/meter";
  static final String PLANS = "catalog/plan";

  private Keys() {}

  static Key product(String id) {
    return new Key(PRODUCTS, id);
  }

  static Key meter(String id) {
    return new Key(METERS, id);
  }

  static Key plan(String id) {
    return new Key(PLANS, id);
  }

  static String prices(String planId) {
    return "catalog/price/" + planId;
  }

  static Key price(String planId, int version) {
    return new Key(prices(planId), "%08d".formatted(version));
  }

  static String priceBooks(String channelId) {
    return "catalog/price-book/" + channelId;
  }

  static Key priceBook(String channelId, int version) {
    return new Key(priceBooks(channelId), "%08d".formatted(version));
  }

  static String jointProducts(String productId) {
    return "catalog/joint/" + productId;
  }

  static Key jointProduct(String productId, int version) {
    return new Key(jointProducts(productId), "%08d".formatted(version));
  }

  static Key computePrices() {
    return new Key("catalog/compute", "prices");
  }
}
