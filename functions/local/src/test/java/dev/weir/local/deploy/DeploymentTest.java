package dev.weir.local.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.Waiting;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.local.cli.Api;
import dev.weir.local.cli.Failure;
import dev.weir.local.port.LocalPorts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentTest {

  private static final String OLD = "SELECT count(*) FROM weir_items WHERE expires < %d";

  private static final int PRODUCTS_MAX = 500;
  private static final String ROWS = "x,label\n1,a\n2,b\n3,a\n";
  private static final Map<String, String> PRODUCT =
      Map.of("name", "n".repeat(200), "endpoint", "e");

  @TempDir Path folder;

  @Test
  void aRunningDeploymentRemovesWhatExpiredFromItsDatabase() throws Exception {
    Clock before = Clock.offset(Clock.systemUTC(), Duration.ofDays(-3));
    URI url = URI.create("http://127.0.0.1:1");
    try (LocalPorts local =
        LocalPorts.open(folder, Optional.empty(), url, before, List.of("/bin/true"))) {
      Key key = new Key("p", "s");
      local
          .ports()
          .table()
          .commit(List.of(Write.put(key, "{}", before.instant().plusSeconds(1), Condition.ABSENT)));
    }
    assertEquals(1, expired());
    try (Deployment running =
        Deployment.start(
            new Deployment.Options(folder, "127.0.0.1", 0, Optional.empty(), false, Map.of()))) {
      Waiting.until(this::expired, left -> left == 0);
      assertEquals(0, expired(), running.url());
    }
  }

  /** A database that may not grow is as if the disk were full. */
  @Test
  void aFullDiskIsSaidNothingAcknowledgedIsLostAndItGoesOnWithSpace() throws Exception {
    Deployment.start(options("")).close();
    int stored = 0;
    String upload;
    try (Deployment full = Deployment.start(options("?max_page_count=1"))) {
      Api api = new Api(full.url(), Optional.of(full.controlToken()));
      JsonNode place = api.post("/control/v1/uploads", Map.of("bytes", ROWS.length()));
      upload = place.path("upload").asText();
      assertEquals(200, put(place.path("url").asText()));
      Optional<Problem> said = Optional.empty();
      while (said.isEmpty() && stored < PRODUCTS_MAX) {
        String id = "p" + stored;
        said = refused(() -> api.put("/control/v1/products/" + id, PRODUCT));
        stored += said.isEmpty() ? 1 : 0;
      }
      assertDiskFull(said);
      assertDiskFull(refused(() -> dataset(api, upload)));
      assertTrue(stored > 0, "nothing was stored at all");
      assertEquals(stored, products(api), "what was acknowledged can be read");
    }
    try (Deployment running = Deployment.start(options(""))) {
      Api api = new Api(running.url(), Optional.of(running.controlToken()));
      assertEquals(stored, products(api));
      assertEquals(3, dataset(api, upload).path("rows").asInt());
    }
  }

  private Deployment.Options options(String limit) {
    String database = "jdbc:sqlite:" + folder.resolve("weir.db") + limit;
    return new Deployment.Options(folder, "127.0.0.1", 0, Optional.of(database), false, Map.of());
  }

  private static Optional<Problem> refused(Runnable request) {
    try {
      request.run();
      return Optional.empty();
    } catch (Failure e) {
      return e.problem();
    }
  }

  private static void assertDiskFull(Optional<Problem> said) {
    assertEquals(503, said.orElseThrow().status(), said.toString());
    assertTrue(said.get().detail().contains("disk full"), said.toString());
  }

  private static JsonNode dataset(Api api, String upload) {
    Map<String, String> body = Map.of("name", "rows", "upload", upload, "format", "csv");
    return api.post("/control/v1/datasets", body);
  }

  private static int products(Api api) {
    return api.get("/control/v1/products").path("items").size();
  }

  private static int put(String url) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url))
              .PUT(HttpRequest.BodyPublishers.ofString(ROWS))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private int expired() {
    long now = Clock.systemUTC().millis();
    try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + folder + "/weir.db");
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(OLD.formatted(now))) {
      rows.next();
      return rows.getInt(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
