package dev.weir.core.bill.transfer;

import java.util.Set;

/**
 * A movement of an amount from one account's debits to another's credits, as it is asked for.
 *
 * @param id the caller's; the same is done once
 * @param amount 0 or more. Of a balancing transfer, the most. Of a post, {@link #ALL} or a part of
 *     what is pending; of a void, 0 or exactly what is pending
 * @param pendingId the transfer that a post or void ends; empty otherwise
 * @param userData what it is about; a post or void without takes that of what it ends
 * @param timeoutSeconds after which a pending transfer is void by itself; 0 for never
 * @param ledger as that of both accounts; a post or void may leave it empty
 * @param code what kind it is, more than 0; a post or void may leave it 0
 */
public record Transfer(
    String id,
    String debitAccountId,
    String creditAccountId,
    long amount,
    String pendingId,
    String userData,
    long timeoutSeconds,
    String ledger,
    int code,
    Set<Flag> flags) {

  /** As much as there is. */
  public static final long ALL = Long.MAX_VALUE;

  /** How it is done. */
  public enum Flag {
    /** It holds only where the next one holds. */
    LINKED,
    PENDING,
    POST_PENDING_TRANSFER,
    VOID_PENDING_TRANSFER,
    /** As much as the debit account's posted credits exceed its debits, and no more. */
    BALANCING_DEBIT,
    /** As much as the credit account's posted debits exceed its credits, and no more. */
    BALANCING_CREDIT
  }

  public Transfer {
    flags = Set.copyOf(flags);
    Account.checkId("transfer", id);
    Account.checkId("pending transfer", pendingId);
    Account.checkId("debit account", debitAccountId);
    Account.checkId("credit account", creditAccountId);
    if (amount < 0 || timeoutSeconds < 0) {
      throw new IllegalArgumentException(
          "transfer %s: amount %d and timeout %d s must not be < 0"
              .formatted(id, amount, timeoutSeconds));
    }
  }

  /** A transfer between two accounts. */
  public static Transfer of(
      String id, String debit, String credit, long amount, String ledger, int code, Flag... flags) {
    return new Transfer(id, debit, credit, amount, "", "", 0, ledger, code, Set.of(flags));
  }

  /** The end of a pending transfer: a post or a void. */
  public static Transfer end(String id, String pendingId, long amount, Flag how) {
    return new Transfer(id, "", "", amount, pendingId, "", 0, "", 0, Set.of(how));
  }

  boolean has(Flag flag) {
    return flags.contains(flag);
  }

  boolean ends() {
    return has(Flag.POST_PENDING_TRANSFER) || has(Flag.VOID_PENDING_TRANSFER);
  }
}
