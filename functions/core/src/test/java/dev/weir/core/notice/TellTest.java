package dev.weir.core.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.AccountWorld;
import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.channel.Deliver;
import dev.weir.core.json.Json;
import dev.weir.core.limit.Admission;
import dev.weir.core.limit.Limit;
import dev.weir.core.limit.Limits;
import dev.weir.core.limit.Who;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.port.memory.Faults;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Notices from what happens to whom it concerns, over real HTTP. */
class TellTest {

  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final YearMonth MONTH = YearMonth.of(2026, 11);
  private static final WebhookUrls HERE = WebhookUrls.of("http://127.0.0.1:8080");

  private SettableClock clock = new SettableClock(START);
  private Ports ports = MemoryPorts.create(clock);
  private final Receiver vendor = new Receiver();
  private final Receiver customer = new Receiver();

  TellTest() throws IOException {}

  @AfterEach
  void close() {
    vendor.close();
    customer.close();
  }

  private String target(String id, String on, Receiver receiver, String... types) {
    Target target = new Target(id, on, new Target.Way.Webhook(receiver.url()), List.of(types));
    return new Targets(ports, HERE).put(target, false).orElseThrow();
  }

  private Agreement agreement() {
    return new Accounts(ports)
        .openAgreement(AccountWorld.sale("slack-emea", "T1", "ACME", "care", "standard", 1, "USD"));
  }

  /** What the minute's sweep and the queue's consumer do, until nothing is due now. */
  private List<Duration> pump(Ports through) {
    new Outbox(through).flush();
    Tell tell = new Tell(through, HERE);
    Queue queue = through.queue(Queues.NOTICES);
    List<Duration> waits = new ArrayList<>();
    List<Queue.Received> received = queue.receive(Queue.RECEIVE_MAX, Duration.ofMinutes(3));
    while (!received.isEmpty()) {
      for (Queue.Received message : received) {
        Optional<Duration> again = tell.run(message.body());
        again.ifPresentOrElse(
            wait -> {
              waits.add(wait);
              queue.release(message.receipt(), wait);
            },
            () -> queue.acknowledge(message.receipt()));
      }
      received = queue.receive(Queue.RECEIVE_MAX, Duration.ofMinutes(3));
    }
    return waits;
  }

  private List<Delivery> deliveries() {
    return new Notices(ports)
        .list(MONTH).stream().flatMap(told -> told.deliveries().stream()).toList();
  }

  private void use(Ports through, Agreement agreement, int calls) {
    Who who = new Who(agreement, Optional.empty(), agreement.billedThrough());
    Admission admission = new Admission(through);
    for (int i = 0; i < calls; i++) {
      admission.admit(who, () -> Map.of("calls", 1L)).used(Map.of("calls", 1L));
    }
  }

  @Test
  void aBudgetsThresholdsAreToldOnceEachToVendorAndCustomer() {
    Agreement agreement = agreement();
    String secret = target("ops", "vendor", vendor);
    target("acme", "customer:" + agreement.customerId(), customer, "budget");
    target("other", "customer:somebody-else", customer);
    new Limits(ports)
        .put(new Limit.Budget("acme-calls", "agreement:" + agreement.id(), "calls", 10, false));
    use(ports, agreement, 12);
    pump(ports);
    use(ports, agreement, 5);
    pump(ports);

    assertEquals(List.of("budget.reached", "budget.reached", "budget.reached"), vendor.types());
    assertEquals(
        List.of(50, 80, 100),
        vendor.got.stream().map(g -> g.body().at("/data/percent").asInt()).sorted().toList());
    assertEquals(3, customer.got.size());
    assertEquals(
        new HashSet<>(vendor.got.stream().map(Receiver.Got::id).toList()),
        new HashSet<>(customer.got.stream().map(Receiver.Got::id).toList()));
    Receiver.Got one = vendor.got.getFirst();
    assertEquals(
        StandardWebhook.headers(List.of(secret), one.id(), START, one.text())
            .get("webhook-signature"),
        one.signature());
    assertEquals(Long.toString(START.getEpochSecond()), one.timestamp());
    assertTrue(deliveries().stream().allMatch(d -> d.state() == Delivery.State.DELIVERED));
    assertEquals(6, deliveries().size());
  }

  /** The example of the specification's own libraries. */
  @Test
  void signaturesAreThoseOfStandardWebhooks() {
    assertEquals(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        StandardWebhook.headers(
                List.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                Instant.ofEpochSecond(1614265330),
                "{\"test\": 2432232314}")
            .get("webhook-signature"));
  }

  /** The process dies at every step of saying, spreading and telling in turn. */
  @Test
  void aCrashAtAnyStepLosesNoNoticeAndTellsNoneUnderAnotherId() {
    int steps = 0;
    for (int step = 1; step < 300 && steps == 0; step++) {
      clock = new SettableClock(START);
      Faults faults = Faults.none();
      ports = new MemoryPorts(clock).ports();
      vendor.got.clear();
      Agreement agreement = agreement();
      target("ops", "vendor", vendor);
      new Limits(ports).put(new Limit.Budget("b", "vendor", "calls", 2, false));
      Ports dying = faults.around(ports);
      faults.crashAt(step);
      try {
        use(dying, agreement, 2);
        pump(dying);
        steps = step;
      } catch (Crash e) {
        // as planned
      }
      clock.advance(Duration.ofMinutes(10));
      use(ports, agreement, 2);
      pump(ports);
      assertEquals(
          3,
          new HashSet<>(vendor.got.stream().map(Receiver.Got::id).toList()).size(),
          "crash at step " + step);
      assertTrue(vendor.got.size() <= 4, "sent again only what was under way: step " + step);
      assertTrue(
          deliveries().stream().allMatch(d -> d.state() == Delivery.State.DELIVERED),
          () -> deliveries().toString());
    }
    assertTrue(steps > 20, "ended after " + steps);
  }

  @Test
  void aTargetThatIsDownIsTriedForHoursAndThenGivenUp() {
    target("ops", "vendor", vendor);
    target("acme", "vendor", customer);
    vendor.status = 500;
    Incidents incidents = new Incidents(ports);
    ports.table().commit(List.of(incidents.write(Incident.Kind.UNRATED_HOUR, "h", "no price")));
    TellIncidents told = new TellIncidents(ports);
    assertEquals(1, told.run());
    assertEquals(0, told.run());
    Duration waited = Duration.ZERO;
    List<Duration> waits = pump(ports);
    for (; !waits.isEmpty(); waits = pump(ports)) {
      waited = waited.plus(waits.getFirst());
      clock.advance(waits.getFirst());
    }
    assertEquals(Delivery.ATTEMPTS_MAX, vendor.got.size());
    assertEquals(1, new HashSet<>(vendor.got.stream().map(Receiver.Got::id).toList()).size());
    assertTrue(waited.toHours() >= 3, waited::toString);
    assertEquals(List.of("incident.opened"), customer.types(), "the other was told at once");
    Delivery failed =
        deliveries().stream().filter(d -> d.targetId().equals("ops")).findFirst().orElseThrow();
    assertEquals(Delivery.State.FAILED, failed.state());
    assertEquals("answered 500", failed.detail());

    vendor.status = 200;
    Notices notices = new Notices(ports);
    String id = failed.noticeId();
    assertThrows(
        ProblemException.class,
        () -> notices.resend(MONTH, id, Optional.of("acme"), clock.instant()));
    assertThrows(
        ProblemException.class,
        () -> notices.resend(MONTH, "nothing", Optional.empty(), clock.instant()));
    notices.resend(MONTH, id, Optional.empty(), clock.instant());
    pump(ports);
    assertEquals(Delivery.ATTEMPTS_MAX + 1, vendor.got.size());
    assertEquals(id, vendor.got.getLast().id(), "the same notice, by which the target knows it");
    assertEquals(1, customer.got.size(), "who was told is not told again");
    assertTrue(deliveries().stream().allMatch(d -> d.state() == Delivery.State.DELIVERED));
    assertThrows(
        ProblemException.class, () -> notices.resend(MONTH, id, Optional.empty(), clock.instant()));
  }

  @Test
  void anOldSecretSignsBesideTheNewOneForADay() {
    String old = target("ops", "vendor", vendor);
    Targets targets = new Targets(ports, HERE);
    Target ops = targets.require("ops");
    String fresh = targets.put(ops, true).orElseThrow();
    Tell tell = new Tell(ports, HERE);
    tell.test("ops", "test-1");
    Receiver.Got both = vendor.got.getLast();
    assertEquals(
        StandardWebhook.headers(List.of(fresh, old), both.id(), clock.instant(), both.text())
            .get("webhook-signature"),
        both.signature());
    clock.advance(Targets.OVERLAP);
    tell.test("ops", "test-2");
    Receiver.Got one = vendor.got.getLast();
    assertEquals(
        StandardWebhook.headers(List.of(fresh), one.id(), clock.instant(), one.text())
            .get("webhook-signature"),
        one.signature());
  }

  @Test
  void whoIsGoneOrPointsElsewhereIsNotFollowed() {
    target("ops", "vendor", vendor);
    vendor.status = 410;
    Tell tell = new Tell(ports, HERE);
    assertEquals("answered 410", tell.test("ops", "test-1").detail());
    vendor.status = 302;
    assertEquals(Delivery.State.FAILED, tell.test("ops", "test-2").state());
    vendor.status = 204;
    assertEquals(Delivery.State.DELIVERED, tell.test("ops", "test-3").state());
    assertEquals(List.of("test", "test", "test"), vendor.types());
    new Targets(ports, HERE).remove("ops");
    assertThrows(ProblemException.class, () -> tell.test("ops", "test-4"));
  }

  @Test
  void anIncidentThatIsSettledAndOpensAgainIsToldAgain() {
    target("ops", "vendor", vendor);
    Incidents incidents = new Incidents(ports);
    TellIncidents told = new TellIncidents(ports);
    for (int i = 0; i < 2; i++) {
      ports.table().commit(List.of(incidents.write(Incident.Kind.LOST_SOURCE, "s", "lost")));
      told.run();
      clock.advance(Duration.ofMinutes(1));
      ports.table().commit(List.of(incidents.write(Incident.Kind.LOST_SOURCE, "s", "lost")));
      told.run();
      incidents.resolve(incidents.list().getFirst().id(), "looked at");
      told.run();
      clock.advance(Duration.ofMinutes(1));
    }
    pump(ports);
    assertEquals(List.of("incident.opened", "incident.opened"), vendor.types());
    assertEquals("LOST_SOURCE", vendor.got.getFirst().body().at("/data/kind").asText());
  }

  @Test
  void aCustomerIsToldInItsOwnChat() {
    Agreement agreement = agreement();
    String on = "agreement:" + agreement.id();
    Target.Way chat = new Target.Way.Chat("slack-emea", Map.of("channel", "C1"));
    Targets targets = new Targets(ports, HERE);
    targets.put(new Target("acme", on, chat, List.of()), false);
    ProblemException refused =
        assertThrows(
            ProblemException.class,
            () ->
                targets.put(
                    new Target("x", on, new Target.Way.Chat("feishu-cn", Map.of()), List.of()),
                    false));
    assertTrue(refused.problem().detail().contains("not delivered through channel \"feishu-cn\""));
    new Limits(ports).put(new Limit.Budget("calls", on, "USD", 1_000_000_000, false));
    Notice notice =
        Notice.of(
            "n1",
            "budget.reached",
            START,
            on,
            Map.of(
                "limitId",
                "b",
                "month",
                "2026-11",
                "percent",
                80,
                "of",
                "USD",
                "spent",
                800_000_000L,
                "perMonth",
                1_000_000_000L));
    ports.table().commit(new Notices(ports).writes(notice));
    ports.table().commit(new Notices(ports).writes(notice));
    pump(ports);
    pump(ports);
    List<Deliver> said =
        ports
            .queue(Queues.deliver("slack-emea"))
            .receive(Queue.RECEIVE_MAX, Duration.ofMinutes(1))
            .stream()
            .map(message -> Json.read(message.body(), Deliver.class))
            .toList();
    assertEquals(1, said.size());
    assertEquals("T1", said.getFirst().bindingId());
    assertEquals("C1", said.getFirst().attributes().get("channel"));
    assertTrue(said.getFirst().notice(), "it is not counted");
    assertTrue(
        said.getFirst().text().contains("2026-11: 80% of budget b, 10.00 USD, is used (8.00 USD)."),
        said.getFirst().text());
  }

  @Test
  void whatIsNotTheInternetsIsRefusedByName() {
    WebhookUrls urls = WebhookUrls.of("https://weir.example");
    for (String[] bad :
        new String[][] {
          {"http://8.8.8.8/hook", "is not https"},
          {"ftp://8.8.8.8/hook", "is not https"},
          {"https://", "is no URL"},
          {"https:///hook", "is not https://host"},
          {"https://u:p@8.8.8.8/", "has credentials"},
          {"https://8.8.8.8/#x", "or a fragment"},
          {"https://127.0.0.1/", "is at 127.0.0.1"},
          {"https://localhost/", "which is not the Internet's"},
          {"https://0.0.0.0/", "which is not"},
          {"https://10.1.2.3/", "is at 10.1.2.3"},
          {"https://172.16.0.1/", "which is not"},
          {"https://192.168.1.1/", "which is not"},
          {"https://169.254.169.254/latest/meta-data/", "is at 169.254.169.254"},
          {"https://100.64.0.1/", "which is not"},
          {"https://198.18.0.1/", "which is not"},
          {"https://[::1]/", "which is not"},
          {"https://[fd00::1]/", "which is not"},
          {"https://[fe80::1]/", "which is not"},
          {"https://[::ffff:10.0.0.1]/", "is at 10.0.0.1"},
          {"https://[64:ff9b::a00:1]/", "which is not"},
          {"https://[2002:a00:1::]/", "which is not"},
          {"http://127.0.0.1:8080/hook", "is not https"}
        }) {
      ProblemException e = assertThrows(ProblemException.class, () -> urls.check(bad[0]), bad[0]);
      assertEquals(422, e.problem().status());
      assertTrue(e.problem().detail().contains(bad[1]), e.problem().detail());
    }
    assertEquals("[2606:4700::1111]", urls.check("https://[2606:4700::1111]/").getHost());
    assertEquals("8.8.8.8", urls.check("https://8.8.8.8:8443/hook?x=1").getHost());
    for (String on : List.of("everybody", "agreement:", "customer:A b")) {
      assertThrows(ProblemException.class, () -> target("t", on, vendor), on);
    }
    assertThrows(ProblemException.class, () -> target("t", "vendor", vendor, "Budget!"));
  }
}
