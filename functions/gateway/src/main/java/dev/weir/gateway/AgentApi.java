package dev.weir.gateway;

import dev.weir.core.bill.Uptimes;
import dev.weir.core.infer.Endpoints;
import dev.weir.core.infer.Replica;
import dev.weir.core.job.AgentProtocol;
import dev.weir.core.job.AgentWire;
import dev.weir.core.job.JobLimits;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.ApiHandler;
import dev.weir.gateway.http.Bearer;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.util.List;

/**
 * What hosts call, {@code /agent/v1}: the agents of jobs with their attempt's token, and replicas
 * with their endpoint's token, which they name by the header {@link #ENDPOINT}.
 */
public final class AgentApi extends ApiHandler {

  /** The header that says whose token a replica's usage comes with. */
  public static final String ENDPOINT = "x-weir-endpoint";

  /** For Lambda. */
  public AgentApi() {
    this(Wiring.ports());
  }

  public AgentApi(Ports ports) {
    super(routes(House.on(ports)));
  }

  /** Each route checks the token by itself, for it says which attempt or endpoint it is. */
  @Override
  protected String authenticate(Request request) {
    return Bearer.require(request);
  }

  private static Router routes(House house) {
    Ports ports = house.ports();
    AgentProtocol agents = new AgentProtocol(ports, JobLimits.DEFAULT, job -> List.of());
    ApplyBatch batches = new ApplyBatch(ports);
    Uptimes uptimes = new Uptimes(ports);
    return new Router()
        .post(
            "/agent/v1/claim",
            r -> Response.ok(agents.claim(r.principal(), r.json(AgentWire.Claim.class))))
        .post(
            "/agent/v1/heartbeat",
            r -> Response.ok(agents.heartbeat(r.principal(), r.json(AgentWire.Heartbeat.class))))
        .post(
            "/agent/v1/checkpoint",
            r ->
                Response.ok(
                    agents.checkpoint(r.principal(), r.json(AgentWire.CheckpointSaved.class))))
        .post(
            "/agent/v1/complete",
            r -> Response.ok(agents.complete(r.principal(), r.json(AgentWire.Completion.class))))
        .post(
            "/agent/v1/fail",
            r -> Response.ok(agents.fail(r.principal(), r.json(AgentWire.Failure.class))))
        .post("/agent/v1/replicas", r -> lease(house, uptimes, r))
        .post("/agent/v1/usage", r -> usage(house, batches, r));
  }

  /** A replica lives, and is paid for, as long as it asks. */
  private static Response lease(House house, Uptimes uptimes, Request request) {
    Replica.Lease asked = request.json(Replica.Lease.class);
    Replica.Leased leased = house.replicas().lease(request.principal(), asked);
    uptimes.beat(
        new SourceName(asked.host(), asked.bootId()),
        asked.endpoint(),
        Endpoints.REPLICA.vcpus(),
        Endpoints.REPLICA.gpus());
    return Response.ok(leased);
  }

  private static Response usage(House house, ApplyBatch batches, Request request) {
    String endpoint = request.header(ENDPOINT).orElse("");
    if (!house.endpoints().isReplicaToken(endpoint, request.principal())) {
      throw new ProblemException(
          Problem.unauthorized("the token is not that of endpoint \"" + endpoint + "\""));
    }
    return Response.ok(batches.apply(request.json(UsageBatch.class)));
  }
}
