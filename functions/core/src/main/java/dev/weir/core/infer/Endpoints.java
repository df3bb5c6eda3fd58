package dev.weir.core.infer;

import dev.weir.core.json.Json;
import dev.weir.core.limit.Admission;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Hosts;
import dev.weir.core.port.Item;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Endpoints: what is behind each name, and the replicas that should run. Thread-safe. */
public final class Endpoints {

  /** How long a process may answer from what it read before. */
  static final Duration KEPT = Duration.ofSeconds(1);

  /** What a replica is given. */
  public static final Hosts.Resources REPLICA = new Hosts.Resources(1, 2048, 0);

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
  private static final int COMMITS_MAX = 8;

  private final Ports ports;
  private final String gatewayUrl;
  private final SecureRandom random = new SecureRandom();
  private final Admission admission;
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();
  private final Map<String, byte[]> grantKeys = new ConcurrentHashMap<>();

  private record Kept(Endpoint endpoint, long readNanos) {}

  /**
   * With the address under which replicas find the gateway.
   *
   * @param gatewayUrl handed to replicas as {@code WEIR_GATEWAY_URL}
   */
  public Endpoints(Ports ports, String gatewayUrl) {
    this.ports = ports;
    this.gatewayUrl = gatewayUrl;
    this.admission = new Admission(ports);
  }

  /** One for all who call these endpoints, so that a process holds few tranches of a budget. */
  Admission admission() {
    return admission;
  }

  /** See {@link Admission#settle}. */
  public void settleBudgets(boolean all) {
    admission.settle(all);
  }

  /** Serves one version on so many replicas; see {@link #deploy(String, Endpoint.Own)}. */
  public Endpoint deploy(String name, String version, int replicas) {
    return deploy(name, new Endpoint.Own(List.of(new Endpoint.Weighted(version, 1)), replicas));
  }

  /**
   * Puts versions behind a name, new or not, and asks for the replicas. Calls are answered once a
   * replica has loaded a version and warmed it up.
   *
   * @throws ProblemException 409 where the name is that of a remote endpoint
   */
  public Endpoint deploy(String name, Endpoint.Own own) {
    if (own.replicas() < 0 || own.replicas() > Hosts.REPLICAS_MAX) {
      throw invalid("replicas " + own.replicas() + " not in 0.." + Hosts.REPLICAS_MAX);
    }
    checkName(name);
    secret(tokenName(name));
    secret(grantKeyName(name));
    Endpoint endpoint = put(name, own);
    ports.hosts().scale(service(name), own.replicas());
    return endpoint;
  }

  /**
   * Puts a service that the vendor already runs behind a name; nothing is called yet.
   *
   * @throws ProblemException 409 where the name is that of own versions
   */
  public Endpoint connect(String name, Endpoint.Remote remote) {
    checkName(name);
    return put(name, remote);
  }

  private Endpoint put(String name, Endpoint.Backend backend) {
    for (int i = 0; i < COMMITS_MAX; i++) {
      Optional<Item> item = ports.table().get(Keys.endpoint(name));
      Instant now = ports.clock().instant();
      Optional<Endpoint> before = item.map(found -> Json.read(found.body(), Endpoint.class));
      before.ifPresent(endpoint -> requireSameKind(endpoint, backend));
      Endpoint endpoint =
          new Endpoint(name, backend, before.map(Endpoint::createdAt).orElse(now), now);
      Condition condition =
          item.map(found -> Condition.atVersion(found.version())).orElse(Condition.ABSENT);
      String body = Json.write(endpoint);
      List<Write> writes =
          List.of(
              Write.put(Keys.endpoint(name), body, condition),
              Write.put(Keys.endpointInAll(name), body),
              Write.put(Keys.deployment(name, now), body));
      if (Tables.commit(ports.table(), writes).applied()) {
        kept.remove(name);
        return endpoint;
      }
    }
    throw new ProblemException(
        Problem.unavailable("endpoint \"" + name + "\" is being changed by others", 1));
  }

  /** What answered behind a name, each from its update on, the oldest first. */
  public List<Endpoint> history(String name) {
    return Tables.list(ports.table(), Table.Query.all(Keys.deployments(name))).stream()
        .map(item -> Json.read(item.body(), Endpoint.class))
        .toList();
  }

  private static void requireSameKind(Endpoint before, Endpoint.Backend backend) {
    if (!before.backend().getClass().equals(backend.getClass())) {
      throw new ProblemException(
          Problem.conflict(
              "endpoint \"" + before.name() + "\" exists and is of the other kind (own, remote)"));
    }
  }

  public Optional<Endpoint> get(String name) {
    Kept known = kept.get(name);
    if (known != null && System.nanoTime() - known.readNanos() < KEPT.toNanos()) {
      return Optional.of(known.endpoint());
    }
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    Optional<Endpoint> read =
        ports.table().get(Keys.endpoint(name)).map(item -> Json.read(item.body(), Endpoint.class));
    read.ifPresent(endpoint -> kept.put(name, new Kept(endpoint, System.nanoTime())));
    return read;
  }

  /** The endpoint; a 404 problem where there is none. */
  public Endpoint require(String name) {
    return get(name)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no endpoint " + name)));
  }

  /** All endpoints by name. */
  public List<Endpoint> list() {
    return Tables.list(ports.table(), Table.Query.all(Keys.ENDPOINTS)).stream()
        .map(item -> Json.read(item.body(), Endpoint.class))
        .toList();
  }

  /** The key that grants for an endpoint are signed with. */
  byte[] grantKey(String name) {
    return grantKeys.computeIfAbsent(
        name, _ -> Base64.getDecoder().decode(secret(grantKeyName(name))));
  }

  /** Whether a replica's bearer token is that of the endpoint; compared in constant time. */
  public boolean isReplicaToken(String name, String token) {
    return NAME.matcher(name).matches()
        && ports
            .secrets()
            .get(tokenName(name))
            .filter(known -> MessageDigest.isEqual(utf8(known), utf8(token)))
            .isPresent();
  }

  private Hosts.Service service(String name) {
    Map<String, String> environment =
        Map.of(
            "WEIR_ENDPOINT", name,
            "WEIR_GATEWAY_URL", gatewayUrl,
            "WEIR_TOKEN", secret(tokenName(name)));
    return new Hosts.Service(
        "serve-" + name, "weir/worker", List.of("serve"), environment, REPLICA);
  }

  private static String tokenName(String endpoint) {
    return "endpoints/" + endpoint + "/token";
  }

  private static String grantKeyName(String endpoint) {
    return "endpoints/" + endpoint + "/grant-key";
  }

  /** The secret of that name; 32 random bytes in base64 where there was none. */
  private synchronized String secret(String name) {
    return ports
        .secrets()
        .get(name)
        .orElseGet(() -> {
          byte[] bytes = new byte[Grant.KEY_MIN_BYTES];
          random.nextBytes(bytes);
          String made = Base64.getEncoder().encodeToString(bytes);
          ports.secrets().put(name, made);
          return made;
        });
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw invalid("endpoint \"" + name + "\" is not [a-z0-9-]{1,64}");
    }
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.invalid(detail));
  }
}
