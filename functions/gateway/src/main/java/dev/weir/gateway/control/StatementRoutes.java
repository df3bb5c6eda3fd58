package dev.weir.gateway.control;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.bill.ChannelTerms;
import dev.weir.core.bill.Invoice;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.Ledger;
import dev.weir.core.bill.Profit;
import dev.weir.core.bill.Reconciliation;
import dev.weir.core.bill.Settlement;
import dev.weir.core.bill.Settlements;
import dev.weir.core.bill.SponsorBills;
import dev.weir.core.bill.Terms;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.Money;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What somebody reads about money: invoices as issued, and settlements, reconciliations and the
 * profit as they stand. An id is {@code <kind>.<of whom>.<month>}.
 */
final class StatementRoutes {

  private final Ports ports;
  private final Accounts accounts;
  private final Terms terms;
  private final Invoices invoices;
  private final Settlements settlements;
  private final SponsorBills bills;
  private final Reconciliation reconciliation;
  private final Profit profit;
  private final Ledger ledger;
  private final InstantSource clock;

  StatementRoutes(Ports ports, Terms terms, Invoices invoices) {
    this.ports = ports;
    this.accounts = new Accounts(ports);
    this.terms = terms;
    this.invoices = invoices;
    this.settlements = new Settlements(ports, terms);
    this.bills = new SponsorBills(ports, Money.ISSUER);
    this.reconciliation = new Reconciliation(ports, terms);
    this.profit = new Profit(ports);
    this.ledger = new Ledger(ports);
    this.clock = ports.clock();
  }

  void addTo(Router router) {
    router
        .get("/control/v1/statements", this::list)
        .post("/control/v1/statements", this::issue)
        .get("/control/v1/statements/{id}", this::show)
        .get("/control/v1/ledger", this::ledger);
  }

  record StatementView(
      String id,
      String kind,
      Optional<Long> number,
      YearMonth month,
      String channelId,
      Optional<String> agreementId,
      Optional<String> partner,
      String currency,
      long totalMicros,
      Optional<Instant> issuedAt) {}

  record IssueBody(String month) {}

  record IssueView(List<String> issued) {}

  /** Issues the month's invoices and tells partners what they earn; again changes nothing. */
  private Response issue(Request request) {
    YearMonth month = LineRoutes.month(request.json(IssueBody.class).month());
    List<String> issued = new ArrayList<>();
    for (Agreement agreement : billedByUs()) {
      invoices.issue(agreement.id(), month);
      issued.add(invoiceId(agreement.id(), month));
    }
    for (ChannelTerms channel : terms.all()) {
      if (channel.kind() == ChannelKind.PARTNER && channel.partner().isPresent()) {
        for (Settlement settlement : settlements.of(channel.partner().get(), month)) {
          settlements.send(channel.channelId(), settlement);
          issued.add(settlementId(channel.channelId(), month));
        }
      }
    }
    for (String partner : withoutChannel()) {
      if (!settlements.of(partner, month).isEmpty()) {
        issued.add(beneficiaryId(partner, month));
      }
    }
    bills.issue(month).forEach(bill -> issued.add("sponsor-bill." + bill.number()));
    new Outbox(ports).flush();
    return Response.ok(new IssueView(issued));
  }

  /** Beneficiaries of joint products who are no channel's partner: there is nobody to send to. */
  private List<String> withoutChannel() {
    Set<String> partners = new TreeSet<>(settlements.earners());
    terms.all().forEach(channel -> channel.partner().ifPresent(partners::remove));
    return List.copyOf(partners);
  }

  private static String beneficiaryId(String partner, YearMonth month) {
    return "beneficiary." + partner + "." + month;
  }

  /** Agreements that no market bills. */
  private List<Agreement> billedByUs() {
    List<Agreement> list = new ArrayList<>();
    LineRoutes.forEachAgreement(
        accounts,
        agreement -> {
          boolean market =
              terms
                  .of(agreement.billedThrough())
                  .filter(t -> t.kind() == ChannelKind.MARKETPLACE)
                  .isPresent();
          if (!market) {
            list.add(agreement);
          }
        });
    return list;
  }

  private static String invoiceId(String agreementId, YearMonth month) {
    return "invoice." + agreementId + "." + month;
  }

  private static String settlementId(String channelId, YearMonth month) {
    return "settlement." + channelId + "." + month;
  }

  private Response list(Request request) {
    YearMonth month = LineRoutes.month(request, clock);
    Optional<String> kind = request.query("kind");
    List<StatementView> found = new ArrayList<>();
    for (Agreement agreement : billedByUs()) {
      invoices
          .find(agreement.id(), month)
          .map(invoices::read)
          .ifPresent(i -> found.add(view(agreement, i)));
    }
    for (ChannelTerms channel : terms.all()) {
      channel
          .partner()
          .filter(p -> channel.kind() == ChannelKind.PARTNER)
          .ifPresent(p -> settlements.of(p, month).forEach(s -> found.add(view(channel, s))));
      if (channel.kind() == ChannelKind.MARKETPLACE) {
        found.add(plain("reconciliation", channel.channelId(), month, "", 0));
      }
    }
    for (String partner : withoutChannel()) {
      String id = beneficiaryId(partner, month);
      settlements.of(partner, month).forEach(s -> found.add(view(id, "", s)));
    }
    profit
        .perChannel(Optional.of(month))
        .forEach(
            p -> found.add(plain("profit", p.channelId(), month, p.currency(), p.marginMicros())));
    found.removeIf(s -> !kind.map(s.kind()::equals).orElse(true));
    return Response.ok(Listing.all(found));
  }

  private static StatementView view(Agreement agreement, Invoice invoice) {
    return new StatementView(
        invoiceId(agreement.id(), invoice.month()),
        "invoice",
        Optional.of(invoice.number()),
        invoice.month(),
        agreement.billedThrough(),
        Optional.of(agreement.id()),
        Optional.empty(),
        invoice.currency(),
        invoice.totalMicros(),
        Optional.of(invoice.issuedAt()));
  }

  private static StatementView view(ChannelTerms channel, Settlement settlement) {
    String id = settlementId(channel.channelId(), settlement.month());
    return view(id, channel.channelId(), settlement);
  }

  private static StatementView view(String id, String channelId, Settlement settlement) {
    return new StatementView(
        id,
        "settlement",
        Optional.empty(),
        settlement.month(),
        channelId,
        Optional.empty(),
        Optional.of(settlement.partner()),
        settlement.currency(),
        settlement.accruedMicros(),
        Optional.empty());
  }

  private static StatementView plain(
      String kind, String channelId, YearMonth month, String currency, long totalMicros) {
    return new StatementView(
        kind + "." + channelId + "." + month,
        kind,
        Optional.empty(),
        month,
        channelId,
        Optional.empty(),
        Optional.empty(),
        currency,
        totalMicros,
        Optional.empty());
  }

  private Response show(Request request) {
    String id = request.path("id");
    String[] parts = id.split("\\.", -1);
    if (parts.length != 3) {
      throw new ProblemException(Problem.notFound("no statement " + id));
    }
    YearMonth month = LineRoutes.month(parts[2]);
    return switch (parts[0]) {
      case "invoice" -> invoice(parts[1], month);
      case "settlement" -> {
        String partner =
            terms.of(parts[1]).flatMap(ChannelTerms::partner).orElseThrow(() -> none(id));
        yield Response.ok(Listing.all(settlements.of(partner, month)));
      }
      case "beneficiary" -> Response.ok(Listing.all(settlements.of(parts[1], month)));
      case "reconciliation" -> Response.ok(Listing.all(reconciliation.of(parts[1], month)));
      case "profit" ->
          Response.ok(
              Listing.all(
                  profit.perChannel(Optional.of(month)).stream()
                      .filter(p -> p.channelId().equals(parts[1]))
                      .toList()));
      default -> throw none(id);
    };
  }

  private static ProblemException none(String id) {
    return new ProblemException(Problem.notFound("no statement " + id));
  }

  /** The invoice's own bytes, as they were issued. */
  private Response invoice(String agreementId, YearMonth month) {
    Invoices.Issued issued =
        invoices.find(agreementId, month).orElseThrow(() -> none(invoiceId(agreementId, month)));
    String bytes = new String(invoices.bytes(issued), StandardCharsets.UTF_8);
    return new Response(200, Map.of("content-type", "application/json; charset=utf-8"), bytes);
  }

  record LedgerView(
      List<Ledger.Balance> accounts, long debitMicros, long creditMicros, long transactions) {}

  private Response ledger(Request request) {
    Ledger.Totals totals = ledger.trialBalance();
    return Response.ok(
        new LedgerView(
            ledger.balances(), totals.debitMicros(), totals.creditMicros(), totals.transactions()));
  }
}
