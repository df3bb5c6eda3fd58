package dev.weir.local.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.Waiting;
import dev.weir.core.port.Write;
import dev.weir.local.port.LocalPorts;
import java.net.URI;
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
