package dev.weir.gateway.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.weir.core.port.PortException;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;

/**
 * One API: authenticates, routes, and turns every failure into a problem. Thread-safe.
 *
 * <p>An unexpected failure is logged with a reference, and only the reference is answered.
 */
public abstract class ApiHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

  private static final System.Logger LOG = System.getLogger(ApiHandler.class.getName());

  private final Router router;

  protected ApiHandler(Router router) {
    this.router = router;
  }

  /** Finds who calls, or throws a 401 problem. Routes that need nobody answer an empty name. */
  protected abstract String authenticate(Request request);

  /** Around the route: idempotency, for APIs that have it. */
  protected Response around(Request request, Router.Action action) {
    return action.handle(request);
  }

  @Override
  public final APIGatewayV2HTTPResponse handleRequest(
      APIGatewayV2HTTPEvent event, Context context) {
    return Events.encode(answer(event, context));
  }

  public final Router router() {
    return router;
  }

  private Response answer(APIGatewayV2HTTPEvent event, Context context) {
    try {
      Request request = Events.decode(event);
      Request known = request.by(authenticate(request));
      return around(known, router::handle);
    } catch (RuntimeException e) {
      return Response.problem(problem(e, context == null ? "local" : context.getAwsRequestId()));
    }
  }

  /**
   * What a caller is told of a failure; what is not the caller's fault is logged.
   *
   * @param reference under which the log has an unexpected failure
   */
  public static Problem problem(RuntimeException failure, String reference) {
    if (failure instanceof ProblemException known) {
      return known.problem();
    }
    if (failure instanceof PortException port) {
      LOG.log(System.Logger.Level.ERROR, "port failed: " + port.getMessage(), port);
      return Problem.unavailable(String.valueOf(port.getMessage()), 5);
    }
    LOG.log(System.Logger.Level.ERROR, "request " + reference + " failed", failure);
    String detail = "an unexpected failure; reference " + reference;
    return Problem.of(500, "internal", "Our fault", detail);
  }
}
