package dev.weir.gateway.control;

import dev.weir.core.notice.Delivery;
import dev.weir.core.notice.Notices;
import dev.weir.core.notice.Target;
import dev.weir.core.notice.Targets;
import dev.weir.core.notice.Tell;
import dev.weir.core.notice.WebhookUrls;
import dev.weir.core.port.Ids;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.House;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is told of budgets, unpaid invoices and incidents, and what was told. */
final class NoticeRoutes {

  private final Notices notices;
  private final Targets targets;
  private final Tell tell;
  private final Whom whom;
  private final Ids ids;
  private final InstantSource clock;

  NoticeRoutes(House house) {
    Ports ports = house.ports();
    WebhookUrls urls = WebhookUrls.of(house.publicUrl());
    this.notices = new Notices(ports);
    this.targets = new Targets(ports, urls);
    this.tell = new Tell(ports, urls);
    this.whom = new Whom(ports);
    this.ids = new Ids(ports.clock());
    this.clock = ports.clock();
  }

  void addTo(Router router) {
    router
        .get("/control/v1/notices", this::told)
        .post("/control/v1/notices/{id}/resend", this::resend)
        .get("/control/v1/notice-targets", r -> Response.ok(Listing.all(targets.list())))
        .put("/control/v1/notice-targets/{id}", this::put)
        .post("/control/v1/notice-targets/{id}/remove", this::remove)
        .post("/control/v1/notice-targets/{id}/test", this::test);
  }

  private Response told(Request request) {
    return Response.ok(Listing.all(notices.list(LineRoutes.month(request, clock))));
  }

  /**
   * Whom to tell again.
   *
   * @param month in which it happened, as the list of notices says; this one if absent
   * @param target all to whom it FAILED if absent
   */
  record ResendBody(Optional<String> month, Optional<String> target) {}

  private Response resend(Request request) {
    ResendBody body = request.json(ResendBody.class);
    Instant now = clock.instant();
    YearMonth month =
        body.month()
            .map(LineRoutes::month)
            .orElseGet(() -> YearMonth.from(now.atOffset(ZoneOffset.UTC)));
    return Response.ok(notices.resend(month, request.path("id"), body.target(), now));
  }

  /**
   * A target to set.
   *
   * @param on vendor if absent
   * @param url of a webhook, or
   * @param channel that delivers to the agreement
   * @param attributes where in the channel
   * @param types all if absent
   * @param newSecret true: the webhook is signed with another secret from now on, and with the one
   *     before for 24 hours
   */
  record TargetBody(
      Optional<String> on,
      Optional<String> url,
      Optional<String> channel,
      Optional<Map<String, String>> attributes,
      Optional<List<String>> types,
      Optional<Boolean> newSecret) {

    Target as(String id) {
      if (url.isPresent() == channel.isPresent()) {
        throw new ProblemException(
            Problem.invalid("either \"url\", of a webhook, or \"channel\", of a chat"));
      }
      if (url.isPresent() && attributes.isPresent()) {
        throw new ProblemException(Problem.invalid("\"attributes\" are of a chat"));
      }
      Target.Way way =
          url.isPresent()
              ? new Target.Way.Webhook(url.get())
              : new Target.Way.Chat(channel.orElseThrow(), attributes.orElse(Map.of()));
      return new Target(id, on.orElse("vendor"), way, types.orElse(List.of()));
    }
  }

  /**
   * A target that was set.
   *
   * @param secret of its signatures where it is new, {@code whsec_…}: shown this once
   */
  record TargetView(
      String id, String on, Target.Way way, List<String> types, Optional<String> secret) {}

  private Response put(Request request) {
    TargetBody body = request.json(TargetBody.class);
    Target target = body.as(request.path("id"));
    whom.require(target.on());
    Optional<String> secret = targets.put(target, body.newSecret().orElse(false));
    return Response.ok(
            new TargetView(target.id(), target.on(), target.way(), target.types(), secret))
        .with("cache-control", "no-store");
  }

  private Response remove(Request request) {
    return Response.ok(targets.remove(request.path("id")));
  }

  private Response test(Request request) {
    Delivery delivery = tell.test(request.path("id"), "test-" + ids.next());
    return Response.ok(delivery);
  }
}
