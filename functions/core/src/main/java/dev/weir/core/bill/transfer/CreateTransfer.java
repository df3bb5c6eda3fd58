package dev.weir.core.bill.transfer;

import static dev.weir.core.bill.transfer.TransferResult.*;

import dev.weir.core.bill.transfer.Recorded.Phase;
import dev.weir.core.bill.transfer.Transfer.Flag;
import java.time.Instant;
import java.util.Optional;

/** The rules of one transfer that moves an amount between two accounts. */
final class CreateTransfer {

  private final Draft draft;
  private final Instant now;
  private final EndTransfer endTransfer;

  CreateTransfer(Draft draft, Instant now) {
    this.draft = draft;
    this.now = now;
    this.endTransfer = new EndTransfer(draft, now);
  }

  TransferResult create(Transfer t) {
    if (t.id().isEmpty()) {
      return ID_MUST_NOT_BE_ZERO;
    }
    Optional<Recorded> there = draft.get(Keys.transfer(t.id()), Recorded.class);
    if (there.isPresent()) {
      return exists(t, there.get().transfer());
    }
    if (draft.get(Keys.failed(t.id()), Transfer.class).isPresent()) {
      return ID_ALREADY_FAILED;
    }
    if (t.ends()) {
      return endTransfer.end(t);
    }
    Optional<TransferResult> malformed = malformed(t);
    if (malformed.isPresent()) {
      return malformed.get();
    }
    Optional<Account> debit = draft.get(Keys.account(t.debitAccountId()), Account.class);
    if (debit.isEmpty()) {
      return DEBIT_ACCOUNT_NOT_FOUND;
    }
    Optional<Account> credit = draft.get(Keys.account(t.creditAccountId()), Account.class);
    if (credit.isEmpty()) {
      return CREDIT_ACCOUNT_NOT_FOUND;
    }
    if (!debit.get().ledger().equals(credit.get().ledger())) {
      return ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
    }
    if (!t.ledger().equals(debit.get().ledger())) {
      return TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;
    }
    return move(t, debit.get(), credit.get());
  }

  private static Optional<TransferResult> malformed(Transfer t) {
    if (t.debitAccountId().isEmpty()) {
      return Optional.of(DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO);
    }
    if (t.creditAccountId().isEmpty()) {
      return Optional.of(CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO);
    }
    if (t.creditAccountId().equals(t.debitAccountId())) {
      return Optional.of(ACCOUNTS_MUST_BE_DIFFERENT);
    }
    if (!t.pendingId().isEmpty()) {
      return Optional.of(PENDING_ID_MUST_BE_ZERO);
    }
    if (!t.has(Flag.PENDING) && t.timeoutSeconds() != 0) {
      return Optional.of(TIMEOUT_RESERVED_FOR_PENDING_TRANSFER);
    }
    if (t.ledger().isEmpty()) {
      return Optional.of(LEDGER_MUST_NOT_BE_ZERO);
    }
    return t.code() == 0 ? Optional.of(CODE_MUST_NOT_BE_ZERO) : Optional.empty();
  }

  private TransferResult move(Transfer t, Account debit, Account credit) {
    long amount = t.amount();
    if (t.has(Flag.BALANCING_DEBIT)) {
      amount = Math.min(amount, debit.room());
    }
    if (t.has(Flag.BALANCING_CREDIT)) {
      amount = Math.min(amount, credit.credit());
    }
    Optional<TransferResult> overflow = overflow(t, amount, debit, credit);
    if (overflow.isPresent()) {
      return overflow.get();
    }
    if (debit.debitsExceedCredits(amount)) {
      return EXCEEDS_CREDITS;
    }
    if (credit.creditsExceedDebits(amount)) {
      return EXCEEDS_DEBITS;
    }
    boolean pending = t.has(Flag.PENDING);
    Recorded recorded = new Recorded(with(t, amount), now);
    draft.put(Keys.transfer(t.id()), recorded);
    if (pending) {
      draft.put(Keys.phase(t.id()), Phase.PENDING);
      recorded.expires().ifPresent(at -> draft.put(Keys.due(at, t.id()), t.id()));
    }
    long held = pending ? amount : 0;
    move(draft, t.id(), now, debit.debit(held, amount - held), credit.credit(held, amount - held));
    return CREATED;
  }

  /** Stores two accounts as a transfer leaves them, with their history where they keep one. */
  static void move(Draft draft, String transferId, Instant at, Account debit, Account credit) {
    for (Account account : new Account[] {debit, credit}) {
      draft.put(Keys.account(account.id()), account);
      if (account.has(Account.Flag.HISTORY)) {
        draft.put(Keys.history(account.id(), at, transferId), account);
      }
    }
  }

  private Optional<TransferResult> overflow(
      Transfer t, long amount, Account debit, Account credit) {
    if (t.has(Flag.PENDING)) {
      if (overflows(amount, debit.debitsPending())) {
        return Optional.of(OVERFLOWS_DEBITS_PENDING);
      }
      if (overflows(amount, credit.creditsPending())) {
        return Optional.of(OVERFLOWS_CREDITS_PENDING);
      }
    }
    if (overflows(amount, debit.debitsPosted())) {
      return Optional.of(OVERFLOWS_DEBITS_POSTED);
    }
    if (overflows(amount, credit.creditsPosted())) {
      return Optional.of(OVERFLOWS_CREDITS_POSTED);
    }
    if (overflows(amount, debit.debitsPending() + debit.debitsPosted())) {
      return Optional.of(OVERFLOWS_DEBITS);
    }
    if (overflows(amount, credit.creditsPending() + credit.creditsPosted())) {
      return Optional.of(OVERFLOWS_CREDITS);
    }
    boolean late = t.timeoutSeconds() > (Long.MAX_VALUE - now.toEpochMilli()) / 1000;
    return late ? Optional.of(OVERFLOWS_TIMEOUT) : Optional.empty();
  }

  private static boolean overflows(long amount, long balance) {
    return amount > Long.MAX_VALUE - balance;
  }

  private static Transfer with(Transfer t, long amount) {
    return new Transfer(
        t.id(),
        t.debitAccountId(),
        t.creditAccountId(),
        amount,
        t.pendingId(),
        t.userData(),
        t.timeoutSeconds(),
        t.ledger(),
        t.code(),
        t.flags());
  }

  private TransferResult exists(Transfer t, Transfer e) {
    if (!t.flags().equals(e.flags())) {
      return EXISTS_WITH_DIFFERENT_FLAGS;
    }
    if (!t.pendingId().equals(e.pendingId())) {
      return EXISTS_WITH_DIFFERENT_PENDING_ID;
    }
    if (t.timeoutSeconds() != e.timeoutSeconds()) {
      return EXISTS_WITH_DIFFERENT_TIMEOUT;
    }
    if (t.ends()) {
      return endTransfer.exists(t, e);
    }
    if (!t.debitAccountId().equals(e.debitAccountId())) {
      return EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
    }
    if (!t.creditAccountId().equals(e.creditAccountId())) {
      return EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
    }
    boolean balancing = t.has(Flag.BALANCING_DEBIT) || t.has(Flag.BALANCING_CREDIT);
    if (balancing ? t.amount() < e.amount() : t.amount() != e.amount()) {
      return EXISTS_WITH_DIFFERENT_AMOUNT;
    }
    if (!t.userData().equals(e.userData())) {
      return EXISTS_WITH_DIFFERENT_USER_DATA_128;
    }
    if (!t.ledger().equals(e.ledger())) {
      return EXISTS_WITH_DIFFERENT_LEDGER;
    }
    return t.code() == e.code() ? EXISTS : EXISTS_WITH_DIFFERENT_CODE;
  }
}
