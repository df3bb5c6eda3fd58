package dev.weir.local.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which deployment a command talks to, and as whom. */
final class Connection {

  static final String DEFAULT_URL = "http://127.0.0.1:8350";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The deployment (environment: WEIR_URL; default: " + DEFAULT_URL + ").")
  @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The control token (environment: WEIR_TOKEN; default: DATA/token).")
  @Nullable String token;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "The data folder of `weir up` (environment: WEIR_DATA; default: ~/.weir).")
  @Nullable Path data;

  @Option(names = "--json", description = "Print the answer as JSON.")
  boolean json;

  Path dataFolder() {
    if (data != null) {
      return data.toAbsolutePath().normalize();
    }
    return environment("WEIR_DATA")
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".weir"))
        .toAbsolutePath()
        .normalize();
  }

  /** The deployment's URL without a slash at its end. */
  String base() {
    String given = url == null ? environment("WEIR_URL").orElse(DEFAULT_URL) : url;
    try {
      URI uri = URI.create(given);
      if (uri.getHost() == null || !("http".equals(uri.getScheme()) || isHttps(uri))) {
        throw Failure.usage("--url \"" + given + "\" is no http or https URL");
      }
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--url \"" + given + "\" is no URL");
    }
    return given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
  }

  private static boolean isHttps(URI uri) {
    return "https".equals(uri.getScheme());
  }

  /** The control token; empty where none is known. */
  Optional<String> controlToken() {
    if (token != null) {
      return Optional.of(token);
    }
    Optional<String> given = environment("WEIR_TOKEN");
    if (given.isPresent()) {
      return given;
    }
    Path file = dataFolder().resolve("token");
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw Failure.machine("the control token in " + file + " cannot be read", e);
    }
  }

  static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
