package dev.weir.core.port;

import java.time.InstantSource;
import java.util.function.Function;

/**
 * The whole outside world of a deployment.
 *
 * @param queues a queue by its name; see {@link Queues}
 */
public record Ports(
    Table table,
    Blobs blobs,
    Function<String, Queue> queues,
    Hosts hosts,
    Secrets secrets,
    InstantSource clock) {

  public Queue queue(String name) {
    return queues.apply(name);
  }
}
