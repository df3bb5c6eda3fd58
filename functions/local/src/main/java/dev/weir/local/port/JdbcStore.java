package dev.weir.local.port;

import dev.weir.core.port.PortException;
import dev.weir.core.port.QueueRules;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Table and queues in one SQL database, SQLite or PostgreSQL by its URL. Thread-safe. Several
 * processes may share a PostgreSQL database.
 */
final class JdbcStore implements AutoCloseable {

  /** Transactions at one time on PostgreSQL; SQLite has one writer. */
  static final int WRITERS = 4;

  /** How long expired items stay before they are swept. */
  static final Duration SWEEP_AFTER = Duration.ofDays(1);

  private static final String SWEEP = "DELETE FROM weir_items WHERE expires <= ?";

  private final InstantSource clock;
  private final Readers readers;
  private final GroupCommit writers;

  private JdbcStore(Dialect dialect, String url, InstantSource clock) {
    this.clock = clock;
    this.readers = new Readers(dialect, url);
    this.writers = new GroupCommit(dialect, url, clock, dialect == Dialect.SQLITE ? 1 : WRITERS);
  }

  /**
   * Opens a database and makes its tables where they are not there.
   *
   * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql:…}
   */
  static JdbcStore open(String url, InstantSource clock) {
    Dialect dialect = Dialect.of(url);
    try (Session session = Session.writing(dialect, url)) {
      if (dialect == Dialect.POSTGRES) {
        session.execute("SELECT pg_advisory_xact_lock(1464158546)");
      }
      for (String sql : dialect.schema()) {
        session.execute(sql);
      }
      session.commit();
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
    return new JdbcStore(dialect, url, clock);
  }

  JdbcTable table() {
    return new JdbcTable(this);
  }

  JdbcQueue queue(String name) {
    QueueRules.checkName(name);
    return new JdbcQueue(this, name);
  }

  InstantSource clock() {
    return clock;
  }

  <T> T read(Readers.Reading<T> reading) {
    return readers.read(reading);
  }

  /**
   * Makes a change and waits until it is durable.
   *
   * @throws Change.Unanswered where it is not known whether it was made
   */
  <T> T change(Change<T> change) throws Change.Unanswered {
    writers.submit(change);
    try {
      return change.done().get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Change.Unanswered unanswered -> throw unanswered;
        case PortException port -> throw new PortException(String.valueOf(port.getMessage()), port);
        case IllegalArgumentException bad ->
            throw new IllegalArgumentException(bad.getMessage(), bad);
        case null, default -> throw new IllegalStateException("a change failed", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Change.Unanswered(new SQLException("interrupted while waiting for a commit", e));
    }
  }

  /** Deletes items that expired a day ago; nothing depends on it but the space they take. */
  int sweep() {
    long before = clock.instant().minus(SWEEP_AFTER).toEpochMilli();
    try {
      return change(
          new Change.Statements<>(
              "",
              false,
              session -> {
                PreparedStatement sweep = session.prepare(SWEEP);
                sweep.setLong(1, before);
                return sweep.executeUpdate();
              },
              new CompletableFuture<>()));
    } catch (Change.Unanswered e) {
      throw new PortException("the sweep was not answered", e);
    }
  }

  @Override
  public void close() {
    writers.close();
    readers.close();
  }
}
