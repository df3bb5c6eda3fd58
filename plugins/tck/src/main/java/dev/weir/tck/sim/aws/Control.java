package dev.weir.tck.sim.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The routes under {@code /sim/} that play the buyer and the market's own hand. */
final class Control {

  private final Simulator sim;
  private final Market market;
  private final UsageStore store;
  private final Deque<Fault> faults;
  private final ReentrantLock lock;
  private final Lifecycle lifecycle = new Lifecycle();
  private Lifecycle.@Nullable Target target;

  private record Purchase(Agreement agreement, String token) {}

  private record Pending(ObjectNode event, Lifecycle.@Nullable Target to) {}

  Control(Simulator sim, Market market, UsageStore store, Deque<Fault> faults, ReentrantLock lock) {
    this.sim = sim;
    this.market = market;
    this.store = store;
    this.faults = faults;
    this.lock = lock;
  }

  void addRoutes() {
    sim.route("POST", "/sim/product", r -> locked(() -> product(r.json())))
        .route("POST", "/sim/subscribe", this::subscribe)
        .route("POST", "/sim/event", this::event)
        .route("POST", "/sim/events", r -> locked(() -> target(r)))
        .route("POST", "/sim/mode", r -> locked(() -> mode(r.json())))
        .route("POST", "/sim/fault", r -> locked(() -> fault(r.json())))
        .route("GET", "/sim/usage", r -> locked(() -> SimResponse.json(store.view())))
        .route("GET", "/sim/agreements", r -> locked(this::agreements));
  }

  /** {@code {code, dimensions, identity?}}: lists one more product. */
  private SimResponse product(ObjectNode request) {
    Set<String> dimensions = new TreeSet<>();
    request.path("dimensions").forEach(d -> dimensions.add(d.asText()));
    market.list(
        new Product(
            request.path("code").asText(),
            dimensions,
            Product.Identity.valueOf(request.path("identity").asText("LICENSE"))));
    return SimResponse.json(request);
  }

  /** {@code {product?, account?, entitlements?, landing?}}; with a landing the form is posted. */
  private SimResponse subscribe(SimRequest request) {
    JsonNode body = request.json();
    Purchase purchase = locked(() -> purchase(body));
    ObjectNode answer = Simulator.JSON.valueToTree(Market.Wire.of(purchase.agreement()));
    answer.put("token", purchase.token());
    if (body.path("landing").isTextual()) {
      String form =
          "x-amzn-marketplace-token="
              + URLEncoder.encode(purchase.token(), StandardCharsets.UTF_8)
              + "&x-amzn-marketplace-agreement-id="
              + purchase.agreement().id();
      HttpResponse<String> landed = lifecycle.postForm(body.path("landing").asText(), form);
      answer
          .putObject("landed")
          .put("status", landed.statusCode())
          .put("location", landed.headers().firstValue("location").orElse(""))
          .put("body", landed.body());
    }
    return SimResponse.json(answer);
  }

  private Purchase purchase(JsonNode body) {
    Agreement agreement =
        market.subscribe(
            body.path("product").asText(Market.PRODUCT_CODE),
            body.path("account").isTextual() ? body.path("account").asText() : null,
            Market.Wire.rights(body.path("entitlements")));
    return new Purchase(agreement, market.token(agreement));
  }

  /** {@code {agreementId, type, role?, status?, times?}}: one event, sent {@code times} times. */
  private SimResponse event(SimRequest request) {
    Pending pending = locked(() -> pending(request));
    ObjectNode answer = Simulator.JSON.createObjectNode();
    answer.set("event", pending.event());
    ArrayNode statuses = answer.putArray("statuses");
    Lifecycle.Target to = pending.to();
    for (int i = 0; to != null && i < request.json().path("times").asInt(1); i++) {
      statuses.add(lifecycle.send(pending.event(), to));
    }
    sim.file("events").append(answer);
    return SimResponse.json(answer);
  }

  private Pending pending(SimRequest request) {
    String type = request.field("type");
    Agreement agreement = market.agreement(request.field("agreementId"));
    if (type.equals("License Deprovisioned")) {
      agreement = market.deprovision(agreement.id());
    }
    ObjectNode event =
        lifecycle.event(
            type,
            request.field("role", "Manufacturer"),
            request.field("status", ""),
            agreement,
            market.now());
    return new Pending(event, target);
  }

  /** {@code {url, secret, header?}}: where events go from now on. */
  private SimResponse target(SimRequest request) {
    target =
        new Lifecycle.Target(
            request.field("url"),
            request.field("header", "x-weir-event-secret"),
            request.field("secret"));
    return SimResponse.json(Map.of("url", request.field("url")));
  }

  private SimResponse mode(ObjectNode changes) {
    try {
      market.mode(market.mode().with(changes));
    } catch (IllegalArgumentException e) {
      throw new SimRefusal(400, String.valueOf(e.getMessage()));
    }
    return SimResponse.json(Map.of("mode", market.mode().toString()));
  }

  private SimResponse fault(ObjectNode request) {
    Fault fault = Fault.read(request);
    for (int i = 0; i < request.path("times").asInt(1); i++) {
      faults.add(fault);
    }
    return SimResponse.json(Map.of("pending", faults.size()));
  }

  private SimResponse agreements() {
    return SimResponse.json(market.agreements().stream().map(Market.Wire::of).toList());
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
