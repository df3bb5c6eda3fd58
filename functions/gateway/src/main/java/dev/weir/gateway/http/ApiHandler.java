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
    } catch (ProblemException e) {
      return Response.problem(e.problem());
    } catch (PortException e) {
      LOG.log(System.Logger.Level.ERROR, "port failed: " + e.getMessage(), e);
      return Response.problem(Problem.unavailable(String.valueOf(e.getMessage()), 5));
    } catch (RuntimeException e) {
      String reference = context == null ? "local" : context.getAwsRequestId();
      LOG.log(System.Logger.Level.ERROR, "request " + reference + " failed", e);
      String detail = "an unexpected failure; reference " + reference;
      return Response.problem(Problem.of(500, "internal", "Our fault", detail));
    }
  }
}
