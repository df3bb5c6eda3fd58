package dev.weir.core.bill;

import dev.weir.core.bill.transfer.Account;
import dev.weir.core.bill.transfer.AccountResult;
import dev.weir.core.bill.transfer.Books;
import dev.weir.core.bill.transfer.Transfer;
import dev.weir.core.bill.transfer.Transfer.Flag;
import dev.weir.core.bill.transfer.TransferResult;
import dev.weir.core.meter.StableId;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What customers owe, invoice by invoice, as accounts with limits: an invoice is never paid beyond
 * what is open of it, a payment never given back beyond what came in. The ledger's sums of the same
 * movements are in the same commits.
 */
final class Receivables {

  private static final int INVOICE = 1;
  private static final int CUSTOMER = 2;
  private static final int PAYMENT = 3;
  private static final int CONTROL = 4;

  private Receivables() {}

  /** The account of an invoice: debits are what it asks for, credits what is paid of it. */
  static String invoice(String issuer, long number) {
    return "inv-" + StableId.of(issuer, Long.toString(number));
  }

  /** What a customer has to its credit, for the next invoice. */
  static String customer(String agreementId) {
    return "bal-" + StableId.of(agreementId);
  }

  /** What came in by a payment and was not given back. */
  static String payment(String paymentId) {
    return "pay-" + StableId.of(paymentId);
  }

  private static String control(Books books, String what, String currency) {
    String id = what + "-" + currency.toLowerCase(Locale.ROOT);
    open(books, Account.of(id, currency, CONTROL));
    return id;
  }

  private static void open(Books books, Account account) {
    AccountResult result = books.open(account);
    if (result != AccountResult.CREATED && result != AccountResult.EXISTS) {
      throw new IllegalStateException("account " + account.id() + ": " + result);
    }
  }

  /** What is open of an invoice; what is pending is still open. */
  static long openMicros(Books books, String issuer, long number) {
    return books.account(invoice(issuer, number)).map(Account::postedMicros).orElse(0L);
  }

  /** An invoice is owed; what the customer has to its credit is taken from it at once. */
  static void issue(Books books, Invoice invoice) {
    String account = invoice(invoice.issuer(), invoice.number());
    String customer = customer(invoice.agreementId());
    String currency = invoice.currency();
    open(
        books, Account.of(account, currency, INVOICE, Account.Flag.CREDITS_MUST_NOT_EXCEED_DEBITS));
    open(
        books,
        Account.of(customer, currency, CUSTOMER, Account.Flag.DEBITS_MUST_NOT_EXCEED_CREDITS));
    String billed = control(books, "billed", currency);
    long payable = invoice.payableMicros();
    Transfer owed =
        payable < 0
            ? transfer("issue-" + account, billed, customer, -payable, currency)
            : transfer("issue-" + account, account, billed, payable, currency);
    Transfer applied =
        transfer(
            "apply-" + account,
            customer,
            account,
            Transfer.ALL,
            currency,
            Flag.BALANCING_DEBIT,
            Flag.BALANCING_CREDIT);
    require(books.create(List.of(owed, applied)), "invoice " + invoice.number());
  }

  /** A part of an invoice is not owed; what was paid of that part is the customer's. */
  static void credit(Books books, CreditNote note) {
    String account = invoice(note.issuer(), note.invoiceNumber());
    String currency = note.currency();
    String credited = control(books, "credited", currency);
    String id = "credit-" + StableId.of(note.issuer(), Long.toString(note.number()));
    require(
        books.create(
            List.of(
                transfer(
                    id, credited, account, note.payableMicros(), currency, Flag.BALANCING_CREDIT))),
        "credit note " + note.number());
    long rest = note.payableMicros() - books.transfer(id).orElseThrow().transfer().amount();
    if (rest > 0) {
      String customer = customer(note.agreementId());
      require(
          books.create(List.of(transfer(id + "-rest", credited, customer, rest, currency))),
          "credit note " + note.number());
    }
  }

  /** Nobody pays the rest; answers how much that is. */
  static long writeOff(Books books, String issuer, long number, String currency) {
    String account = invoice(issuer, number);
    String lost = control(books, "lost", currency);
    String id = "lost-" + account;
    require(
        books.create(
            List.of(transfer(id, lost, account, Transfer.ALL, currency, Flag.BALANCING_CREDIT))),
        "invoice " + number);
    return books.transfer(id).orElseThrow().transfer().amount();
  }

  /** A payment is on its way: what it pays is held. */
  static void pend(Books books, Payment payment) {
    in(books, payment, Flag.PENDING);
  }

  /** A payment came in without being announced. */
  static void clear(Books books, Payment payment) {
    in(books, payment);
  }

  private static void in(Books books, Payment payment, Flag... flags) {
    String currency = payment.currency();
    String account = payment(payment.id());
    open(
        books, Account.of(account, currency, PAYMENT, Account.Flag.DEBITS_MUST_NOT_EXCEED_CREDITS));
    String cash = control(books, "cash", currency);
    String allocated = control(books, "allocated", currency);
    String invoice = invoice(payment.issuer(), payment.number());
    List<Flag> linked = new ArrayList<>(List.of(flags));
    linked.add(Flag.LINKED);
    require(
        books.create(
            List.of(
                transfer(
                    "in-" + account,
                    cash,
                    account,
                    payment.micros(),
                    currency,
                    linked.toArray(Flag[]::new)),
                transfer("for-" + account, allocated, invoice, payment.micros(), currency, flags))),
        "payment %s of %d > %d open of invoice %d"
            .formatted(
                payment.id(),
                payment.micros(),
                openMicros(books, payment.issuer(), payment.number()),
                payment.number()));
  }

  /** What was on its way arrived, or did not. */
  static void end(Books books, Payment payment, boolean arrived) {
    String account = payment(payment.id());
    Flag how = arrived ? Flag.POST_PENDING_TRANSFER : Flag.VOID_PENDING_TRANSFER;
    long amount = arrived ? Transfer.ALL : 0;
    require(
        books.create(
            List.of(
                Transfer.end("in-end-" + account, "in-" + account, amount, how),
                Transfer.end("for-end-" + account, "for-" + account, amount, how))),
        "payment " + payment.id());
  }

  /**
   * Gives back a part of a payment: first what the customer has to its credit; for the rest the
   * invoice is open again.
   */
  static void refund(Books books, Payment payment, String eventId, long micros) {
    String account = payment(payment.id());
    String id = StableId.of(payment.id(), eventId);
    String currency = payment.currency();
    String cash = control(books, "cash", currency);
    require(
        books.create(List.of(transfer("back-" + id, account, cash, micros, currency))),
        "refund %d > %d paid and not given back (payment %s)"
            .formatted(micros, payment.leftMicros(), payment.id()));
    reopen(books, payment, id, micros);
  }

  private static void reopen(Books books, Payment payment, String id, long micros) {
    String currency = payment.currency();
    String allocated = control(books, "allocated", currency);
    String customer = customer(payment.agreementId());
    String what = "refund of payment " + payment.id();
    require(
        books.create(
            List.of(
                transfer(
                    "own-" + id, customer, allocated, micros, currency, Flag.BALANCING_DEBIT))),
        what);
    long rest = micros - books.transfer("own-" + id).orElseThrow().transfer().amount();
    String invoice = invoice(payment.issuer(), payment.number());
    require(
        books.create(List.of(transfer("open-" + id, invoice, allocated, rest, currency))), what);
  }

  /** The payer's bank wants the money back: what is left of the payment is held. */
  static void dispute(Books books, Payment payment, String disputeId) {
    String currency = payment.currency();
    String disputed = control(books, "disputed", currency);
    require(
        books.create(
            List.of(
                transfer(
                    "held-" + StableId.of(payment.id(), disputeId),
                    payment(payment.id()),
                    disputed,
                    payment.leftMicros(),
                    currency,
                    Flag.PENDING))),
        "dispute of payment " + payment.id());
  }

  static void endDispute(Books books, Payment payment, String disputeId, boolean won) {
    String id = StableId.of(payment.id(), disputeId);
    Flag how = won ? Flag.VOID_PENDING_TRANSFER : Flag.POST_PENDING_TRANSFER;
    require(
        books.create(
            List.of(Transfer.end("held-end-" + id, "held-" + id, won ? 0 : Transfer.ALL, how))),
        "dispute of payment " + payment.id());
    if (!won) {
      reopen(books, payment, id, payment.leftMicros());
    }
  }

  private static Transfer transfer(
      String id, String debit, String credit, long micros, String currency, Flag... flags) {
    return Transfer.of(id, debit, credit, micros, currency, CONTROL, flags);
  }

  /** What the accounts' limits refuse is refused here, before anything is stored. */
  private static void require(List<TransferResult> results, String what) {
    for (TransferResult result : results) {
      if (result == TransferResult.EXCEEDS_CREDITS || result == TransferResult.EXCEEDS_DEBITS) {
        throw new ProblemException(Problem.conflict(what));
      }
    }
    for (TransferResult result : results) {
      if (!result.done()) {
        throw new ProblemException(Problem.conflict(what + ": " + result));
      }
    }
  }
}
