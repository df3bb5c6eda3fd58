package dev.weir.gateway.control;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.bill.Explain;
import dev.weir.core.bill.Line;
import dev.weir.core.bill.Lines;
import dev.weir.core.bill.ReportLine;
import dev.weir.core.bill.Terms;
import dev.weir.core.catalog.Charge;
import dev.weir.core.meter.FactTrail;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Rated lines, and the walk from a line back to its calls. */
final class LineRoutes {

  /** The most facts of an explanation that are listed one by one; all are counted. */
  static final int FACTS_MAX = 1000;

  private final Accounts accounts;
  private final Lines lines;
  private final Explain explain;
  private final InstantSource clock;

  LineRoutes(Ports ports, Terms terms) {
    this.accounts = new Accounts(ports);
    this.lines = new Lines(ports);
    this.explain = new Explain(ports, terms);
    this.clock = ports.clock();
  }

  void addTo(Router router) {
    router
        .get("/control/v1/lines", this::list)
        .get("/control/v1/lines/{id}/explanation", this::explanation);
  }

  static YearMonth month(Request request, InstantSource clock) {
    String text =
        request
            .query("month")
            .orElseGet(() -> YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC)).toString());
    return month(text);
  }

  static YearMonth month(String text) {
    try {
      return YearMonth.parse(text);
    } catch (DateTimeParseException e) {
      throw new ProblemException(Problem.badRequest("month " + text + " is not like 2026-11"), e);
    }
  }

  /** Lines of one month (the current one, and the one before), newest first. */
  private Response list(Request request) {
    int limit = Listing.limit(request);
    YearMonth month = month(request, clock);
    List<YearMonth> months =
        request.query("month").isPresent() ? List.of(month) : List.of(month, month.minusMonths(1));
    Optional<String> channel = request.query("channel");
    Optional<String> only = request.query("agreement");
    List<Line> found = new ArrayList<>();
    forEachAgreement(
        accounts,
        agreement -> {
          if (only.map(agreement.id()::equals).orElse(true)) {
            months.forEach(m -> found.addAll(lines.list(agreement.id(), m)));
          }
        });
    found.removeIf(l -> !channel.map(l.channelId()::equals).orElse(true));
    found.sort((a, b) -> b.hour().compareTo(a.hour()));
    int first = Math.min(request.query("page", 0, 0, Integer.MAX_VALUE - limit), found.size());
    int end = Math.min(first + limit, found.size());
    Optional<String> next =
        end < found.size() ? Optional.of(Integer.toString(end)) : Optional.empty();
    return Response.ok(new Listing<>(found.subList(first, end), next));
  }

  static void forEachAgreement(Accounts accounts, Consumer<Agreement> visitor) {
    Optional<String> token = Optional.empty();
    do {
      Page<Agreement> page = accounts.allAgreements(new Page.Request(Page.LIMIT_MAX, token));
      page.items().forEach(visitor);
      token = page.next();
    } while (token.isPresent());
  }

  record BatchView(String source, long after, long last, long quantity, long facts, String blob) {}

  record ExplanationView(
      Line line,
      Optional<SealedHour> hour,
      Optional<Charge.Metered> price,
      List<BatchView> batches,
      List<UsageFact> facts,
      long recounted,
      boolean addsUp,
      Optional<String> missing,
      List<ReportLine> reports,
      List<String> walk) {}

  private Response explanation(Request request) {
    String id = request.path("id");
    Line line =
        lines.find(id).orElseThrow(() -> new ProblemException(Problem.notFound("no line " + id)));
    try {
      return Response.ok(view(explain.line(id)));
    } catch (ProblemException e) {
      if (e.problem().status() != 409) {
        throw e;
      }
      String broken = e.problem().detail();
      return Response.ok(
          new ExplanationView(
              line,
              Optional.empty(),
              Optional.empty(),
              List.of(),
              List.of(),
              0,
              false,
              Optional.of(broken),
              List.of(),
              List.of(LineWords.summary(line), "does not add up: " + broken)));
    }
  }

  private static ExplanationView view(Explain.Explanation e) {
    List<BatchView> batches = new ArrayList<>();
    List<UsageFact> facts = new ArrayList<>();
    long counted = 0;
    for (FactTrail.Step step : e.steps()) {
      batches.add(
          new BatchView(
              step.batch().source().id(),
              step.batch().after(),
              step.batch().last(),
              step.sum().quantity(),
              step.sum().count(),
              step.batch().blob()));
      counted += step.facts().size();
      int room = FACTS_MAX - facts.size();
      facts.addAll(step.facts().subList(0, Math.min(room, step.facts().size())));
    }
    return new ExplanationView(
        e.line(),
        e.hour(),
        e.charge(),
        batches,
        facts,
        counted,
        true,
        Optional.empty(),
        e.reports(),
        walk(e, counted, facts));
  }

  private static List<String> walk(Explain.Explanation e, long counted, List<UsageFact> facts) {
    List<String> walk = new ArrayList<>();
    Line line = e.line();
    walk.add(LineWords.summary(line));
    walk.addAll(LineWords.price(line, e.priced(), e.charge()));
    walk.addAll(LineWords.parts(line));
    e.hour()
        .ifPresent(h ->
            walk.add(
                "sealed hour %s: %d in %d facts, sealed at %s"
                    .formatted(h.hour(), h.quantity(), h.count(), h.sealedAt())));
    if (!e.steps().isEmpty()) {
      walk.add(
          "%d batches of %d facts, added up again: %d"
              .formatted(e.steps().size(), counted, line.quantity()));
    }
    e.readings().forEach(reading -> walk.add(LineWords.reading(reading)));
    facts.stream()
        .findFirst()
        .ifPresent(
            f -> walk.add("first fact %s: %d at %s".formatted(f.key(), f.quantity(), f.at())));
    facts.stream().findFirst().ifPresent(f -> walk.add("call " + f.callId()));
    return walk;
  }
}
