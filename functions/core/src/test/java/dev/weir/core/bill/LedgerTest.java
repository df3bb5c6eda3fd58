package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.bill.Transaction.Leg;
import dev.weir.core.port.Write;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Ledger ledger = new Ledger(world.ports);

  private static Transaction sale(String id, long micros) {
    return new Transaction(
        id,
        "CNY",
        START,
        "sale",
        List.of(
            Leg.debit(Account.RECEIVABLE, "feishu-cn", micros),
            Leg.credit(Account.REVENUE, "feishu-cn", micros)));
  }

  @Test
  void aTransactionIsPostedOnce() {
    assertTrue(ledger.post(sale("t1", 5)));
    assertFalse(ledger.post(sale("t1", 5)));
    assertTrue(ledger.post(sale("t2", 6)));

    assertEquals(new Ledger.Totals(11, 11, 2), ledger.trialBalance());
  }

  @Test
  void manyTransactionsInOneCommitMoveEachBalanceByOneWrite() {
    List<Write> writes = ledger.writes(List.of(sale("t1", 5), sale("t2", 6), sale("t3", 7)));

    assertEquals(3 + 1 + 1, writes.size()); // the last: that no month was closed meanwhile
    assertTrue(world.ports.table().commit(writes).applied());
    assertEquals(new Ledger.Totals(18, 18, 3), ledger.trialBalance());
    assertFalse(ledger.post(sale("t2", 6)));
  }

  @Test
  void unbalancedOrEmptyTransactionsCannotBeMade() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Transaction(
                "t",
                "CNY",
                START,
                "",
                List.of(
                    Leg.debit(Account.RECEIVABLE, "c", 5), Leg.credit(Account.REVENUE, "c", 4))));
    assertThrows(
        IllegalArgumentException.class, () -> new Transaction("t", "CNY", START, "", List.of()));
    assertThrows(IllegalArgumentException.class, () -> Leg.debit(Account.REVENUE, "c", 0));
    assertThrows(IllegalArgumentException.class, () -> Leg.debit(Account.REVENUE, "c", -1));
    assertThrows(
        ArithmeticException.class,
        () ->
            new Transaction(
                "t",
                "CNY",
                START,
                "",
                List.of(
                    Leg.debit(Account.RECEIVABLE, "c", Long.MAX_VALUE),
                    Leg.debit(Account.RECEIVABLE, "d", Long.MAX_VALUE),
                    Leg.credit(Account.REVENUE, "c", Long.MAX_VALUE),
                    Leg.credit(Account.REVENUE, "d", Long.MAX_VALUE))));
  }

  @Test
  void aBalanceThatItsTransactionsDoNotAddUpToIsFound() {
    ledger.post(sale("t1", 5));
    Write tampered =
        Write.add(
            Keys.balance(Line.month(START), "CNY", "feishu-cn"), Map.of("REVENUE-credit", 1L));
    world.ports.table().commit(List.of(tampered));

    IllegalStateException found = assertThrows(IllegalStateException.class, ledger::trialBalance);
    assertTrue(found.getMessage().contains("is -6, its transactions add up to -5"));
  }
}
