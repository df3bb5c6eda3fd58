package dev.weir.core.bill.transfer;

import static dev.weir.core.bill.transfer.TransferResult.*;

import dev.weir.core.bill.transfer.Recorded.Phase;
import dev.weir.core.bill.transfer.Transfer.Flag;
import java.time.Instant;
import java.util.Optional;

/** The rules of the second phase: a pending transfer is posted, voided, or expires. */
final class EndTransfer {

  private final Draft draft;
  private final Instant now;

  EndTransfer(Draft draft, Instant now) {
    this.draft = draft;
    this.now = now;
  }

  TransferResult end(Transfer t) {
    boolean exclusive =
        (t.has(Flag.POST_PENDING_TRANSFER) && t.has(Flag.VOID_PENDING_TRANSFER))
            || t.has(Flag.PENDING)
            || t.has(Flag.BALANCING_DEBIT)
            || t.has(Flag.BALANCING_CREDIT);
    if (exclusive) {
      return FLAGS_ARE_MUTUALLY_EXCLUSIVE;
    }
    if (t.pendingId().isEmpty()) {
      return PENDING_ID_MUST_NOT_BE_ZERO;
    }
    if (t.pendingId().equals(t.id())) {
      return PENDING_ID_MUST_BE_DIFFERENT;
    }
    if (t.timeoutSeconds() != 0) {
      return TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
    }
    Optional<Recorded> found = draft.get(Keys.transfer(t.pendingId()), Recorded.class);
    if (found.isEmpty()) {
      return PENDING_TRANSFER_NOT_FOUND;
    }
    Transfer p = found.get().transfer();
    if (!p.has(Flag.PENDING)) {
      return PENDING_TRANSFER_NOT_PENDING;
    }
    if (differs(t.debitAccountId(), p.debitAccountId())) {
      return PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID;
    }
    if (differs(t.creditAccountId(), p.creditAccountId())) {
      return PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID;
    }
    if (differs(t.ledger(), p.ledger())) {
      return PENDING_TRANSFER_HAS_DIFFERENT_LEDGER;
    }
    if (t.code() > 0 && t.code() != p.code()) {
      return PENDING_TRANSFER_HAS_DIFFERENT_CODE;
    }
    boolean voids = t.has(Flag.VOID_PENDING_TRANSFER);
    long amount = t.amount() == (voids ? 0 : Transfer.ALL) ? p.amount() : t.amount();
    if (amount > p.amount()) {
      return EXCEEDS_PENDING_TRANSFER_AMOUNT;
    }
    if (voids && amount < p.amount()) {
      return PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT;
    }
    return switch (phase(found.get())) {
      case POSTED -> PENDING_TRANSFER_ALREADY_POSTED;
      case VOIDED -> PENDING_TRANSFER_ALREADY_VOIDED;
      case EXPIRED -> PENDING_TRANSFER_EXPIRED;
      case PENDING -> {
        draft.put(Keys.transfer(t.id()), new Recorded(of(t, p, amount), now));
        finish(t.id(), found.get(), voids ? Phase.VOIDED : Phase.POSTED, voids ? 0 : amount);
        yield CREATED;
      }
    };
  }

  /** What timed out is over, whether or not a sweep has seen it. */
  private Phase phase(Recorded pending) {
    Phase phase = draft.get(Keys.phase(pending.transfer().id()), Phase.class).orElse(Phase.PENDING);
    boolean over = pending.expires().map(at -> !at.isAfter(now)).orElse(false);
    return phase == Phase.PENDING && over ? Phase.EXPIRED : phase;
  }

  /** Frees what a pending transfer held; nothing where it has ended. */
  void expire(String pendingId) {
    Optional<Recorded> pending = draft.get(Keys.transfer(pendingId), Recorded.class);
    if (pending.isEmpty()) {
      return;
    }
    Optional<Phase> phase = draft.get(Keys.phase(pendingId), Phase.class);
    if (phase.equals(Optional.of(Phase.PENDING)) && phase(pending.get()) == Phase.EXPIRED) {
      finish(pendingId, pending.get(), Phase.EXPIRED, 0);
    }
  }

  private void finish(String transferId, Recorded pending, Phase phase, long posted) {
    Transfer p = pending.transfer();
    draft.put(Keys.phase(p.id()), phase);
    pending.expires().ifPresent(at -> draft.delete(Keys.due(at, p.id())));
    Account debit = draft.get(Keys.account(p.debitAccountId()), Account.class).orElseThrow();
    Account credit = draft.get(Keys.account(p.creditAccountId()), Account.class).orElseThrow();
    CreateTransfer.move(
        draft,
        transferId,
        now,
        debit.debit(-p.amount(), posted),
        credit.credit(-p.amount(), posted));
  }

  private static Transfer of(Transfer t, Transfer p, long amount) {
    return new Transfer(
        t.id(),
        p.debitAccountId(),
        p.creditAccountId(),
        amount,
        t.pendingId(),
        t.userData().isEmpty() ? p.userData() : t.userData(),
        0,
        p.ledger(),
        p.code(),
        t.flags());
  }

  /** Flags, pending id and timeout are the same; the rest may be left out. */
  TransferResult exists(Transfer t, Transfer e) {
    Transfer p = draft.get(Keys.transfer(e.pendingId()), Recorded.class).orElseThrow().transfer();
    if (differs(t.debitAccountId(), e.debitAccountId())) {
      return EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
    }
    if (differs(t.creditAccountId(), e.creditAccountId())) {
      return EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
    }
    long whole = t.has(Flag.VOID_PENDING_TRANSFER) ? 0 : Transfer.ALL;
    if ((t.amount() == whole ? p.amount() : t.amount()) != e.amount()) {
      return EXISTS_WITH_DIFFERENT_AMOUNT;
    }
    String userData = t.userData().isEmpty() ? p.userData() : t.userData();
    if (!userData.equals(e.userData())) {
      return EXISTS_WITH_DIFFERENT_USER_DATA_128;
    }
    if (differs(t.ledger(), e.ledger())) {
      return EXISTS_WITH_DIFFERENT_LEDGER;
    }
    return t.code() != 0 && t.code() != e.code() ? EXISTS_WITH_DIFFERENT_CODE : EXISTS;
  }

  private static boolean differs(String said, String known) {
    return !said.isEmpty() && !said.equals(known);
  }
}
