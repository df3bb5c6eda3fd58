package dev.weir.core.infer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Takes a call to a replica. Another replica is asked only where the first one cannot have worked
 * on the call: it took no connection, or said 429 or 503. One that broke off may have counted the
 * call in its journal, so asking again could bill it twice. Thread-safe.
 */
final class Inference {

  private static final long WAKE_SECONDS = 5;

  private final Ports ports;
  private final Endpoints endpoints;
  private final Replicas replicas;
  private final ReplicaClient client;

  Inference(Ports ports, Endpoints endpoints, Replicas replicas, ReplicaClient client) {
    this.ports = ports;
    this.endpoints = endpoints;
    this.replicas = replicas;
    this.client = client;
  }

  /** For whom a call is and who counts it. */
  record Call(
      String id, String agreementId, String channelId, Grant.Billing billing, Duration deadline) {}

  /** A replica's answer, and the version that gave it. */
  record Answered(String version, ObjectNode body) {}

  Answered invoke(Endpoint endpoint, Endpoint.Own own, Call call, String body) {
    String version = own.choose(call.id().hashCode());
    List<Replica> ready = replicas.ready(endpoint.name(), version);
    if (ready.isEmpty()) {
      throw new ProblemException(
          Problem.unavailable(
              "endpoint \"" + endpoint.name() + "\" has no replica ready for " + version,
              WAKE_SECONDS));
    }
    long end = System.nanoTime() + call.deadline().toNanos();
    Optional<ReplicaClient.Reply> busy = Optional.empty();
    for (Replica replica : ready) {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      if (left.toMillis() <= 0) {
        break;
      }
      Optional<ReplicaClient.Reply> reply = send(endpoint, version, replica, call, body, left);
      if (reply.isEmpty()) {
        continue;
      }
      switch (reply.get().status()) {
        case 200 -> {
          return new Answered(version, object(endpoint, reply.get().body()));
        }
        case 429, 503 -> busy = reply;
        default -> throw refused(endpoint, reply.get());
      }
    }
    throw unanswered(endpoint, busy);
  }

  private Optional<ReplicaClient.Reply> send(
      Endpoint endpoint, String version, Replica replica, Call call, String body, Duration left) {
    Grant grant =
        new Grant(
            call.agreementId(),
            call.channelId(),
            call.id(),
            endpoint.name(),
            version,
            call.billing(),
            ports.clock().instant().plus(Grant.LIFETIME).toEpochMilli());
    try {
      String token = grant.sign(endpoints.grantKey(endpoint.name()));
      return Optional.of(client.invoke(replica, token, body, left));
    } catch (ReplicaClient.NotReached e) {
      return Optional.empty();
    } catch (HttpTimeoutException e) {
      throw new ProblemException(
          Problem.of(
              504,
              "upstream-timeout",
              "A service behind this one was too slow",
              "endpoint \"" + endpoint.name() + "\": " + e.getMessage()),
          e);
    } catch (IOException e) {
      throw new ProblemException(
          Problem.upstream(
                  "a replica of endpoint \""
                      + endpoint.name()
                      + "\" was lost while it answered; the call can be made again")
              .retryAfter(1),
          e);
    }
  }

  private static ProblemException unanswered(
      Endpoint endpoint, Optional<ReplicaClient.Reply> busy) {
    long seconds = busy.flatMap(ReplicaClient.Reply::retryAfterSeconds).orElse(1L);
    if (busy.filter(reply -> reply.status() == 429).isPresent()) {
      return new ProblemException(
          Problem.tooMany(
              "all replicas of endpoint \"" + endpoint.name() + "\" have a full queue", seconds));
    }
    return new ProblemException(
        Problem.unavailable("no replica of \"" + endpoint.name() + "\" took the call", seconds));
  }

  /** A replica's own problem where the sender is at fault; 502 for all others. */
  private static ProblemException refused(Endpoint endpoint, ReplicaClient.Reply reply) {
    boolean sendersFault = reply.status() == 400 || reply.status() == 413 || reply.status() == 422;
    if (sendersFault || reply.status() == 504) {
      return new ProblemException(Json.read(reply.body(), Problem.class));
    }
    return new ProblemException(
        Problem.upstream(
            "a replica of endpoint \"" + endpoint.name() + "\" answered " + reply.status()));
  }

  private static ObjectNode object(Endpoint endpoint, String body) {
    try {
      if (Json.parseTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (ProblemException e) {
      // told below, with the others
    }
    throw new ProblemException(
        Problem.upstream("a replica of endpoint \"" + endpoint.name() + "\" answered no JSON"));
  }
}
