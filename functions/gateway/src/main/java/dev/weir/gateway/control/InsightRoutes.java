package dev.weir.gateway.control;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Customer;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.Proof;
import dev.weir.core.bill.Prove;
import dev.weir.core.bill.Readings;
import dev.weir.core.bill.ReportLine;
import dev.weir.core.bill.Reports;
import dev.weir.core.bill.Terms;
import dev.weir.core.catalog.Meter;
import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.Channels;
import dev.weir.core.infer.Call;
import dev.weir.core.infer.Calls;
import dev.weir.core.infer.Conversation;
import dev.weir.core.infer.Conversations;
import dev.weir.core.job.Jobs;
import dev.weir.core.meter.FactTrail;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.port.Paged;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.House;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The whole at a glance: overview, conversations, calls, incidents, and the proof. */
final class InsightRoutes {

  private final House house;
  private final Ports ports;
  private final Accounts accounts;
  private final Channels channels;
  private final Conversations conversations;
  private final Calls calls;
  private final Jobs jobs;
  private final Reports reports;
  private final Incidents incidents;
  private final SealedHours sealed;
  private final FactTrail trail;
  private final Prove prove;
  private final EndpointRoutes endpoints;

  InsightRoutes(House house, Terms terms, Invoices invoices, EndpointRoutes endpoints) {
    this.house = house;
    this.ports = house.ports();
    this.accounts = new Accounts(ports);
    this.channels = new Channels(ports);
    this.conversations = new Conversations(ports);
    this.calls = new Calls(ports, house.endpoints(), house.replicas(), house.client());
    this.jobs = new Jobs(ports);
    this.reports = new Reports(ports, terms);
    this.incidents = new Incidents(ports);
    this.sealed = new SealedHours(ports);
    this.trail = new FactTrail(ports);
    this.prove = new Prove(ports, terms, invoices);
    this.endpoints = endpoints;
  }

  void addTo(Router router) {
    router
        .get("/control/v1/overview", this::overview)
        .get("/control/v1/conversations", this::conversations)
        .get("/control/v1/calls/{id}", this::call)
        .get("/control/v1/proof", this::proof);
  }

  /** What the report lines of this deployment say; the other side's own store is not asked. */
  private Readings readings() {
    return new Readings() {
      @Override
      public OptionalLong acknowledged(String channelId, String meter) {
        List<ReportLine> done = reports.done(channelId);
        boolean reported = !invoiced(channelId);
        return reported
            ? OptionalLong.of(
                done.stream()
                    .filter(l -> l.meter().equals(meter) && l.state().accepted())
                    .mapToLong(ReportLine::quantity)
                    .sum())
            : OptionalLong.empty();
      }

      @Override
      public String acknowledgedBy(String channelId) {
        return invoiced(channelId) ? "invoice" : "acknowledgements";
      }

      @Override
      public long calls(String channelId) {
        return answered(channelId);
      }
    };
  }

  /** What the applied batches say that was answered; the archive is counted apart from it. */
  private long answered(String channelId) {
    long[] count = {0};
    Instant end = Hours.of(ports.clock().instant()).plus(Duration.ofHours(2));
    for (Instant h = sealed.first(); h.isBefore(end); h = h.plus(Duration.ofHours(1))) {
      trail.forEachSum(
          h,
          s -> {
            if (s.channelId().equals(channelId) && s.meter().equals(Meter.CALLS.id())) {
              count[0] = Math.addExact(count[0], s.quantity());
            }
          });
    }
    return count[0];
  }

  /** Whether the customers of a channel get the vendor's own invoice. */
  private boolean invoiced(String channelId) {
    return switch (channels.require(channelId).kind()) {
      case SOCIAL, DIRECT -> true;
      case PARTNER, MARKETPLACE -> false;
    };
  }

  record Totals(
      String currency,
      int customers,
      long calls,
      long revenueMicros,
      long feeMicros,
      long shareMicros,
      long computeMicros,
      long marginMicros) {

    Totals plus(Proof.OfChannel c) {
      return new Totals(
          currency,
          customers + c.customers(),
          calls + c.calls(),
          Math.addExact(revenueMicros, c.revenueMicros()),
          Math.addExact(feeMicros, c.feeMicros()),
          Math.addExact(shareMicros, c.shareMicros()),
          Math.addExact(computeMicros, c.computeMicros()),
          Math.addExact(marginMicros, c.marginMicros()));
    }
  }

  record ChannelRow(
      String id,
      String plugin,
      ChannelKind kind,
      Optional<String> partner,
      String currency,
      int customers,
      long calls,
      long revenueMicros,
      long feeMicros,
      long shareMicros,
      long computeMicros,
      long marginMicros) {}

  record Overview(
      Instant at,
      List<ChannelRow> channels,
      List<Totals> totals,
      Map<String, Long> jobs,
      List<EndpointRoutes.EndpointView> endpoints,
      int incidents) {}

  private Response overview(Request request) {
    Proof proof = prove.run(readings());
    Map<String, Totals> totals = new TreeMap<>();
    List<ChannelRow> rows = new ArrayList<>();
    for (Proof.OfChannel c : proof.channels()) {
      ChannelConfig config = channels.require(c.id());
      String currency = config.currency();
      totals.put(
          currency,
          totals.getOrDefault(currency, new Totals(currency, 0, 0, 0, 0, 0, 0, 0)).plus(c));
      rows.add(
          new ChannelRow(
              c.id(),
              config.plugin(),
              c.kind(),
              config.partner(),
              currency,
              c.customers(),
              c.calls(),
              c.revenueMicros(),
              c.feeMicros(),
              c.shareMicros(),
              c.computeMicros(),
              c.marginMicros()));
    }
    return Response.ok(
        new Overview(
            ports.clock().instant(),
            rows,
            List.copyOf(totals.values()),
            jobs(),
            house.endpoints().list().stream().map(endpoints::view).toList(),
            (int) incidents.list().stream().filter(i -> i.resolvedAt().isEmpty()).count()));
  }

  private Map<String, Long> jobs() {
    Map<String, Long> byState = new TreeMap<>();
    jobs.list(Paged.Request.FIRST)
        .items()
        .forEach(job -> byState.merge(job.state().toLowerCase(Locale.ROOT), 1L, Long::sum));
    return byState;
  }

  record ConversationView(
      String id,
      String channelId,
      String customer,
      Instant at,
      String text,
      String answer,
      boolean answered,
      long messages,
      String callId) {}

  private Response conversations(Request request) {
    int limit = request.query("limit", 20, 1, 100);
    List<Conversation> latest =
        request
            .query("channel")
            .map(c -> conversations.latest(c, limit))
            .orElseGet(() -> conversations.latest(limit));
    return Response.ok(Listing.all(latest.stream().map(this::view).toList()));
  }

  private ConversationView view(Conversation c) {
    String customer =
        accounts
            .agreement(c.agreementId())
            .flatMap(a -> accounts.customer(a.customerId()))
            .map(Customer::name)
            .orElse("");
    return new ConversationView(
        c.id(),
        c.channelId(),
        customer,
        c.lastAt(),
        c.question(),
        c.answer(),
        c.answered(),
        c.messages(),
        c.lastCall());
  }

  private Response call(Request request) {
    String id = request.path("id");
    Call call =
        calls
            .get(id)
            .orElseThrow(() ->
                new ProblemException(
                    Problem.notFound(
                        "no row of call " + id + "; calls answered on a host have none")));
    return Response.ok(call);
  }

  record ProofRow(
      String channelId,
      ChannelKind kind,
      String meter,
      long facts,
      long sealed,
      long billed,
      long included,
      long acknowledged,
      String acknowledgedBy,
      Proof.Open open,
      State state,
      boolean holds) {}

  /** Of a row: equal, or as far as what is early is concerned, or neither. */
  enum State {
    EQUAL,
    OPEN,
    DIFFERS
  }

  private static State state(Proof.OfMeter meter) {
    if (!meter.holds()) {
      return State.DIFFERS;
    }
    boolean equal = meter.open().isNothing() || meter.acknowledged() == meter.facts();
    return equal ? State.EQUAL : State.OPEN;
  }

  record ProofView(
      Instant at,
      List<ProofRow> rows,
      List<Proof.OfChannel> channels,
      Proof.OfLedger ledger,
      boolean holds,
      List<String> violations) {}

  private Response proof(Request request) {
    Proof proof = prove.run(readings());
    List<ProofRow> rows = new ArrayList<>();
    for (Proof.OfChannel c : proof.channels()) {
      for (Proof.OfMeter m : c.meters()) {
        rows.add(
            new ProofRow(
                c.id(),
                c.kind(),
                m.meter(),
                m.facts(),
                m.sealed(),
                m.billed(),
                m.included(),
                m.acknowledged(),
                m.acknowledgedBy(),
                m.open(),
                state(m),
                m.holds()));
      }
    }
    List<String> violations = proof.violations();
    return Response.ok(
        new ProofView(
            ports.clock().instant(),
            rows,
            proof.channels(),
            proof.ledger(),
            violations.isEmpty(),
            violations));
  }
}
