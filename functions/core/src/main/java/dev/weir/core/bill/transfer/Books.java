package dev.weir.core.bill.transfer;

import dev.weir.core.bill.transfer.Account.Flag;
import dev.weir.core.port.Key;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Accounts and transfers as they would be after some that are not stored yet. Whoever commits
 * {@link #writes()}, alone or with other writes, stores them all; where that commit is refused,
 * somebody moved one of the accounts, and the work is done again on new books. For one thread.
 */
public final class Books {

  private final Draft draft;
  private final CreateTransfer createTransfer;
  private final EndTransfer endTransfer;

  Books(Table table, Instant now) {
    this.draft = new Draft(table);
    Instant at = now.truncatedTo(ChronoUnit.MILLIS);
    this.createTransfer = new CreateTransfer(draft, at);
    this.endTransfer = new EndTransfer(draft, at);
  }

  public Optional<Account> account(String id) {
    return draft.get(Keys.account(id), Account.class);
  }

  public Optional<Recorded> transfer(String id) {
    return draft.get(Keys.transfer(id), Recorded.class);
  }

  public Optional<Recorded.Phase> phase(String pendingId) {
    return draft.get(Keys.phase(pendingId), Recorded.Phase.class);
  }

  /** Opens an account. */
  public AccountResult open(Account a) {
    if (a.id().isEmpty()) {
      return AccountResult.ID_MUST_NOT_BE_ZERO;
    }
    Optional<Account> there = account(a.id());
    if (there.isPresent()) {
      return exists(a, there.get());
    }
    if (a.has(Flag.DEBITS_MUST_NOT_EXCEED_CREDITS) && a.has(Flag.CREDITS_MUST_NOT_EXCEED_DEBITS)) {
      return AccountResult.FLAGS_ARE_MUTUALLY_EXCLUSIVE;
    }
    if (a.debitsPending() != 0) {
      return AccountResult.DEBITS_PENDING_MUST_BE_ZERO;
    }
    if (a.debitsPosted() != 0) {
      return AccountResult.DEBITS_POSTED_MUST_BE_ZERO;
    }
    if (a.creditsPending() != 0) {
      return AccountResult.CREDITS_PENDING_MUST_BE_ZERO;
    }
    if (a.creditsPosted() != 0) {
      return AccountResult.CREDITS_POSTED_MUST_BE_ZERO;
    }
    if (a.ledger().isEmpty()) {
      return AccountResult.LEDGER_MUST_NOT_BE_ZERO;
    }
    if (a.code() == 0) {
      return AccountResult.CODE_MUST_NOT_BE_ZERO;
    }
    draft.put(Keys.account(a.id()), a);
    return AccountResult.CREATED;
  }

  private static AccountResult exists(Account a, Account e) {
    if (!a.flags().equals(e.flags())) {
      return AccountResult.EXISTS_WITH_DIFFERENT_FLAGS;
    }
    if (!a.userData().equals(e.userData())) {
      return AccountResult.EXISTS_WITH_DIFFERENT_USER_DATA_128;
    }
    if (!a.ledger().equals(e.ledger())) {
      return AccountResult.EXISTS_WITH_DIFFERENT_LEDGER;
    }
    return a.code() == e.code() ? AccountResult.EXISTS : AccountResult.EXISTS_WITH_DIFFERENT_CODE;
  }

  /**
   * Does transfers in their order. A chain of linked ones is done as a whole or not at all; one
   * that fails alone stops no other.
   *
   * @param transfers at most {@link Transfers#BATCH_MAX}
   * @return a result for each
   */
  public List<TransferResult> create(List<Transfer> transfers) {
    if (transfers.size() > Transfers.BATCH_MAX) {
      throw new IllegalArgumentException(
          "transfers " + transfers.size() + " > " + Transfers.BATCH_MAX);
    }
    List<TransferResult> results = new ArrayList<>();
    int at = 0;
    while (at < transfers.size()) {
      int end = at;
      while (end < transfers.size() && transfers.get(end).has(Transfer.Flag.LINKED)) {
        end++;
      }
      boolean open = end == transfers.size();
      chain(transfers.subList(at, Math.min(end + 1, transfers.size())), open, results);
      at = end + 1;
    }
    return results;
  }

  private void chain(List<Transfer> chain, boolean open, List<TransferResult> results) {
    Map<Key, Optional<String>> before = draft.mark();
    int first = results.size();
    boolean broken = false;
    for (int i = 0; i < chain.size(); i++) {
      Transfer transfer = chain.get(i);
      if (open && i == chain.size() - 1) {
        results.add(TransferResult.LINKED_EVENT_CHAIN_OPEN);
        undo(before, results.subList(first, first + i), broken);
        break;
      }
      if (broken) {
        results.add(TransferResult.LINKED_EVENT_FAILED);
        continue;
      }
      TransferResult result = createTransfer.create(transfer);
      results.add(result);
      if (result != TransferResult.CREATED) {
        broken = true;
        undo(before, results.subList(first, first + i), false);
        if (result.passing()) {
          draft.put(Keys.failed(transfer.id()), transfer);
          before = draft.mark();
        }
      }
    }
  }

  private void undo(
      Map<Key, Optional<String>> before, List<TransferResult> earlier, boolean undone) {
    if (!undone) {
      draft.reset(before);
      earlier.replaceAll(_ -> TransferResult.LINKED_EVENT_FAILED);
    }
  }

  void expire(String pendingId) {
    endTransfer.expire(pendingId);
  }

  /** What stores the changes; none where nothing changed. */
  public List<Write> writes() {
    return draft.writes();
  }
}
