package dev.weir.gateway;

import dev.weir.core.infer.Endpoints;
import dev.weir.core.infer.HttpReplicaClient;
import dev.weir.core.infer.ReplicaClient;
import dev.weir.core.infer.Replicas;
import dev.weir.core.model.ModelVersion;
import dev.weir.core.model.Models;
import dev.weir.core.port.Ports;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What several handlers share: the road to replicas, and where the deployment is reached.
 *
 * @param publicUrl without a trailing slash; kept under the secret {@link #PUBLIC_URL}
 */
public record House(
    Ports ports, String publicUrl, Endpoints endpoints, Replicas replicas, ReplicaClient client) {

  /** The name under which the deployment's address is kept. */
  public static final String PUBLIC_URL = "deployment/public-url";

  /** How long a replica may take to fetch a model's files. */
  private static final Duration FILES_LIFETIME = Duration.ofHours(1);

  /**
   * The house on some ports.
   *
   * @throws IllegalStateException where the deployment's address is not kept
   */
  public static House on(Ports ports) {
    String url =
        ports
            .secrets()
            .get(PUBLIC_URL)
            .orElseThrow(() -> new IllegalStateException("secret " + PUBLIC_URL + " is not set"));
    Endpoints endpoints = new Endpoints(ports, url);
    Models models = new Models(ports);
    Replicas replicas = new Replicas(ports, endpoints, version -> files(ports, models, version));
    return new House(ports, url, endpoints, replicas, new HttpReplicaClient());
  }

  private static Map<String, String> files(Ports ports, Models models, String reference) {
    ModelVersion version = models.require(reference);
    Map<String, String> urls = new TreeMap<>();
    version
        .files()
        .forEach((name, file) ->
            urls.put(name, ports.blobs().presignGet(file.blob(), FILES_LIFETIME).toString()));
    return urls;
  }
}
