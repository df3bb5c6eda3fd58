package dev.weir.tck.sim.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.JsonLines;
import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The market as a process: {@code --port N --data DIR [--access-key ID --secret-key KEY]}.
 *
 * <p>{@code POST /} is the API in awsJson1.1. The other side is driven under {@code /sim/}: {@code
 * product, subscribe, event, mode, fault, events, clock} by POST and {@code usage, agreements,
 * requests} by GET. Every request to the API is kept in {@code requests.jsonl}, every record that
 * was taken in {@code usage.jsonl}, purchases in {@code agreements.jsonl}.
 */
public final class AwsSim {

  /** The seller's access key where none is given; the example key of AWS's own documentation. */
  public static final String ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE";

  /** The secret that belongs to {@link #ACCESS_KEY_ID}. */
  public static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

  private static final String METERING = "AWSMPMeteringService.";
  private static final String ENTITLEMENT = "AWSMPEntitlementService.";

  private final SigV4 signatures;
  private final Market market;
  private final UsageStore store;
  private final Metering metering;
  private final Entitlements entitlements;
  private final JsonLines requests;
  private final TokenBucket bucket = new TokenBucket();
  private final Deque<Fault> faults = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();

  private AwsSim(Simulator sim, String accessKeyId, String secretKey) {
    this.signatures = new SigV4(accessKeyId, secretKey, "aws-marketplace");
    this.market = new Market(sim.clock(), sim.file("agreements"));
    this.store = new UsageStore(sim.file("usage"));
    this.metering = new Metering(market, store);
    this.entitlements = new Entitlements(market);
    this.requests = sim.file("requests");
  }

  /** Runs until the process ends. */
  public static void main(String[] args) {
    open(args).start();
  }

  /** The same inside this process, for the simulator's own tests; call {@code start()}. */
  public static Simulator open(String... args) {
    Simulator sim = Simulator.open(args);
    AwsSim aws =
        new AwsSim(
            sim,
            Simulator.argument(args, "access-key").orElse(ACCESS_KEY_ID),
            Simulator.argument(args, "secret-key").orElse(SECRET_KEY));
    sim.route("POST", "/", aws::api)
        .route("GET", "/sim/requests", r -> SimResponse.json(aws.requests.all()));
    new Control(sim, aws.market, aws.store, aws.faults, aws.lock).addRoutes();
    return sim;
  }

  private SimResponse api(SimRequest request) throws IOException, InterruptedException {
    String target = request.header("x-amz-target").orElse("");
    String operation = target.substring(target.indexOf('.') + 1);
    SimResponse response;
    Optional<Fault> fault;
    lock.lock();
    try {
      fault = takeFault(operation);
      String outcome = "200";
      try {
        response = answer(request, target, fault);
      } catch (AwsError e) {
        outcome = e.type();
        response = error(e);
      }
      requests.append(
          Map.of(
              "at", market.now().toString(),
              "operation", operation,
              "outcome", outcome,
              "fault", fault.map(f -> f.kind().name()).orElse(""),
              "body", request.text()));
    } finally {
      lock.unlock();
    }
    return damaged(response, fault);
  }

  private SimResponse answer(SimRequest request, String target, Optional<Fault> fault) {
    String region =
        signatures.verify(
            new SigV4.Signed(
                request.method(),
                request.path(),
                request.query(),
                request.headers(),
                request.body()),
            List.of(InstantSource.system().instant(), market.now()));
    if (!request.header("content-type").orElse("").equals("application/x-amz-json-1.1")) {
      throw AwsError.client("UnknownOperationException", "content-type is not awsJson1.1");
    }
    fail(fault);
    if (market.mode().throttle() && !bucket.take()) {
      throw AwsError.client("ThrottlingException", "Rate exceeded");
    }
    ObjectNode body;
    try {
      body = request.json();
    } catch (SimRefusal e) {
      throw AwsError.client("SerializationException", String.valueOf(e.getMessage()));
    }
    int unprocessed =
        fault.filter(f -> f.kind() == Fault.Kind.UNPROCESSED).map(Fault::count).orElse(0);
    ObjectNode answer =
        switch (target) {
          case METERING + "BatchMeterUsage" ->
              metering.batch(request.body().length, body, region, unprocessed);
          case METERING + "ResolveCustomer" -> market.resolve(body);
          case ENTITLEMENT + "GetEntitlements" -> entitlements.get(body);
          default -> throw AwsError.client("UnknownOperationException", "no " + target);
        };
    return json(200, answer);
  }

  private Optional<Fault> takeFault(String operation) {
    Optional<Fault> next = faults.stream().filter(f -> f.operation().equals(operation)).findFirst();
    next.ifPresent(faults::removeFirstOccurrence);
    if (next.isPresent() && next.get().skip() > 0) {
      faults.addFirst(next.get().later());
      return Optional.empty();
    }
    return next;
  }

  private static void fail(Optional<Fault> fault) {
    if (fault.isEmpty()) {
      return;
    }
    switch (fault.get().kind()) {
      case THROTTLE -> throw AwsError.client("ThrottlingException", "Rate exceeded");
      case INTERNAL ->
          throw new AwsError(500, "InternalServiceErrorException", "An internal error occurred.");
      case DISABLED -> throw AwsError.client("DisabledApiException", "disabled in this Region");
      case DROP_BEFORE -> throw new AwsError(0, "dropped", "before anything was taken");
      case DROP_AFTER, HANG_AFTER, UNPROCESSED, GARBAGE -> {
        // These let the request through.
      }
    }
  }

  private static SimResponse damaged(SimResponse response, Optional<Fault> fault)
      throws IOException, InterruptedException {
    if (fault.isEmpty()) {
      return response;
    }
    switch (fault.get().kind()) {
      case DROP_BEFORE, DROP_AFTER -> throw new EOFException("dropped on purpose");
      case HANG_AFTER -> Thread.sleep(fault.get().holdMs());
      case GARBAGE -> {
        return new SimResponse(
            200, Map.of(), "<html>gateway</html>".getBytes(StandardCharsets.UTF_8));
      }
      case THROTTLE, INTERNAL, DISABLED, UNPROCESSED -> {
        // Already in the answer.
      }
    }
    return response;
  }

  private SimResponse error(AwsError e) {
    String type =
        market.mode().typeNamespace() ? "com.amazonaws.marketplace.metering#" + e.type() : e.type();
    return json(
        e.status(), Simulator.JSON.createObjectNode().put("__type", type).put("message", e.text()));
  }

  private static SimResponse json(int status, JsonNode body) {
    return new SimResponse(
        status,
        Map.of("content-type", "application/x-amz-json-1.1"),
        body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
