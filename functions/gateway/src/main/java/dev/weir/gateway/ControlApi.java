package dev.weir.gateway;

import dev.weir.core.port.Idempotency;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Secrets;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.control.Control;
import dev.weir.gateway.http.ApiHandler;
import dev.weir.gateway.http.Bearer;
import dev.weir.gateway.http.Idempotent;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;

/**
 * The vendor's API, {@code /control/v1}. Who holds the control token may do everything; who holds
 * the read token may read.
 */
public final class ControlApi extends ApiHandler {

  /** The secret that holds the vendor's token. */
  public static final String TOKEN = "control/token";

  /** The secret that holds the token of the page. */
  public static final String READ_TOKEN = "control/read-token";

  private final Secrets secrets;
  private final Idempotent idempotent;

  /** For Lambda. */
  public ControlApi() {
    this(Wiring.ports());
  }

  public ControlApi(Ports ports) {
    super(Control.routes(House.on(ports)));
    this.secrets = ports.secrets();
    this.idempotent = new Idempotent(new Idempotency(ports));
  }

  @Override
  protected String authenticate(Request request) {
    String token = Bearer.require(request);
    if (is(TOKEN, token)) {
      return "vendor";
    }
    if (!is(READ_TOKEN, token)) {
      throw new ProblemException(Problem.unauthorized("the token is not one of this deployment"));
    }
    if (!request.method().equals("GET")) {
      throw new ProblemException(
          Problem.forbidden(
              "the read token reads; " + request.method() + " needs the control token"));
    }
    return "reader";
  }

  private boolean is(String secret, String token) {
    return secrets.get(secret).filter(known -> Bearer.same(known, token)).isPresent();
  }

  @Override
  protected Response around(Request request, Router.Action action) {
    return idempotent.around(request, action);
  }
}
