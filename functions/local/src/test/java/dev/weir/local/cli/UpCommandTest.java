package dev.weir.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.local.deploy.Deployment;
import dev.weir.local.server.LocalServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deployment as it starts, and as it refuses to. */
class UpCommandTest {

  private record Result(int exit, String out, String err) {}

  @TempDir Path folder;

  private Result weir(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        WeirCommand.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Result(exit, out.toString(), err.toString());
  }

  private Deployment start(Path data) throws IOException {
    return Deployment.start(
        new Deployment.Options(data, "127.0.0.1", 0, Optional.empty(), true, Map.of()));
  }

  @Test
  void takenPortIsOneSentenceAndExitFour() throws IOException {
    LocalServer.Bound other = LocalServer.bind("127.0.0.1", 0);
    String port = Integer.toString(URI.create(other.url()).getPort());
    Result result = weir("up", "--data", folder.toString(), "--port", port);
    other.release();
    assertEquals(Exit.MACHINE, result.exit());
    assertTrue(result.err().startsWith("weir: port " + port), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  @Test
  void folderInUseIsOneSentenceAndExitFour() throws IOException {
    try (Deployment running = start(folder)) {
      Result result = weir("up", "--data", folder.toString(), "--port", "0");
      assertEquals(Exit.MACHINE, result.exit());
      assertTrue(result.err().contains("is in use"), result.err() + running.url());
      assertEquals(1, result.err().lines().count(), result.err());
    }
  }

  @Test
  void fullDiskIsOneSentenceAndExitFour() throws IOException {
    Files.createSymbolicLink(folder.resolve("token"), Path.of("/dev/full"));
    Result result = weir("up", "--data", folder.toString(), "--port", "0");
    assertEquals(Exit.MACHINE, result.exit());
    assertTrue(result.err().contains("No space left on device"), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  @Test
  void portOutOfRangeIsUsage() {
    assertEquals(Exit.USAGE, weir("up", "--port", "70000").exit());
  }

  @Test
  void commandTalksToADeployment() throws Exception {
    try (Deployment running = start(folder)) {
      String[] where = {"--url", running.url(), "--data", folder.toString()};
      assertEquals("no models yet: weir train RECIPE\n", weir(with(where, "models", "list")).out());
      Result refused =
          weir(with(where, "plans", "plan", "p", "--product", "none", "--currency", "EUR"));
      assertEquals(Exit.REFUSED, refused.exit(), refused.err());
      Result overview = weir(with(where, "clock", "2h", "--json"));
      JsonNode clock = Json.parseTree(overview.out());
      assertEquals(7_200_000, clock.path("offsetMs").asLong());
      HttpResponse<String> malformed = post(running, "/control/v1/jobs", "{\"recipe\":");
      assertEquals(400, malformed.statusCode());
      assertEquals(
          "malformed JSON",
          Json.parseTree(malformed.body()).path("detail").asText().substring(0, 14));
      assertEquals(401, post(running, "/v1/models/m/predict", "{}", "weir_none").statusCode());
    }
  }

  @Test
  void readTokenReadsAndNothingElse() throws Exception {
    try (Deployment running = start(folder)) {
      String token = running.page().substring(running.page().indexOf("#t=") + 3);
      HttpRequest read =
          HttpRequest.newBuilder(URI.create(running.url() + "/control/v1/overview"))
              .header("authorization", "Bearer " + token)
              .build();
      HttpResponse<String> overview =
          HttpClient.newHttpClient().send(read, HttpResponse.BodyHandlers.ofString());
      assertEquals(200, overview.statusCode(), overview.body());
      assertTrue(Json.parseTree(overview.body()).path("channels").isArray());
      assertEquals(403, post(running, "/control/v1/keys", "{}", token).statusCode());
      assertFalse(overview.body().contains(token));
    }
  }

  private static HttpResponse<String> post(Deployment at, String path, String body)
      throws IOException, InterruptedException {
    return post(at, path, body, at.controlToken());
  }

  private static HttpResponse<String> post(Deployment at, String path, String body, String token)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(at.url() + path))
            .header("content-type", "application/json")
            .header("authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String[] with(String[] where, String... arguments) {
    String[] all = new String[arguments.length + where.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(where, 0, all, arguments.length, where.length);
    return all;
  }
}
