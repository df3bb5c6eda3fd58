package dev.weir.local.server;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Answers that are written while they are made (server-sent events). A function cannot stream
 * through an HTTP API, so a request that asks for a stream goes past its handler, to the same use
 * case; every other request goes on to the handler.
 */
public interface StreamingRoute {

  /**
   * The stream's answer, its body an {@link Answer.Live}; empty where this request wants none.
   *
   * @throws ProblemException where it is refused before the first byte
   */
  Optional<Answer> open(Request request, byte[] body) throws IOException;

  /** This route first, {@code otherwise} for what it does not take. */
  default Route before(Route otherwise) {
    return request -> {
      byte[] body = HttpFunction.readBody(request, HttpFunction.BODY_MAX_BYTES);
      if (body.length > HttpFunction.BODY_MAX_BYTES) {
        throw new ProblemException(
            Problem.tooLarge("body > " + HttpFunction.BODY_MAX_BYTES + " B at " + request.path()));
      }
      Optional<Answer> stream = open(request, body);
      return stream.isPresent()
          ? stream
          : otherwise.handle(request.withBody(new ByteArrayInputStream(body)));
    };
  }
}
