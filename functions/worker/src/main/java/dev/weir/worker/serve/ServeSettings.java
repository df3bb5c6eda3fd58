package dev.weir.worker.serve;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a replica is told by its environment.
 *
 * @param gateway {@code WEIR_GATEWAY_URL}
 * @param token {@code WEIR_TOKEN}, the endpoint's
 * @param endpoint {@code WEIR_ENDPOINT}
 * @param port {@code WEIR_PORT}; 0, the default, takes a free one
 * @param host {@code WEIR_HOST}: the name or address under which callers reach it; the default is
 *     the loopback address, {@code auto} the host's own
 * @param folder {@code WEIR_SERVE_DIR} or {@code serve} under {@code SAGEMAKER_BASE_DIR}: models,
 *     and journals that must outlive the process
 * @param flushEvery {@code WEIR_FLUSH_SECONDS}: how long usage may wait for other usage, since a
 *     batch costs as much for one fact as for many; 0, the default, sends it at once. A host that
 *     is destroyed takes with it what waits
 */
record ServeSettings(
    URI gateway,
    String token,
    String endpoint,
    int port,
    String host,
    Path folder,
    Duration flushEvery) {

  private static final int FLUSH_MAX_SECONDS = 300;

  private static final String BASE = "/opt/ml";

  static ServeSettings of(Map<String, String> environment) {
    return new ServeSettings(
        URI.create(required(environment, "WEIR_GATEWAY_URL")),
        required(environment, "WEIR_TOKEN"),
        required(environment, "WEIR_ENDPOINT"),
        port(environment.getOrDefault("WEIR_PORT", "0")),
        host(environment.getOrDefault("WEIR_HOST", "127.0.0.1")),
        folder(environment),
        flushEvery(environment.getOrDefault("WEIR_FLUSH_SECONDS", "0")));
  }

  private static Duration flushEvery(String text) {
    try {
      int seconds = Integer.parseInt(text);
      if (seconds >= 0 && seconds <= FLUSH_MAX_SECONDS) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException e) {
      // told below, as for a number out of range
    }
    throw new IllegalArgumentException(
        "WEIR_FLUSH_SECONDS \"" + text + "\" is not 0.." + FLUSH_MAX_SECONDS);
  }

  private static Path folder(Map<String, String> environment) {
    @Nullable String own = environment.get("WEIR_SERVE_DIR");
    return own != null
        ? Path.of(own)
        : Path.of(environment.getOrDefault("SAGEMAKER_BASE_DIR", BASE), "serve");
  }

  private static String host(String given) {
    if (!given.equals("auto")) {
      return given;
    }
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("WEIR_HOST=auto: this host does not know its address", e);
    }
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // told below, as for a number out of range
    }
    throw new IllegalArgumentException("WEIR_PORT \"" + text + "\" is not 0..65535");
  }

  private static String required(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(name + " is not set");
    }
    return value;
  }
}
