package dev.weir.local.port;

import dev.weir.core.port.PortException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.sqlite.SQLiteConfig;

/** Where the two databases differ. All else is the same SQL. */
enum Dialect {
  /** One writer at a time; a commit is durable when its frame in the log is synchronised. */
  SQLITE {
    @Override
    Connection connect(String url) throws SQLException {
      SQLiteConfig config = new SQLiteConfig();
      config.setJournalMode(SQLiteConfig.JournalMode.WAL);
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
      config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
      config.setBusyTimeout(LOCK_TIMEOUT_MS);
      return config.createConnection(url);
    }

    @Override
    List<String> schema() {
      return tables("BLOB", "INTEGER PRIMARY KEY AUTOINCREMENT", " WITHOUT ROWID");
    }

    @Override
    Kind kind(SQLException e) {
      return switch (e.getErrorCode() & 0xff) {
        case 5, 6 -> Kind.CONFLICT; // SQLITE_BUSY, SQLITE_LOCKED
        case 13 -> Kind.DISK_FULL; // SQLITE_FULL
        default -> Kind.OTHER;
      };
    }
  },

  /** Many writers; each locks the stripes of its keys, in order, before it reads. */
  POSTGRES {
    @Override
    Connection connect(String url) throws SQLException {
      Properties properties = new Properties();
      properties.setProperty("connectTimeout", "10");
      properties.setProperty("socketTimeout", "60");
      properties.setProperty("options", "-c lock_timeout=" + LOCK_TIMEOUT_MS);
      return DriverManager.getConnection(url, properties);
    }

    @Override
    List<String> schema() {
      return tables("BYTEA", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "");
    }

    @Override
    Kind kind(SQLException e) {
      String state = e.getSQLState() == null ? "" : e.getSQLState();
      if (Set.of("40001", "40P01", "55P03").contains(state)) {
        return Kind.CONFLICT; // serialisation, deadlock, lock time-out
      }
      boolean lost = state.startsWith("08") || state.startsWith("57P");
      return state.equals("53100") ? Kind.DISK_FULL : lost ? Kind.CONNECTION : Kind.OTHER;
    }
  };

  /** How long to wait for a lock that another process holds. */
  static final int LOCK_TIMEOUT_MS = 10_000;

  /** What an exception means for the caller. */
  enum Kind {
    CONFLICT,
    DISK_FULL,
    CONNECTION,
    OTHER
  }

  abstract Connection connect(String url) throws SQLException;

  abstract List<String> schema();

  abstract Kind kind(SQLException e);

  static Dialect of(String url) {
    if (url.startsWith("jdbc:sqlite:")) {
      return SQLITE;
    }
    if (url.startsWith("jdbc:postgresql:")) {
      return POSTGRES;
    }
    throw new IllegalArgumentException(
        "database URL begins neither with jdbc:sqlite: nor with jdbc:postgresql:");
  }

  PortException translate(SQLException e) {
    return switch (kind(e)) {
      case DISK_FULL -> new PortException("disk full: the database takes no more data", e);
      case CONNECTION -> new PortException("the database cannot be reached: " + e.getMessage(), e);
      case CONFLICT -> new PortException("the database is busy: " + e.getMessage(), e);
      case OTHER -> new PortException("the database refused: " + e.getMessage(), e);
    };
  }

  /** Keys and groups are bytes, so that both databases compare and order them as such. */
  private static List<String> tables(String bytes, String sequence, String tableOptions) {
    return List.of(
        "CREATE TABLE IF NOT EXISTS weir_items (pk "
            + bytes
            + " NOT NULL, sk "
            + bytes
            + " NOT NULL, version BIGINT NOT NULL, counters TEXT NOT NULL, body TEXT NOT NULL,"
            + " expires BIGINT, PRIMARY KEY (pk, sk))"
            + tableOptions,
        "CREATE INDEX IF NOT EXISTS weir_items_expires ON weir_items (expires)"
            + " WHERE expires IS NOT NULL",
        "CREATE TABLE IF NOT EXISTS weir_messages (seq "
            + sequence
            + ", queue TEXT NOT NULL, grp "
            + bytes
            + " NOT NULL, body TEXT NOT NULL, sent_at BIGINT NOT NULL,"
            + " visible_at BIGINT NOT NULL, receives INTEGER NOT NULL)",
        "CREATE INDEX IF NOT EXISTS weir_messages_order ON weir_messages (queue, seq)",
        "CREATE INDEX IF NOT EXISTS weir_messages_group ON weir_messages (queue, grp, seq)");
  }
}
