package dev.weir.gateway.control;

import dev.weir.core.bill.Code;
import dev.weir.core.bill.Codes;
import dev.weir.core.bill.Sponsorship;
import dev.weir.core.bill.Sponsorships;
import dev.weir.core.bill.Terms;
import dev.weir.core.catalog.Editions;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.catalog.PriceBook;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What changes a plan's prices: price books, joint products, sponsors, codes. */
final class PricingRoutes {

  private final Editions editions;
  private final Sponsorships sponsorships;
  private final Codes codes;
  private final Terms terms;
  private final InstantSource clock;

  PricingRoutes(Ports ports, Terms terms) {
    this.editions = new Editions(ports);
    this.sponsorships = new Sponsorships(ports);
    this.codes = new Codes(ports, terms);
    this.terms = terms;
    this.clock = ports.clock();
  }

  void addTo(Router router) {
    router
        .get(
            "/control/v1/price-books/{channel}",
            r -> Response.ok(Listing.all(editions.priceBooks(r.path("channel")))))
        .put("/control/v1/price-books/{channel}/{version}", this::putBook)
        .get(
            "/control/v1/joint-products/{product}",
            r -> Response.ok(Listing.all(editions.jointProducts(r.path("product")))))
        .put("/control/v1/joint-products/{product}/{version}", this::putJoint)
        .get("/control/v1/sponsorships", this::sponsorships)
        .put("/control/v1/sponsorships/{id}", this::sponsor)
        .get(
            "/control/v1/codes",
            r -> Response.ok(Listing.all(codes.list().stream().map(CodeView::of).toList())))
        .get("/control/v1/codes/{code}", this::code)
        .put("/control/v1/codes/{code}", this::putCode);
  }

  record BookBody(Optional<Instant> effectiveFrom, List<PriceBook.Factor> factors) {}

  private void requireChannel(String id) {
    if (terms.of(id).isEmpty()) {
      throw new ProblemException(Problem.notFound("no channel " + id));
    }
  }

  private Response putBook(Request request) {
    BookBody body = request.json(BookBody.class);
    String channel = request.path("channel");
    int version = version(request);
    Instant from =
        body.effectiveFrom()
            .or(() -> known(editions.priceBooks(channel), version, PriceBook::effectiveFrom))
            .orElseGet(clock::instant);
    PriceBook book = new PriceBook(channel, version, from, body.factors());
    requireChannel(channel);
    editions.put(book);
    return Response.ok(book);
  }

  record JointBody(Optional<Instant> effectiveFrom, List<JointProduct.Beneficiary> beneficiaries) {}

  private Response putJoint(Request request) {
    JointBody body = request.json(JointBody.class);
    String product = request.path("product");
    int version = version(request);
    Instant from =
        body.effectiveFrom()
            .or(() -> known(editions.jointProducts(product), version, JointProduct::effectiveFrom))
            .orElseGet(clock::instant);
    JointProduct joint = new JointProduct(product, version, from, body.beneficiaries());
    editions.put(joint);
    return Response.ok(joint);
  }

  private static int version(Request request) {
    return Numbers.parse("version", request.path("version"), 1, 1_000_000);
  }

  /** When the version that is put again began. */
  private static <T> Optional<Instant> known(List<T> all, int version, Function<T, Instant> from) {
    return version <= all.size() ? Optional.of(from.apply(all.get(version - 1))) : Optional.empty();
  }

  /**
   * A sponsorship and where its budget stands.
   *
   * @param spentMicros in the month
   */
  record SponsorshipView(Sponsorship sponsorship, YearMonth month, long spentMicros) {}

  private SponsorshipView view(Sponsorship sponsorship, YearMonth month) {
    return new SponsorshipView(sponsorship, month, sponsorships.spent(sponsorship, month));
  }

  private Response sponsorships(Request request) {
    String channel =
        request
            .query("channel")
            .orElseThrow(
                () -> new ProblemException(Problem.badRequest("query channel is missing")));
    YearMonth month = LineRoutes.month(request, clock);
    return Response.ok(
        Listing.all(sponsorships.list(channel).stream().map(s -> view(s, month)).toList()));
  }

  record SponsorBody(
      String channelId,
      String payer,
      long capMicros,
      long budgetMicros,
      String currency,
      Optional<Instant> from,
      Optional<Instant> until) {}

  private Response sponsor(Request request) {
    SponsorBody body = request.json(SponsorBody.class);
    String id = request.path("id");
    Instant from =
        body.from()
            .or(() ->
                sponsorships.list(body.channelId()).stream()
                    .filter(s -> s.id().equals(id))
                    .map(Sponsorship::from)
                    .findFirst())
            .orElseGet(clock::instant);
    Sponsorship sponsorship =
        new Sponsorship(
            id,
            body.channelId(),
            body.payer(),
            body.capMicros(),
            body.budgetMicros(),
            body.currency(),
            from,
            body.until());
    requireChannel(sponsorship.channelId());
    sponsorships.put(sponsorship);
    return Response.ok(view(sponsorship, YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC))));
  }

  /** A code and how often it was redeemed. */
  record CodeView(
      String code,
      Code.Benefit benefit,
      Optional<Integer> months,
      long redemptionsMax,
      long redeemed,
      Instant from,
      Optional<Instant> until,
      List<String> plans) {

    static CodeView of(Codes.Counted counted) {
      Code code = counted.code();
      return new CodeView(
          code.code(),
          code.benefit(),
          code.months(),
          code.redemptionsMax(),
          counted.redeemed(),
          code.from(),
          code.until(),
          code.plans());
    }
  }

  private Response code(Request request) {
    String word = request.path("code");
    return Response.ok(
        codes
            .find(word)
            .map(CodeView::of)
            .orElseThrow(() -> new ProblemException(Problem.notFound("no code " + word))));
  }

  record CodeBody(
      Code.Benefit benefit,
      Optional<Integer> months,
      long redemptionsMax,
      Optional<Instant> from,
      Optional<Instant> until,
      Optional<List<String>> plans) {}

  private Response putCode(Request request) {
    CodeBody body = request.json(CodeBody.class);
    String word = request.path("code").toUpperCase(Locale.ROOT);
    Instant from =
        body.from()
            .or(() -> codes.find(word).map(known -> known.code().from()))
            .orElseGet(clock::instant);
    Code code =
        new Code(
            word,
            body.benefit(),
            body.months(),
            body.redemptionsMax(),
            from,
            body.until(),
            body.plans().orElse(List.of()));
    codes.put(code);
    return Response.ok(CodeView.of(codes.find(word).orElseThrow()));
  }
}
