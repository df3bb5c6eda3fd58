package dev.weir.core.bill.transfer;

import dev.weir.core.json.Json;
import dev.weir.core.port.Item;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Accounts, and transfers between them, each batch one commit. Stateless and thread-safe. The
 * semantics are TigerBeetle's, without its imported and closing events; amounts are longs.
 */
public final class Transfers {

  /** The most transfers of one batch: each may take seven writes of a commit's 100. */
  public static final int BATCH_MAX = 12;

  /** The most pending transfers that one {@link #expire()} ends. */
  public static final int EXPIRED_MAX = 1000;

  private static final int ATTEMPTS_MAX = 32;

  private final Table table;
  private final InstantSource clock;

  public Transfers(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
  }

  /** The books as they stand now, to be changed and then committed with other writes. */
  public Books books() {
    return new Books(table, clock.instant());
  }

  public AccountResult open(Account account) {
    return commit(books -> books.open(account));
  }

  /**
   * Does transfers; see {@link Books#create}. Asked again after a failure, what was done before
   * answers {@link TransferResult#EXISTS}.
   */
  public List<TransferResult> create(List<Transfer> transfers) {
    return commit(books -> books.create(transfers));
  }

  public Optional<Account> account(String id) {
    return books().account(id);
  }

  public Optional<Recorded> transfer(String id) {
    return books().transfer(id);
  }

  public Optional<Recorded.Phase> phase(String pendingId) {
    return books().phase(pendingId);
  }

  /** An account's balances after each of its transfers, oldest first; only with history. */
  public List<Account> history(String accountId) {
    return Tables.list(table, Table.Query.all(Keys.history(accountId))).stream()
        .map(item -> Json.read(item.body(), Account.class))
        .toList();
  }

  /** Ends pending transfers whose time is over; answers how many. */
  public int expire() {
    String now = Keys.moment(clock.instant().plusMillis(1));
    Table.Query due = new Table.Query(Keys.DUE, "", now, false, EXPIRED_MAX, Optional.empty());
    List<Item> items = table.query(due).items();
    for (Item item : items) {
      String id = Json.read(item.body(), String.class);
      boolean _ =
          commit(books -> {
            books.expire(id);
            return true;
          });
    }
    return items.size();
  }

  private <T> T commit(Function<Books, T> work) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Books books = books();
      T result = work.apply(books);
      List<Write> writes = books.writes();
      if (writes.isEmpty() || Tables.commit(table, writes).applied()) {
        return result;
      }
      // Somebody moved an account, or nobody knows: judge again by what is there.
    }
    throw new PortException("transfers cannot be stored after " + ATTEMPTS_MAX + " attempts");
  }
}
