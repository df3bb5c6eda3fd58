package dev.weir.local.port;

import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The only writers. Each takes all changes that wait, up to a limit, and makes them durable
 * together: the more callers at one time, the fewer synchronisations of the disk per change. What
 * fails in a group is tried again alone, so that no change suffers from another's failure.
 */
final class GroupCommit implements AutoCloseable {

  /** The most changes in one transaction. */
  static final int GROUP_MAX = 64;

  /** The most changes that wait. */
  static final int WAITING_MAX = 4096;

  /** How long a caller waits to be let in, in seconds. */
  static final int ENTER_MAX_SECONDS = 30;

  private static final int STRIPES = 1024;
  private static final int LOCK_SPACE = 0x57454952; // "WEIR"
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(" + LOCK_SPACE + ", stripe) FROM unnest(?::int[]) AS stripe";

  private final Dialect dialect;
  private final String url;
  private final InstantSource clock;
  private final BlockingQueue<Change<?>> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean open = true;

  GroupCommit(Dialect dialect, String url, InstantSource clock, int writers) {
    this.dialect = dialect;
    this.url = url;
    this.clock = clock;
    for (int i = 0; i < writers; i++) {
      threads.add(Thread.ofPlatform().daemon().name("weir-writer-" + i).start(this::write));
    }
  }

  /** Queues a change; its future says what became of it. */
  void submit(Change<?> change) {
    try {
      if (!open) {
        throw new PortException("the store is closed");
      }
      if (!waiting.offer(change, ENTER_MAX_SECONDS, TimeUnit.SECONDS)) {
        throw new PortException("changes waiting " + WAITING_MAX + ": the store is overloaded");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PortException("interrupted while waiting to write", e);
    }
  }

  private void write() {
    Writer writer = new Writer();
    List<Change<?>> group = new ArrayList<>();
    while (open || !waiting.isEmpty()) {
      try {
        Change<?> first = waiting.poll(50, TimeUnit.MILLISECONDS);
        if (first != null) {
          group.add(first);
          waiting.drainTo(group, GROUP_MAX - 1);
          writer.write(group);
        }
      } catch (InterruptedException e) {
        break;
      } finally {
        group.forEach(change -> change.done().completeExceptionally(closed()));
        group.clear();
      }
    }
    writer.close();
  }

  private static PortException closed() {
    return new PortException("the store was closed before the change was made");
  }

  @Override
  public void close() {
    open = false;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    waiting.forEach(change -> change.done().completeExceptionally(closed()));
  }

  /** One thread's session. */
  private final class Writer {

    private @Nullable Session session;

    /** A connection that was idle may have been cut; a new one tells. */
    void write(List<Change<?>> group) {
      boolean fresh = session == null;
      try {
        List<Runnable> answers = apply(group);
        answers.forEach(Runnable::run);
      } catch (Change.Unanswered e) {
        close();
        group.forEach(change -> change.done().completeExceptionally(e));
      } catch (SQLException | RuntimeException e) {
        recover(e);
        if (!fresh && e instanceof SQLException s && dialect.kind(s) == Dialect.Kind.CONNECTION) {
          close();
          write(group);
        } else if (group.size() > 1) {
          group.forEach(change -> write(List.of(change)));
        } else {
          fail(group.getFirst(), e);
        }
      }
    }

    private List<Runnable> apply(List<Change<?>> group) throws SQLException, Change.Unanswered {
      Session current = session();
      Set<Key> keys = new LinkedHashSet<>();
      Set<Integer> stripes = new TreeSet<>();
      for (Change<?> change : group) {
        switch (change) {
          case Change.Commit commit -> keys.addAll(commit.keys());
          case Change.Statements<?> s when s.exclusive() -> stripes.add(stripe(s.queue()));
          case Change.Statements<?> _ -> {}
        }
      }
      keys.forEach(key -> stripes.add(stripe(key)));
      lock(current, stripes);
      Overlay overlay = Overlay.read(current, keys);
      Instant now = clock.instant();
      List<Runnable> answers = new ArrayList<>();
      for (Change<?> change : group) {
        answers.add(
            switch (change) {
              case Change.Commit commit -> judge(commit, overlay, now);
              case Change.Statements<?> statements -> run(statements, current);
            });
      }
      overlay.write(current);
      commit(current);
      return answers;
    }

    private Runnable judge(Change.Commit commit, Overlay overlay, Instant now) {
      try {
        Outcome outcome = overlay.apply(commit.writes(), now);
        return () -> commit.done().complete(outcome);
      } catch (IllegalArgumentException e) {
        return () -> commit.done().completeExceptionally(e);
      }
    }

    private <T> Runnable run(Change.Statements<T> statements, Session current) throws SQLException {
      T answer = statements.running().run(current);
      return () -> statements.done().complete(answer);
    }

    /** A full disk and a lock that another holds are answers: nothing was committed. */
    private void commit(Session current) throws SQLException, Change.Unanswered {
      try {
        current.commit();
      } catch (SQLException e) {
        switch (dialect.kind(e)) {
          case CONFLICT, DISK_FULL -> throw e;
          case CONNECTION, OTHER -> throw new Change.Unanswered(e);
        }
      }
    }

    /** Always in the same order, so that two transactions never wait for each other. */
    private void lock(Session current, Set<Integer> sorted) throws SQLException {
      if (dialect == Dialect.SQLITE || sorted.isEmpty()) {
        return;
      }
      PreparedStatement lock = current.prepare(LOCK);
      lock.setArray(1, current.connection().createArrayOf("int4", sorted.toArray()));
      lock.execute();
    }

    private void fail(Change<?> change, Exception e) {
      boolean conflict = e instanceof SQLException s && dialect.kind(s) == Dialect.Kind.CONFLICT;
      if (conflict && change instanceof Change.Commit commit) {
        commit.done().complete(new Outcome.Conflict());
      } else {
        RuntimeException failure =
            switch (e) {
              case SQLException sql -> dialect.translate(sql);
              case RuntimeException runtime -> runtime;
              default -> new IllegalStateException(e);
            };
        change.done().completeExceptionally(failure);
      }
    }

    private void recover(Exception cause) {
      try {
        if (session != null) {
          session.rollback();
        }
      } catch (SQLException e) {
        cause.addSuppressed(e);
        close();
      }
    }

    private Session session() throws SQLException {
      if (session == null) {
        session = Session.writing(dialect, url);
      }
      return session;
    }

    void close() {
      if (session != null) {
        session.close();
        session = null;
      }
    }
  }

  private static int stripe(Object what) {
    int hash = what.hashCode();
    return Math.floorMod(hash ^ hash >>> 15, STRIPES);
  }
}
