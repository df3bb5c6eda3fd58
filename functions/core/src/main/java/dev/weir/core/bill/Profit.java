package dev.weir.core.bill;

import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.port.Ports;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What each channel earned: a query on the ledger. Stateless and thread-safe. */
public final class Profit {

  private final Ledger ledger;

  public Profit(Ports ports) {
    this.ledger = new Ledger(ports);
  }

  /**
   * One channel's result in one currency, in 10⁻⁶ of its minor unit.
   *
   * @param revenueMicros with expired credit, without what the vendor itself gave or sponsored
   * @param shareMicros what partners and beneficiaries of joint products earn
   */
  public record OfChannel(
      String channelId,
      String currency,
      long revenueMicros,
      long feeMicros,
      long shareMicros,
      long computeMicros) {

    /** What is left to the vendor. */
    public long marginMicros() {
      return revenueMicros - feeMicros - shareMicros - computeMicros;
    }
  }

  /** All channels' results, of one month or since the beginning. */
  public List<OfChannel> perChannel(Optional<YearMonth> month) {
    Map<String, List<Ledger.Balance>> byChannel = new TreeMap<>();
    for (Ledger.Balance balance : ledger.balances()) {
      if (month.isEmpty() || month.get().equals(balance.month())) {
        byChannel
            .computeIfAbsent(balance.channelId() + "/" + balance.currency(), _ -> new ArrayList<>())
            .add(balance);
      }
    }
    return byChannel.values().stream().map(Profit::of).toList();
  }

  private static OfChannel of(List<Ledger.Balance> balances) {
    return new OfChannel(
        balances.getFirst().channelId(),
        balances.getFirst().currency(),
        -debit(balances, Account.REVENUE)
            - debit(balances, Account.BREAKAGE)
            - debit(balances, Account.PROMOTION),
        debit(balances, Account.MARKET_FEE),
        debit(balances, Account.PARTNER_SHARE) + debit(balances, Account.JOINT_SHARE),
        debit(balances, Account.COMPUTE_COST));
  }

  /** Debits less credits. */
  private static long debit(List<Ledger.Balance> balances, Account account) {
    return balances.stream()
        .filter(balance -> balance.account() == account)
        .mapToLong(balance -> Math.subtractExact(balance.debitMicros(), balance.creditMicros()))
        .reduce(0, Math::addExact);
  }
}
