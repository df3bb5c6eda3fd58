package dev.weir.core.bill;

import dev.weir.core.account.Suspensions;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.bill.transfer.Books;
import dev.weir.core.bill.transfer.Transfers;
import dev.weir.core.json.Json;
import dev.weir.core.meter.StableId;
import dev.weir.core.notice.Notice;
import dev.weir.core.notice.Notices;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks for what is open, by the clock. An invoice is asked for until nothing of it is open; while
 * one is too long open its agreement is not served; what is written off is a loss in the ledger.
 * Stateless and thread-safe.
 */
public final class Dunning {

  private static final int ATTEMPTS_MAX = 32;

  private final Table table;
  private final InstantSource clock;
  private final Transfers transfers;
  private final Ledger ledger;
  private final Invoices invoices;
  private final Steps steps;
  private final Suspensions suspensions;
  private final Notices notices;

  public Dunning(Ports ports, Invoices invoices) {
    this(ports, invoices, Steps.STANDARD);
  }

  public Dunning(Ports ports, Invoices invoices, Steps steps) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.transfers = new Transfers(ports);
    this.ledger = new Ledger(ports);
    this.invoices = invoices;
    this.steps = steps;
    this.suspensions = new Suspensions(ports.table());
    this.notices = new Notices(ports);
  }

  /** How far it has come. */
  public enum State {
    DUE,
    REMINDED,
    OVERDUE,
    /** The agreement is not served until it is paid. */
    SUSPENDED,
    /** It is a loss; the agreement stays suspended until a person reinstates it. */
    WRITTEN_OFF;

    private State next() {
      return switch (this) {
        case DUE -> REMINDED;
        case REMINDED -> OVERDUE;
        case OVERDUE -> SUSPENDED;
        case SUSPENDED, WRITTEN_OFF -> WRITTEN_OFF;
      };
    }
  }

  /** When, after the due date, what follows. */
  public record Steps(
      Duration reminded, Duration overdue, Duration suspended, Duration writtenOff) {

    public static final Steps STANDARD =
        new Steps(
            Duration.ofDays(3), Duration.ofDays(14), Duration.ofDays(30), Duration.ofDays(180));

    State at(Instant due, Instant now) {
      Duration late = Duration.between(due, now);
      if (late.compareTo(writtenOff) >= 0) {
        return State.WRITTEN_OFF;
      }
      if (late.compareTo(suspended) >= 0) {
        return State.SUSPENDED;
      }
      if (late.compareTo(overdue) >= 0) {
        return State.OVERDUE;
      }
      return late.compareTo(reminded) >= 0 ? State.REMINDED : State.DUE;
    }
  }

  /** A state and since when. */
  public record Step(State state, Instant at) {}

  /**
   * An invoice of which something is open, or was when it was written off.
   *
   * @param steps the states it came through, the last is its state
   */
  public record Open(
      String issuer,
      long number,
      String agreementId,
      YearMonth month,
      String currency,
      Instant dueAt,
      List<Step> steps) {

    public Open {
      steps = List.copyOf(steps);
    }

    static Open of(Invoice invoice, Instant at) {
      return new Open(
          invoice.issuer(),
          invoice.number(),
          invoice.agreementId(),
          invoice.month(),
          invoice.currency(),
          invoice.dueAt(),
          List.of(new Step(State.DUE, at)));
    }

    /** What it is called where an agreement is not served for it. */
    String name() {
      return name(issuer, number);
    }

    static String name(String issuer, long number) {
      return "invoice " + number + " of " + issuer;
    }

    /** To be told to the customer and the vendor. */
    Notice notice(String became, Instant at) {
      String id = StableId.of("dunning", name(), became, at.toString());
      return Notice.of(id, "dunning." + became, at, Notice.agreement(agreementId), this);
    }

    /** Where it stands. */
    public State state() {
      return steps.getLast().state();
    }

    Open to(State next, Instant at) {
      List<Step> more = new ArrayList<>(steps);
      more.add(new Step(next, at));
      return new Open(issuer, number, agreementId, month, currency, dueAt, more);
    }
  }

  /** All invoices that are asked for, and those written off. */
  public List<Open> list() {
    return Tables.list(table, Table.Query.all(Keys.DUNNING)).stream()
        .map(item -> Json.read(item.body(), Open.class))
        .toList();
  }

  public Optional<Open> find(String issuer, long number) {
    return table.get(Keys.dunning(issuer, number)).map(item -> Json.read(item.body(), Open.class));
  }

  /**
   * Moves every invoice to the state that the clock says, through those in between.
   *
   * @return how many moved
   */
  public int run() {
    Instant now = clock.instant();
    int moved = 0;
    for (Item item : Tables.list(table, Table.Query.all(Keys.DUNNING))) {
      moved += move(item.key(), now) ? 1 : 0;
    }
    return moved;
  }

  private boolean move(Key key, Instant now) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Item> item = table.get(key);
      if (item.isEmpty()) {
        return false; // paid meanwhile
      }
      Open before = Json.read(item.get().body(), Open.class);
      Open after = before;
      State target = steps.at(before.dueAt(), now);
      while (after.state().compareTo(target) < 0) {
        after = after.to(after.state().next(), now);
      }
      if (after.equals(before)) {
        return false;
      }
      List<Write> writes = new ArrayList<>();
      writes.add(Write.put(key, Json.write(after), Condition.atVersion(item.get().version())));
      if (before.state().compareTo(State.SUSPENDED) < 0
          && after.state().compareTo(State.SUSPENDED) >= 0) {
        writes.addAll(suspensions.suspending(after.agreementId(), after.name(), now));
      }
      String became = after.state().name().toLowerCase(Locale.ROOT);
      writes.addAll(notices.writes(after.notice(became, now)));
      if (after.state() == State.WRITTEN_OFF) {
        writes.addAll(writeOff(after, now));
      }
      if (Tables.commit(table, writes).applied()) {
        return true;
      }
    }
    throw new PortException("dunning of " + key.sort() + " cannot be stored");
  }

  private List<Write> writeOff(Open open, Instant now) {
    Invoice invoice = invoices.read(invoices.require(open.number()));
    Books books = transfers.books();
    long lost = Receivables.writeOff(books, open.issuer(), open.number(), open.currency());
    List<Write> writes = new ArrayList<>(books.writes());
    if (lost > 0) {
      writes.addAll(
          ledger.writes(
              Postings.two(
                      "lost-" + Receivables.invoice(open.issuer(), open.number()),
                      open.currency(),
                      now,
                      "WRITTEN_OFF invoice " + open.number(),
                      invoices.channel(invoice),
                      Account.WRITTEN_OFF,
                      Account.RECEIVABLE,
                      lost)
                  .about(open.agreementId())));
    }
    return writes;
  }
}
