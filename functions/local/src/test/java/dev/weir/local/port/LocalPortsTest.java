package dev.weir.local.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import dev.weir.core.port.memory.SettableClock;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPortsTest {

  private static final URI URL = URI.create("http://127.0.0.1:8080");

  @TempDir Path folder;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));

  private LocalPorts open(Optional<String> url) {
    return LocalPorts.open(folder.resolve("data"), url, URL, clock, List.of("/bin/true"));
  }

  @Test
  void whatWasCommittedIsThereAfterReopening() {
    Key key = new Key("p", "s");
    URI url;
    try (LocalPorts local = open(Optional.empty())) {
      Ports ports = local.ports();
      ports.table().commit(List.of(Write.put(key, "{}", Condition.ABSENT)));
      ports.queue("jobs").send("g", "m", Duration.ZERO);
      ports.secrets().put("a", "b");
      url = ports.blobs().presignGet("x", Duration.ofMinutes(1));
    }
    try (LocalPorts local = open(Optional.empty())) {
      Ports ports = local.ports();
      assertEquals(1, ports.table().get(key).orElseThrow().version());
      Queue.Received message = ports.queue("jobs").receive(1, Duration.ofSeconds(1)).getFirst();
      assertEquals("m", message.body());
      assertEquals(Optional.of("b"), ports.secrets().get("a"));
      String[] query = url.getQuery().split("[=&]", -1);
      assertEquals(
          BlobSignatures.Verdict.VALID,
          local.blobSignatures().check("GET", "x", query[1], query[3]));
    }
  }

  @Test
  void aFolderIsOpenedOnce() {
    try (LocalPorts first = open(Optional.empty())) {
      assertTrue(first.ports().secrets().get("none").isEmpty());
      PortException refusal = assertThrows(PortException.class, () -> open(Optional.empty()));
      assertTrue(refusal.getMessage().contains("is in use"), refusal.getMessage());
    }
  }

  @Test
  void aDatabaseThatCannotBeReachedOrReadIsSaidSo() {
    assertThrows(
        PortException.class, () -> open(Optional.of("jdbc:postgresql://127.0.0.1:1/none")));
    assertThrows(PortException.class, () -> open(Optional.of("jdbc:sqlite:/proc/none/weir.db")));
    assertThrows(IllegalArgumentException.class, () -> open(Optional.of("jdbc:mysql:none")));
    try (LocalPorts after = open(Optional.empty())) {
      assertEquals(0, after.sweep(), "the folder was not released");
    }
  }

  @Test
  void expiredItemsAreSweptAfterADay() {
    try (LocalPorts local = open(Optional.empty())) {
      Table table = local.ports().table();
      Instant expires = clock.instant().plusSeconds(1);
      table.commit(List.of(Write.put(new Key("p", "s"), "{}", expires, Condition.ABSENT)));
      clock.advance(Duration.ofHours(24));
      assertEquals(0, local.sweep());
      clock.advance(Duration.ofSeconds(1));
      assertEquals(1, local.sweep());
    }
  }

  /** The file may grow by a few pages; then it is as if the disk were full. */
  @Test
  void aFullDatabaseIsSaidSoAndWorksAgainWithSpace() throws Exception {
    String url = "jdbc:sqlite:" + folder.resolve("small.db");
    try (JdbcStore store = JdbcStore.open(url + "?max_page_count=40", clock)) {
      Table table = store.table();
      Queue queue = store.queue("jobs");
      String body = "x".repeat(20_000);
      int stored = 0;
      PortException full = null;
      while (full == null && stored < 20) {
        Key key = new Key("p", "s" + stored);
        try {
          assertEquals(new Outcome.Applied(), table.commit(List.of(Write.put(key, body))));
          stored++;
        } catch (PortException e) {
          full = e;
        }
      }
      assertTrue(full != null && full.getMessage().startsWith("disk full: "), "" + full);
      PortException send =
          assertThrows(PortException.class, () -> queue.send("", body, Duration.ZERO));
      assertTrue(send.getMessage().startsWith("disk full: "), send.getMessage());
      assertEquals(stored, table.query(Table.Query.all("p")).items().size());
      table.commit(List.of(Write.delete(new Key("p", "s0"))));
      Write again = Write.put(new Key("p", "again"), body);
      assertEquals(new Outcome.Applied(), table.commit(List.of(again)));
    }
  }
}
