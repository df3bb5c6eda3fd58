package dev.weir.gateway.http;

import dev.weir.core.port.Idempotency;
import dev.weir.core.port.Sha256;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.Map;
import java.util.Optional;

/**
 * {@code Idempotency-Key} around POST routes: another body is 422, one in progress is 409 with
 * {@code Retry-After}, and an answered one is answered the same for 24 hours. Only success is kept:
 * a refusal changed nothing, so that the same key may be tried again. An answer with {@code
 * no-store} holds a secret that is shown once, and is not kept.
 */
public final class Idempotent {

  private final Idempotency idempotency;

  public Idempotent(Idempotency idempotency) {
    this.idempotency = idempotency;
  }

  public Response around(Request request, Router.Action action) {
    Optional<String> key = request.header("idempotency-key");
    if (key.isEmpty() || !request.method().equals("POST")) {
      return action.handle(request);
    }
    String route = request.method() + " " + request.path();
    Idempotency.Claim claim =
        idempotency.begin(request.principal(), route, key.get(), Sha256.hex(request.body()));
    return switch (claim) {
      case Idempotency.Fresh fresh -> run(request, action, fresh.ticket());
      case Idempotency.Replay replay ->
          new Response(replay.status(), Map.of("content-type", "application/json"), replay.body())
              .with("idempotent-replayed", "true");
      case Idempotency.InProgress busy ->
          throw new ProblemException(
              Problem.conflict("a request with this Idempotency-Key is being worked on")
                  .retryAfter(busy.retryAfterSeconds()));
      case Idempotency.Mismatch other ->
          throw new ProblemException(
              Problem.invalid("Idempotency-Key " + key.get() + " was used with another body"));
    };
  }

  private Response run(Request request, Router.Action action, Idempotency.Ticket ticket) {
    boolean kept = false;
    try {
      Response response = action.handle(request);
      boolean secret = "no-store".equals(response.headers().get("cache-control"));
      if (response.status() / 100 == 2 && !secret) {
        kept = idempotency.complete(ticket, response.status(), response.body());
      }
      return response;
    } finally {
      if (!kept) {
        idempotency.abandon(ticket);
      }
    }
  }
}
