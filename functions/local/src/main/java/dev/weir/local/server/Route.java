package dev.weir.local.server;

import java.io.IOException;
import java.util.Optional;

/** Answers the requests below one path. */
public interface Route {

  /** The answer; empty where there is nothing at this path. */
  Optional<Answer> handle(Request request) throws IOException;
}
