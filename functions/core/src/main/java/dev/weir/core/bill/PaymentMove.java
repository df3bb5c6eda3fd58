package dev.weir.core.bill;

import dev.weir.core.bill.Payment.State;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.bill.transfer.Books;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.Optional;
import java.util.Set;

/**
 * What an event makes of a payment: its next state, what it moves in the books, and in the ledger.
 *
 * @param posting empty where no money moves
 */
record PaymentMove(Payment next, Optional<Legs> posting) {

  /** The two sides of a movement. */
  record Legs(Account debit, Account credit, long micros) {}

  /**
   * Moves the books.
   *
   * @throws ProblemException 409 where the state does not allow the event
   */
  static PaymentMove of(Payment p, PaymentEvent event, Books books) {
    return switch (event) {
      case PaymentEvent.Pending pending -> {
        require(p, event, Set.of(State.REQUESTED));
        Receivables.pend(books, p);
        yield new PaymentMove(p.pending(pending.reference(), event.at()), Optional.empty());
      }
      case PaymentEvent.Cleared _ -> {
        require(p, event, Set.of(State.REQUESTED, State.PENDING));
        if (p.state() == State.PENDING) {
          Receivables.end(books, p, true);
        } else {
          Receivables.clear(books, p);
        }
        yield moved(p.is(State.CLEARED, event.at()), Account.CASH, Account.RECEIVABLE, p.micros());
      }
      case PaymentEvent.Failed _ -> {
        require(p, event, Set.of(State.REQUESTED, State.PENDING));
        if (p.state() == State.PENDING) {
          Receivables.end(books, p, false);
        }
        yield new PaymentMove(p.is(State.FAILED, event.at()), Optional.empty());
      }
      case PaymentEvent.Refunded back -> {
        require(p, event, Set.of(State.CLEARED));
        Receivables.refund(books, p, event.id(), back.micros());
        yield moved(
            p.refunded(back.micros(), event.at()), Account.RECEIVABLE, Account.CASH, back.micros());
      }
      case PaymentEvent.Disputed _ -> {
        require(p, event, Set.of(State.CLEARED));
        Receivables.dispute(books, p, event.id());
        yield moved(
            p.disputed(event.id(), event.at()), Account.DISPUTED, Account.CASH, p.leftMicros());
      }
      case PaymentEvent.DisputeWon _ -> {
        require(p, event, Set.of(State.DISPUTED));
        Receivables.endDispute(books, p, p.dispute(), true);
        yield moved(p.disputeWon(event.at()), Account.CASH, Account.DISPUTED, p.leftMicros());
      }
      case PaymentEvent.DisputeLost _ -> {
        require(p, event, Set.of(State.DISPUTED));
        Receivables.endDispute(books, p, p.dispute(), false);
        yield moved(
            p.refunded(p.leftMicros(), event.at()),
            Account.RECEIVABLE,
            Account.DISPUTED,
            p.leftMicros());
      }
    };
  }

  private static PaymentMove moved(Payment next, Account debit, Account credit, long micros) {
    return new PaymentMove(next, Optional.of(new Legs(debit, credit, micros)));
  }

  private static void require(Payment payment, PaymentEvent event, Set<State> allowed) {
    if (!allowed.contains(payment.state())) {
      throw new ProblemException(
          Problem.conflict(
              "payment %s is %s: %s is not possible"
                  .formatted(payment.id(), payment.state(), event.getClass().getSimpleName())));
    }
  }

  /** Whether two events say the same; when it was heard does not matter. */
  static boolean same(PaymentEvent one, PaymentEvent other) {
    return switch (one) {
      case PaymentEvent.Refunded back ->
          other instanceof PaymentEvent.Refunded again && back.micros() == again.micros();
      case PaymentEvent.Pending _ -> other instanceof PaymentEvent.Pending;
      case PaymentEvent.Cleared _ -> other instanceof PaymentEvent.Cleared;
      case PaymentEvent.Failed _ -> other instanceof PaymentEvent.Failed;
      case PaymentEvent.Disputed _ -> other instanceof PaymentEvent.Disputed;
      case PaymentEvent.DisputeWon _ -> other instanceof PaymentEvent.DisputeWon;
      case PaymentEvent.DisputeLost _ -> other instanceof PaymentEvent.DisputeLost;
    };
  }
}
