package dev.weir.core.infer;

import dev.weir.core.meter.StableId;
import dev.weir.core.port.Key;
import java.time.Instant;

/**
 * The rows of this package. Rates are per partition.
 *
 * <ul>
 *   <li>{@code endpoint/<name>}: one read per call (at most once a second per process, it is kept
 *       that long); {@code endpoints}: copies for the list
 *   <li>{@code replicas/<endpoint>}: one write per replica and 10 s, one read per second and
 *       process
 *   <li>{@code call/<id>}: three writes in the life of a call
 *   <li>{@code operation/<id>}: two writes in the life of an operation, and one for each retry
 *   <li>{@code conversation/<hash>}: one write per call of that conversation
 *   <li>{@code subject/<hash>}: one write per call of that person, and of that tenant
 *   <li>{@code conversations}, {@code conversations/<channel>}: two writes per queued call, up to
 *       about 300 calls a second
 * </ul>
 */
final class Keys {

  static final String ENDPOINTS = "endpoints";
  static final String CONVERSATIONS = "conversations";

  private Keys() {}

  static Key endpoint(String name) {
    return new Key("endpoint/" + name, "endpoint");
  }

  static Key endpointInAll(String name) {
    return new Key(ENDPOINTS, name);
  }

  /** A write for each deployment. Read by who asks what answered when. */
  static String deployments(String endpoint) {
    return "endpoint-history/" + endpoint;
  }

  static Key deployment(String endpoint, Instant at) {
    return new Key(deployments(endpoint), "%015d".formatted(at.toEpochMilli()));
  }

  static String replicas(String endpoint) {
    return "replicas/" + endpoint;
  }

  static Key replica(String endpoint, String bootId) {
    return new Key(replicas(endpoint), bootId);
  }

  static Key call(String callId) {
    return new Key("call/" + callId, "call");
  }

  static Key operation(String id) {
    return new Key("operation/" + id, "operation");
  }

  static Key conversation(String id) {
    return new Key("conversation/" + id, "conversation");
  }

  /** What a person wrote; or, with no user, everybody of a binding. */
  static String subject(String channelId, String bindingId, String user) {
    return "subject/" + StableId.of(channelId, bindingId, user);
  }

  static Key said(String subject, String callId) {
    return new Key(subject, callId);
  }

  static Key latest(String list, String sort) {
    return new Key(list, sort);
  }

  /** By time of the latest message, so that the list read backwards begins with the latest. */
  static String latestSort(Instant lastAt, String id) {
    return "%013d-%s".formatted(lastAt.toEpochMilli(), id);
  }

  static String conversationsOf(String channelId) {
    return CONVERSATIONS + "/" + channelId;
  }
}
