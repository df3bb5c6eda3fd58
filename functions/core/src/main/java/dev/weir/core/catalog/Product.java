package dev.weir.core.catalog;

/**
 * What is sold: a model behind an endpoint, under a name that customers read.
 *
 * @param id {@code [a-z0-9-]{1,64}}
 * @param endpoint the endpoint that answers its calls
 */
public record Product(String id, String name, String endpoint) {

  public Product {
    Names.checkId("product", id);
  }
}
