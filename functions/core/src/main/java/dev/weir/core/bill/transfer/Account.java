package dev.weir.core.bill.transfer;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * An account with its balances. Amounts are integers of the ledger's smallest unit, 0 or more.
 *
 * @param id {@code [a-z0-9-]{1,64}}, or empty for none
 * @param ledger what is counted, such as a currency; accounts of two ledgers never meet
 * @param code why the account exists, more than 0
 * @param userData whatever its owner wants to find there
 */
public record Account(
    String id,
    String ledger,
    int code,
    Set<Flag> flags,
    String userData,
    long debitsPending,
    long debitsPosted,
    long creditsPending,
    long creditsPosted) {

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{0,64}");

  /** What an account keeps to. */
  public enum Flag {
    /** Debits, pending ones included, never exceed posted credits. */
    DEBITS_MUST_NOT_EXCEED_CREDITS,
    /** Credits, pending ones included, never exceed posted debits. */
    CREDITS_MUST_NOT_EXCEED_DEBITS,
    /** Its balances after each transfer are kept. */
    HISTORY
  }

  public Account {
    flags = Set.copyOf(flags);
    checkId("account", id);
    if (debitsPending < 0 || debitsPosted < 0 || creditsPending < 0 || creditsPosted < 0) {
      throw new IllegalArgumentException("account " + id + " has a balance < 0");
    }
  }

  /** An account that nothing has moved. */
  public static Account of(String id, String ledger, int code, Flag... flags) {
    return new Account(id, ledger, code, Set.of(flags), "", 0, 0, 0, 0);
  }

  static void checkId(String what, String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(what + " id \"" + id + "\" is not [a-z0-9-]{0,64}");
    }
  }

  boolean has(Flag flag) {
    return flags.contains(flag);
  }

  /** Debits less credits, posted ones. */
  public long postedMicros() {
    return debitsPosted - creditsPosted;
  }

  Account debit(long pending, long posted) {
    return with(
        Math.addExact(debitsPending, pending),
        Math.addExact(debitsPosted, posted),
        creditsPending,
        creditsPosted);
  }

  Account credit(long pending, long posted) {
    return with(
        debitsPending,
        debitsPosted,
        Math.addExact(creditsPending, pending),
        Math.addExact(creditsPosted, posted));
  }

  private Account with(long dp, long dpo, long cp, long cpo) {
    return new Account(id, ledger, code, flags, userData, dp, dpo, cp, cpo);
  }

  boolean debitsExceedCredits(long amount) {
    return has(Flag.DEBITS_MUST_NOT_EXCEED_CREDITS)
        && Math.addExact(Math.addExact(debitsPending, debitsPosted), amount) > creditsPosted;
  }

  boolean creditsExceedDebits(long amount) {
    return has(Flag.CREDITS_MUST_NOT_EXCEED_DEBITS)
        && Math.addExact(Math.addExact(creditsPending, creditsPosted), amount) > debitsPosted;
  }

  /** What may still be debited where debits must not exceed credits; 0 where nothing may. */
  long room() {
    return Math.max(0, creditsPosted - debitsPosted - debitsPending);
  }

  /** What may still be credited where credits must not exceed debits; 0 where nothing may. */
  long credit() {
    return Math.max(0, debitsPosted - creditsPosted - creditsPending);
  }
}
