package dev.weir.core.infer;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Who answers now: rows that workers keep alive. Thread-safe. */
public final class Replicas {

  /** How long a replica that says nothing gets calls. */
  public static final Duration LEASE = Duration.ofSeconds(15);

  /** The most replicas of one endpoint that are considered. */
  public static final int REPLICAS_MAX = 64;

  private final Ports ports;
  private final Endpoints endpoints;
  private final Function<String, Map<String, String>> files;
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();

  private record Kept(List<Replica> replicas, long readNanos) {}

  /**
   * With a way to find the files of a version.
   *
   * @param files version → file name → URL to read it from, good for an hour
   */
  public Replicas(Ports ports, Endpoints endpoints, Function<String, Map<String, String>> files) {
    this.ports = ports;
    this.endpoints = endpoints;
    this.files = files;
  }

  /**
   * Keeps a replica alive for {@link #LEASE} and tells it what to serve.
   *
   * @param token the replica's bearer token
   * @throws ProblemException 401 where the token is not that of the endpoint, 404 where there is no
   *     such endpoint
   */
  public Replica.Leased lease(String token, Replica.Lease asked) {
    authenticate(asked.endpoint(), token);
    Endpoint endpoint = endpoints.require(asked.endpoint());
    if (!(endpoint.backend() instanceof Endpoint.Own own)) {
      throw new ProblemException(
          Problem.conflict("endpoint \"" + endpoint.name() + "\" is remote"));
    }
    Instant now = ports.clock().instant();
    Replica replica =
        new Replica(asked.endpoint(), asked.address(), asked.bootId(), asked.versions());
    Write write =
        asked.leaving()
            ? Write.delete(Keys.replica(asked.endpoint(), asked.bootId()))
            : Write.put(
                Keys.replica(asked.endpoint(), asked.bootId()),
                Json.write(replica),
                now.plus(LEASE),
                Condition.ALWAYS);
    if (!Tables.commit(ports.table(), List.of(write)).applied()) {
      throw new ProblemException(Problem.unavailable("the lease could not be written", 1));
    }
    List<Replica.Served> models =
        own.versions().stream()
            .map(each -> new Replica.Served(each.version(), files.apply(each.version())))
            .toList();
    return new Replica.Leased(
        models,
        Base64.getEncoder().encodeToString(endpoints.grantKey(asked.endpoint())),
        now.toEpochMilli() - asked.nowMs(),
        LEASE.toMillis());
  }

  /** A 401 problem unless the bearer token is that of the endpoint's replicas. */
  public void authenticate(String endpoint, String token) {
    if (!endpoints.isReplicaToken(endpoint, token)) {
      throw new ProblemException(
          Problem.unauthorized("the token is not that of endpoint \"" + endpoint + "\""));
    }
  }

  /** The replicas of an endpoint now. */
  public List<Replica> list(String endpoint) {
    Table.Query query = Table.Query.all(Keys.replicas(endpoint)).limit(REPLICAS_MAX);
    return ports.table().query(query).items().stream()
        .map(item -> Json.read(item.body(), Replica.class))
        .toList();
  }

  /** Those that have a version loaded, in random order; read at most once a second. */
  List<Replica> ready(String endpoint, String version) {
    List<Replica> all = recent(endpoint);
    List<Replica> ready = new ArrayList<>();
    for (Replica replica : all) {
      if (replica.versions().contains(version)) {
        ready.add(replica);
      }
    }
    if (ready.isEmpty()) {
      kept.remove(endpoint);
    }
    Collections.shuffle(ready);
    return ready;
  }

  private List<Replica> recent(String endpoint) {
    Kept known = kept.get(endpoint);
    if (known != null && System.nanoTime() - known.readNanos() < Endpoints.KEPT.toNanos()) {
      return known.replicas();
    }
    List<Replica> read = list(endpoint);
    kept.put(endpoint, new Kept(read, System.nanoTime()));
    return read;
  }
}
