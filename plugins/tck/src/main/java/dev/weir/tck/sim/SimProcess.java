package dev.weir.tck.sim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.tck.Remote;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A simulator in a process of its own, driven over HTTP. Closing it ends the process. */
public final class SimProcess implements Remote, AutoCloseable {

  private static final String READY = "listening on ";

  private final Process process;
  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private SimProcess(Process process, URI base) {
    this.process = process;
    this.base = base;
  }

  /**
   * Starts a simulator's main class with this process's class path and waits until it listens.
   *
   * @param data the folder for its files; its error output goes to {@code stderr.log} there
   */
  public static SimProcess start(Class<?> main, Path data, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of("--port", "0", "--data", data.toString()));
    command.addAll(List.of(args));
    try {
      Files.createDirectories(data);
      Process process =
          new ProcessBuilder(command).redirectError(data.resolve("stderr.log").toFile()).start();
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      String line = out.readLine();
      if (line == null || !line.startsWith(READY)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            main.getSimpleName()
                + " did not start: "
                + Files.readString(data.resolve("stderr.log")).strip());
      }
      return new SimProcess(process, URI.create(line.substring(READY.length())));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + main.getName(), e);
    }
  }

  public URI base() {
    return base;
  }

  /** {@code GET path}, which must answer 200 with JSON. */
  public JsonNode get(String path) {
    return send(HttpRequest.newBuilder(base.resolve(path)).GET().build());
  }

  /** {@code POST path} with a value written as JSON; it must answer 200 with JSON. */
  public JsonNode post(String path, Object value) {
    try {
      return send(
          HttpRequest.newBuilder(base.resolve(path))
              .header("content-type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(Simulator.JSON.writeValueAsBytes(value)))
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the body", e);
    }
  }

  private JsonNode send(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(
            request.method()
                + " "
                + request.uri().getPath()
                + " answered "
                + response.statusCode()
                + " "
                + new String(response.body(), StandardCharsets.UTF_8));
      }
      return Simulator.JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException("no answer from " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void answerWith(int status) {
    post("/sim/outage", Map.of("status", status));
  }

  @Override
  public void recover() {
    post("/sim/outage", Map.of("status", 0));
  }

  /** Ends the process at once, as a power cut would. */
  public void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    client.close();
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
