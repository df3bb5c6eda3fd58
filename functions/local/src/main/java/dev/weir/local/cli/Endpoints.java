package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** What the commands about endpoints share. */
public final class Endpoints {

  private static final Duration POLL = Duration.ofMillis(300);

  private Endpoints() {}

  static String path(String name) {
    return "/control/v1/endpoints/" + Api.encode(name);
  }

  static String line(JsonNode endpoint) {
    if (endpoint.has("baseUrl")) {
      return "endpoint %s passes on to %s (model %s)"
          .formatted(
              ApiCommand.text(endpoint, "name"),
              ApiCommand.text(endpoint, "baseUrl"),
              ApiCommand.text(endpoint, "model"));
    }
    return "endpoint %s %s (%s of %s replicas ready)"
        .formatted(
            ApiCommand.text(endpoint, "name"),
            ApiCommand.text(endpoint, "state"),
            ApiCommand.text(endpoint, "ready"),
            ApiCommand.text(endpoint, "desired"));
  }

  /** Waits until the endpoint answers. */
  public static JsonNode awaitReady(Api api, String name, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      JsonNode endpoint = api.get(path(name));
      String state = ApiCommand.text(endpoint, "state");
      if (state.equals("READY") || state.equals("SLEEPING")) {
        return endpoint;
      }
      if (state.equals("FAILED") || System.nanoTime() > end) {
        throw Failure.doesNotHold(
            "endpoint %s is %s after %d s".formatted(name, state, atMost.toSeconds()));
      }
      try {
        Thread.sleep(POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Failure.machine("interrupted; the endpoint goes on starting", e);
      }
    }
  }
}
