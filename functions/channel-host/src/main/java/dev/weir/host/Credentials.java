package dev.weir.host;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.port.PortException;
import dev.weir.core.problem.ProblemException;
import dev.weir.loader.CloudCredentials;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The function's own credentials, as the runtime hands them over: in the environment, or with
 * SnapStart from a container endpoint, because what is in a snapshot would be stale. Thread-safe.
 */
public final class Credentials implements Supplier<CloudCredentials> {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration RENEW_BEFORE = Duration.ofMinutes(5);

  private final Map<String, String> environment;
  private final InstantSource clock;
  private @Nullable Fetched fetched;

  private record Fetched(CloudCredentials credentials, Instant expires) {}

  public Credentials(Map<String, String> environment, InstantSource clock) {
    this.environment = Map.copyOf(environment);
    this.clock = clock;
  }

  @Override
  public CloudCredentials get() {
    String id = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
    String secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
    if (!id.isEmpty() && !secret.isEmpty()) {
      Optional<String> token =
          Optional.ofNullable(environment.get("AWS_SESSION_TOKEN")).filter(t -> !t.isEmpty());
      return new CloudCredentials(id, secret, token);
    }
    String endpoint = environment.getOrDefault("AWS_CONTAINER_CREDENTIALS_FULL_URI", "");
    if (endpoint.isEmpty()) {
      throw new ChannelException(
          ErrorCode.UNAUTHORIZED, "this host has no cloud credentials to sign with");
    }
    return fromEndpoint(URI.create(endpoint));
  }

  private synchronized CloudCredentials fromEndpoint(URI endpoint) {
    Fetched known = fetched;
    if (known == null || !clock.instant().isBefore(known.expires().minus(RENEW_BEFORE))) {
      known = fetch(endpoint);
      fetched = known;
    }
    return known.credentials();
  }

  private Fetched fetch(URI endpoint) {
    String token = environment.getOrDefault("AWS_CONTAINER_AUTHORIZATION_TOKEN", "");
    HttpRequest.Builder request = HttpRequest.newBuilder(endpoint).timeout(TIMEOUT);
    if (!token.isEmpty()) {
      request.header("authorization", token);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new PortException("credentials endpoint answered " + answer.statusCode());
      }
      JsonNode json = Json.parseTree(answer.body());
      return new Fetched(
          new CloudCredentials(
              json.path("AccessKeyId").asText(),
              json.path("SecretAccessKey").asText(),
              Optional.of(json.path("Token").asText()).filter(t -> !t.isEmpty())),
          Instant.parse(json.path("Expiration").asText()));
    } catch (IOException | ProblemException | DateTimeParseException e) {
      throw new PortException("credentials endpoint does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PortException("interrupted", e);
    }
  }
}
