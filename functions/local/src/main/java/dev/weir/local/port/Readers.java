package dev.weir.local.port;

import dev.weir.core.port.PortException;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A few sessions for reads. A session that failed is closed, and the next opens a new one. */
final class Readers implements AutoCloseable {

  /** The most reads at one time. */
  static final int SESSIONS_MAX = 4;

  /** How long a read waits for its turn, in seconds. */
  static final int WAIT_MAX_SECONDS = 30;

  private final Dialect dialect;
  private final String url;
  private final Semaphore turns = new Semaphore(SESSIONS_MAX);
  private final ConcurrentLinkedDeque<Session> idle = new ConcurrentLinkedDeque<>();

  Readers(Dialect dialect, String url) {
    this.dialect = dialect;
    this.url = url;
  }

  /** Something that reads. */
  interface Reading<T> {
    T read(Session session) throws SQLException;
  }

  <T> T read(Reading<T> reading) {
    try {
      if (!turns.tryAcquire(WAIT_MAX_SECONDS, TimeUnit.SECONDS)) {
        throw new PortException("no turn to read within " + WAIT_MAX_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PortException("interrupted while waiting to read", e);
    }
    try {
      return tryTwice(reading);
    } catch (SQLException e) {
      throw dialect.translate(e);
    } finally {
      turns.release();
    }
  }

  /** A connection that was idle may have been cut meanwhile; a new one tells. */
  private <T> T tryTwice(Reading<T> reading) throws SQLException {
    Session session = idle.poll();
    if (session != null) {
      try {
        return keeping(session, reading);
      } catch (SQLException e) {
        if (dialect.kind(e) != Dialect.Kind.CONNECTION) {
          throw e;
        }
      }
    }
    return keeping(Session.reading(dialect, url), reading);
  }

  private <T> T keeping(Session session, Reading<T> reading) throws SQLException {
    boolean done = false;
    try {
      T answer = reading.read(session);
      done = true;
      return answer;
    } finally {
      if (done) {
        idle.push(session);
      } else {
        session.close();
      }
    }
  }

  @Override
  public void close() {
    turns.drainPermits();
    for (Session session = idle.poll(); session != null; session = idle.poll()) {
      session.close();
    }
  }
}
