package dev.weir.local.port;

import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Write;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A change that waits for the next group commit. */
sealed interface Change<T> {

  /** Completed when the change is durable, or was not made. */
  CompletableFuture<T> done();

  /** A commit of the table. */
  record Commit(List<Write> writes, CompletableFuture<Outcome> done) implements Change<Outcome> {
    List<Key> keys() {
      return writes.stream().map(Write::key).toList();
    }
  }

  /**
   * Statements of a queue.
   *
   * @param exclusive whether no other such change of the queue may run at the same time
   */
  record Statements<T>(
      String queue, boolean exclusive, Running<T> running, CompletableFuture<T> done)
      implements Change<T> {}

  /** Something that runs inside a transaction. */
  interface Running<T> {
    T run(Session session) throws SQLException;
  }

  /** The commit of the transaction was asked for, and whether it happened is not known. */
  final class Unanswered extends Exception {
    private static final long serialVersionUID = 1L;

    Unanswered(SQLException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
