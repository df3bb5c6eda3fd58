package dev.weir.local.simulate;

import dev.weir.core.bill.Clawback;
import dev.weir.core.bill.CreditNotes;
import dev.weir.core.bill.MarketPayout;
import dev.weir.core.bill.PaymentEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What somebody with paper and pencil notes of money: what was asked for, and what moved. */
final class Paper {

  /** One payment as its provider knows it. */
  static final class Paid {
    private final String id;
    private final String agreementId;
    private final long micros;
    private final Deque<PaymentEvent> untold = new ArrayDeque<>();
    private final List<PaymentEvent> told = new ArrayList<>();
    private boolean ended;
    private long in;
    private long back;
    private long held;

    Paid(String id, String agreementId, long micros) {
      this.id = id;
      this.agreementId = agreementId;
      this.micros = micros;
    }

    String id() {
      return id;
    }

    String agreementId() {
      return agreementId;
    }

    long micros() {
      return micros;
    }

    /** What the books were not told yet, in order. */
    Deque<PaymentEvent> untold() {
      return untold;
    }

    List<PaymentEvent> told() {
      return told;
    }

    /** What came in and was neither given back nor is held by the payer's bank. */
    long cash() {
      return in - back - held;
    }

    long held() {
      return held;
    }

    /** What came in and was not given back. */
    long kept() {
      return in - back;
    }

    /** Whether the event follows from what was told before. */
    boolean follows(PaymentEvent event) {
      boolean pending = told.stream().anyMatch(PaymentEvent.Pending.class::isInstance);
      return switch (event) {
        case PaymentEvent.Pending _ -> !ended && in == 0 && !pending;
        case PaymentEvent.Cleared _, PaymentEvent.Failed _ -> !ended && in == 0;
        case PaymentEvent.Refunded refund -> held == 0 && refund.micros() <= cash();
        case PaymentEvent.Disputed _ -> held == 0 && cash() > 0;
        case PaymentEvent.DisputeWon _, PaymentEvent.DisputeLost _ -> held > 0;
      };
    }

    /** The books took an event. */
    void took(PaymentEvent event) {
      told.add(event);
      switch (event) {
        case PaymentEvent.Pending _ -> {}
        case PaymentEvent.Cleared _ -> in = micros;
        case PaymentEvent.Failed _ -> ended = true;
        case PaymentEvent.Refunded refund -> back += refund.micros();
        case PaymentEvent.Disputed _ -> held = cash();
        case PaymentEvent.DisputeWon _ -> held = 0;
        case PaymentEvent.DisputeLost _ -> {
          back += held;
          held = 0;
        }
      }
    }
  }

  private final List<Paid> payments = new ArrayList<>();
  private final Map<String, CreditNotes.Correction> corrections = new LinkedHashMap<>();
  private final Map<String, Clawback> clawbacks = new LinkedHashMap<>();
  private final Map<String, MarketPayout> marketPayouts = new LinkedHashMap<>();
  private final Set<String> entered = new HashSet<>();
  private final Set<Long> issued = new HashSet<>();
  private boolean concluding;
  private long payouts;
  private int takingBack;
  private int takenBack;

  List<Paid> payments() {
    return payments;
  }

  Map<String, CreditNotes.Correction> corrections() {
    return corrections;
  }

  Map<String, Clawback> clawbacks() {
    return clawbacks;
  }

  /** A claw-back is in the books for sure. */
  void entered(Clawback clawback) {
    entered.add(clawback.id());
  }

  /** What was clawed back of a partner for sure. */
  long clawedBack(String partner) {
    return clawbacks.values().stream()
        .filter(c -> c.partner().equals(partner) && entered.contains(c.id()))
        .mapToLong(Clawback::micros)
        .sum();
  }

  Map<String, MarketPayout> marketPayouts() {
    return marketPayouts;
  }

  /** How much there was. */
  void count(Map<String, Long> counts) {
    counts.put("payments cleared", payments.stream().filter(p -> p.in > 0).count());
    counts.put("payments given back", payments.stream().filter(p -> p.back > 0).count());
    counts.put("corrections", (long) corrections.size());
    counts.put("claw-backs", (long) clawbacks.size());
    counts.put("market payouts", (long) marketPayouts.size());
    counts.put("payouts", payouts);
    counts.put("invoices", (long) issued.size());
  }

  /** An invoice was issued, or shown again. */
  void issued(long number) {
    if (!concluding) {
      issued.add(number);
    }
  }

  /** From now on nothing goes wrong. */
  void concludes() {
    concluding = true;
  }

  /** A partner was paid. */
  void paidOut() {
    payouts++;
  }

  /** Somebody begins to take money back from customers or partners, or from us. */
  void takesBack() {
    takingBack++;
    takenBack++;
  }

  void tookBack() {
    takingBack--;
    takenBack++;
  }

  /** Grows with whatever was taken back; below 0 while somebody does. */
  int takenBack() {
    return takingBack > 0 ? -1 : takenBack;
  }
}
