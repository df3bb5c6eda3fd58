package dev.weir.local.port;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** The databases that the suites run on. One PostgreSQL serves all tests of a JVM. */
final class Databases {

  private Databases() {}

  private static final class Postgres {
    private static final EmbeddedPostgres SERVER = start();

    /** {@code initdb} refuses to run as root; the library then goes through {@code unshare -U}. */
    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off") // tests of behaviour, not of crashes
            .setServerConfig("max_connections", "200")
            .setPGStartupWait(java.time.Duration.ofSeconds(60))
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException("PostgreSQL did not start", e);
      }
    }
  }

  static String postgresUrl() {
    return Postgres.SERVER.getJdbcUrl("postgres", "postgres");
  }

  static JdbcStore postgres(InstantSource clock) {
    return JdbcStore.open(postgresUrl(), clock);
  }

  static JdbcStore sqlite(Path folder, InstantSource clock) {
    return JdbcStore.open("jdbc:sqlite:" + folder.resolve("weir.db"), clock);
  }
}
