package dev.weir.local.port;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** A connection with its prepared statements. Used by one thread at a time. */
final class Session implements AutoCloseable {

  private final Dialect dialect;
  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  private Session(Dialect dialect, Connection connection) {
    this.dialect = dialect;
    this.connection = connection;
  }

  /** A session whose statements are each their own transaction; enough for reads. */
  static Session reading(Dialect dialect, String url) throws SQLException {
    return new Session(dialect, dialect.connect(url));
  }

  /** A session whose changes are durable when {@link #commit} returns. */
  static Session writing(Dialect dialect, String url) throws SQLException {
    Session session = reading(dialect, url);
    session.connection.setAutoCommit(false);
    return session;
  }

  Dialect dialect() {
    return dialect;
  }

  Connection connection() {
    return connection;
  }

  /** The statement for that text, which must be a constant: all are kept. */
  PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement known = statements.get(sql);
    if (known == null) {
      known = connection.prepareStatement(sql);
      statements.put(sql, known);
    }
    return known;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  void commit() throws SQLException {
    connection.commit();
  }

  void rollback() throws SQLException {
    connection.rollback();
  }

  /** Closing what is broken is fine. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      System.getLogger(Session.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a connection failed", e);
    }
  }
}
