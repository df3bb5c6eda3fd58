package dev.weir.core.bill;

import dev.weir.core.bill.transfer.Books;
import dev.weir.core.bill.transfer.Transfers;
import dev.weir.core.catalog.Currencies;
import dev.weir.core.json.Json;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Customers' payments: asked for through a provider, moved by what the provider says. Each event is
 * one commit of the payment, the accounts it moves and the ledger. Stateless and thread-safe.
 */
public final class Payments {

  private static final int ATTEMPTS_MAX = 32;

  private final Table table;
  private final InstantSource clock;
  private final Invoices invoices;
  private final Transfers transfers;
  private final Ledger ledger;
  private final Settling settling;
  private final PaymentProvider provider;

  public Payments(Ports ports, Invoices invoices, PaymentProvider provider) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.invoices = invoices;
    this.transfers = new Transfers(ports);
    this.ledger = new Ledger(ports);
    this.settling = new Settling(ports);
    this.provider = provider;
  }

  /**
   * What to ask for.
   *
   * @param id {@code [a-z0-9-]{1,64}}; the same is asked for once
   * @param micros empty for all that is open
   */
  public record Ask(String id, long invoiceNumber, String currency, Optional<Long> micros) {
    public Ask {
      if (!id.matches("[a-z0-9-]{1,64}")) {
        throw new ProblemException(
            Problem.invalid("payment id \"" + id + "\" is not [a-z0-9-]{1,64}"));
      }
    }
  }

  /**
   * Asks a customer for money.
   *
   * @throws ProblemException 404 for an unknown invoice; 422 for another currency than the
   *     invoice's and an amount of 0 or less; 409 for more than is open, and for an id that asked
   *     for something else
   */
  public Payment request(Ask ask) {
    Invoices.Issued issued = invoices.require(ask.invoiceNumber());
    Invoice invoice = invoices.read(issued);
    if (!ask.currency().equals(invoice.currency())) {
      throw new ProblemException(
          Problem.invalid(
              "payment in %s of invoice %d in %s"
                  .formatted(ask.currency(), issued.number(), invoice.currency())));
    }
    Optional<Payment> there = find(ask.id());
    if (there.isPresent()) {
      return same(there.get(), ask);
    }
    long open = invoices.openMicros(issued);
    long micros = ask.micros().orElse(open);
    if (micros > open || open <= 0) {
      throw conflict(
          "payment %s > %s open of invoice %d"
              .formatted(
                  Currencies.text(micros, invoice.currency()),
                  Currencies.text(open, invoice.currency()),
                  issued.number()));
    }
    Instant now = clock.instant();
    Payment payment =
        new Payment(
            ask.id(),
            issued.issuer(),
            issued.number(),
            invoice.agreementId(),
            invoices.channel(invoice),
            invoice.currency(),
            micros,
            provider.name(),
            Payment.State.REQUESTED,
            "",
            0,
            "",
            now,
            now);
    String told = provider.request(payment);
    Payment asked = payment.referred(told);
    List<Write> writes =
        List.of(
            Write.put(Keys.paymentState(ask.id()), Json.write(asked), Condition.ABSENT),
            Write.put(
                Keys.payment(issued.issuer(), issued.number(), ask.id()),
                Json.write(ask.id()),
                Condition.ABSENT));
    return switch (Tables.commit(table, writes)) {
      case Outcome.Applied _ -> asked;
      case Outcome.Refused _ -> same(find(ask.id()).orElseThrow(), ask);
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("payment " + ask.id() + " may not be stored");
    };
  }

  private static Payment same(Payment there, Ask ask) {
    boolean same =
        there.number() == ask.invoiceNumber()
            && there.currency().equals(ask.currency())
            && ask.micros().map(micros -> micros == there.micros()).orElse(true);
    if (!same) {
      throw conflict(
          "payment %s asks for %s of invoice %d already"
              .formatted(
                  there.id(), Currencies.text(there.micros(), there.currency()), there.number()));
    }
    return there;
  }

  public Optional<Payment> find(String id) {
    return table.get(Keys.paymentState(id)).map(item -> Json.read(item.body(), Payment.class));
  }

  /** An invoice's payments. */
  public List<Payment> of(String issuer, long number) {
    return Tables.list(table, Table.Query.all(Keys.payments(issuer, number))).stream()
        .map(item -> find(Json.read(item.body(), String.class)).orElseThrow())
        .toList();
  }

  /** Gives money back through the provider, then applies that it did. */
  public Payment refund(String paymentId, String refundId, long micros) {
    Payment payment = require(paymentId);
    PaymentEvent.Refunded event = new PaymentEvent.Refunded(refundId, clock.instant(), micros);
    if (known(paymentId, event).isEmpty()) {
      if (micros > payment.leftMicros()) {
        throw conflict(
            "refund %s > %s paid and not given back (payment %s)"
                .formatted(
                    Currencies.text(micros, payment.currency()),
                    Currencies.text(payment.leftMicros(), payment.currency()),
                    paymentId));
      }
      provider.refund(payment, refundId, micros);
    }
    return apply(paymentId, event);
  }

  private Payment require(String paymentId) {
    return find(paymentId)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no payment " + paymentId)));
  }

  /** The event as it was applied before; a 409 problem where another has its id. */
  private Optional<PaymentEvent> known(String paymentId, PaymentEvent event) {
    Optional<PaymentEvent> known =
        table
            .get(Keys.paymentEvent(paymentId, event.id()))
            .map(item -> Json.read(item.body(), PaymentEvent.class));
    known.ifPresent(before -> {
      if (!PaymentMove.same(before, event)) {
        throw conflict("event %s of payment %s said %s".formatted(event.id(), paymentId, before));
      }
    });
    return known;
  }

  /**
   * Applies what a provider says; the same again changes nothing.
   *
   * @throws ProblemException 404 for an unknown payment; 409 for a step that its state does not
   *     allow, a refund beyond what is paid, and an event id that said something else
   */
  public Payment apply(String paymentId, PaymentEvent event) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Item item =
          table
              .get(Keys.paymentState(paymentId))
              .orElseThrow(() -> new ProblemException(Problem.notFound("no payment " + paymentId)));
      Payment payment = Json.read(item.body(), Payment.class);
      if (known(paymentId, event).isPresent()) {
        return payment;
      }
      Books books = transfers.books();
      PaymentMove move = PaymentMove.of(payment, event, books);
      List<Write> writes = new ArrayList<>();
      writes.add(
          Write.put(item.key(), Json.write(move.next()), Condition.atVersion(item.version())));
      writes.add(
          Write.put(
              Keys.paymentEvent(paymentId, event.id()),
              Json.write((Object) event),
              Condition.ABSENT));
      writes.addAll(books.writes());
      move.posting().ifPresent(legs -> writes.addAll(ledger.writes(posting(payment, event, legs))));
      Invoice invoice = invoices.read(invoices.require(payment.number()));
      writes.addAll(settling.after(books, payment.issuer(), invoice, event.at()));
      if (Tables.commit(table, writes).applied()) {
        return move.next();
      }
    }
    throw new PortException("event " + event.id() + " of payment " + paymentId + " is not stored");
  }

  private static Transaction posting(Payment payment, PaymentEvent event, PaymentMove.Legs legs) {
    return Postings.two(
        "pay-" + StableId.of(payment.id(), event.id()),
        payment.currency(),
        event.at(),
        "PAYMENT %s %s of invoice %d"
            .formatted(payment.id(), event.getClass().getSimpleName(), payment.number()),
        payment.channelId(),
        legs.debit(),
        legs.credit(),
        legs.micros());
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
