package dev.weir.gateway.control;

import dev.weir.core.meter.FactTrail;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What was used, by hour: sealed hours, and those still open. */
final class UsageRoutes {

  /** The longest span of one request. */
  static final Duration SPAN_MAX = Duration.ofDays(31);

  private static final Duration SPAN = Duration.ofHours(24);

  private final SealedHours sealed;
  private final FactTrail trail;
  private final InstantSource clock;

  UsageRoutes(Ports ports) {
    this.sealed = new SealedHours(ports);
    this.trail = new FactTrail(ports);
    this.clock = ports.clock();
  }

  void addTo(Router router) {
    router.get("/control/v1/usage", this::usage);
  }

  /** One meter's use in one hour; of one agreement, or of all of a channel. */
  record UsageView(
      Instant hour,
      String channelId,
      Optional<String> agreementId,
      String meter,
      long quantity,
      long count,
      boolean sealed) {}

  /** What is summed up in one line. */
  private record Of(Instant hour, String channelId, String agreementId, String meter)
      implements Comparable<Of> {
    @Override
    public int compareTo(Of other) {
      int byHour = hour.compareTo(other.hour);
      if (byHour != 0) {
        return byHour;
      }
      int byChannel = channelId.compareTo(other.channelId);
      if (byChannel != 0) {
        return byChannel;
      }
      int byAgreement = agreementId.compareTo(other.agreementId);
      return byAgreement != 0 ? byAgreement : meter.compareTo(other.meter);
    }
  }

  private record Sum(long quantity, long count) {
    static Sum of(Sum one, Sum other) {
      return new Sum(
          Math.addExact(one.quantity, other.quantity), Math.addExact(one.count, other.count));
    }
  }

  private Response usage(Request request) {
    Instant now = clock.instant();
    Instant to =
        request.query("to").map(t -> instant("to", t)).orElse(Hours.of(now).plusSeconds(3600));
    Instant from = request.query("from").map(t -> instant("from", t)).orElse(to.minus(SPAN));
    if (Duration.between(from, to).compareTo(SPAN_MAX) > 0) {
      throw new ProblemException(
          Problem.badRequest(
              "from " + from + " to " + to + " is more than " + SPAN_MAX.toDays() + " days"));
    }
    boolean byChannel = request.query("by").filter("channel"::equals).isPresent();
    Instant until = sealed.sealedUntil();
    Map<Of, Sum> sums = new TreeMap<>();
    Instant start = Hours.of(from).isBefore(sealed.first()) ? sealed.first() : Hours.of(from);
    for (Instant h = start; h.isBefore(to); h = h.plus(Duration.ofHours(1))) {
      Instant hour = h;
      if (hour.isBefore(until)) {
        sealed.forEach(
            hour,
            s -> {
              Of of = of(request, byChannel, hour, s.channelId(), s.agreementId(), s.meter());
              sums.merge(of, new Sum(s.quantity(), s.count()), Sum::of);
            });
      } else {
        trail.forEachSum(
            hour,
            s -> {
              Of of = of(request, byChannel, hour, s.channelId(), s.agreementId(), s.meter());
              sums.merge(of, new Sum(s.quantity(), s.count()), Sum::of);
            });
      }
    }
    return Response.ok(
        Listing.all(
            sums.entrySet().stream()
                .filter(e -> wanted(request, e.getKey()))
                .map(e -> view(e.getKey(), e.getValue(), until))
                .toList()));
  }

  private static Of of(
      Request request,
      boolean byChannel,
      Instant hour,
      String channelId,
      String agreementId,
      String meter) {
    boolean other = request.query("agreement").filter(a -> !a.equals(agreementId)).isPresent();
    // Another agreement's sums keep their name even when summed by channel, to be left out below.
    return new Of(hour, channelId, byChannel && !other ? "" : agreementId, meter);
  }

  private static boolean wanted(Request request, Of of) {
    return request.query("channel").map(of.channelId()::equals).orElse(true)
        && request.query("meter").map(of.meter()::equals).orElse(true)
        && request
            .query("agreement")
            .map(a -> of.agreementId().isEmpty() || of.agreementId().equals(a))
            .orElse(true);
  }

  private static UsageView view(Of of, Sum sum, Instant sealedUntil) {
    return new UsageView(
        of.hour(),
        of.channelId(),
        of.agreementId().isEmpty() ? Optional.empty() : Optional.of(of.agreementId()),
        of.meter(),
        sum.quantity(),
        sum.count(),
        of.hour().isBefore(sealedUntil));
  }

  static Instant instant(String name, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new ProblemException(
          Problem.badRequest(
              "query " + name + "=" + text + " is no time like 2026-11-01T00:00:00Z"),
          e);
    }
  }
}
