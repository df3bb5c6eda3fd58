package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The vendor and a customer are told of an unpaid invoice and of an incident, through the API. */
final class NoticesTest {

  private static final String ROOT = "/control/v1/";

  private final Deployment weir = new Deployment();
  private final List<JsonNode> got = new CopyOnWriteArrayList<>();
  private final HttpServer receiver =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private ControlApi control = weir.control;
  private volatile int status = 200;

  NoticesTest() throws IOException {}

  @BeforeEach
  void aDeploymentOnThisMachine() {
    weir.ports.secrets().put(House.PUBLIC_URL, "http://127.0.0.1:8080");
    control = new ControlApi(weir.ports);
    receiver.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            got.add(Json.parseTree(new String(body, StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(status, -1);
          }
        });
    receiver.start();
  }

  @AfterEach
  void close() {
    receiver.stop(0);
  }

  private Deployment.Answer call(String method, String path, String body) {
    return Deployment.call(
        control, method, ROOT + path, body, Map.of("authorization", "Bearer " + Deployment.TOKEN));
  }

  private JsonNode ok(String method, String path, String body) {
    Deployment.Answer answer = call(method, path, body);
    assertEquals(2, answer.status() / 100, answer.body().toString());
    return answer.body();
  }

  private String url() {
    return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
  }

  private void run() {
    new Schedule(weir.ports).handleRequest(new ScheduledEvent(), null);
    new Schedule(weir.ports).handleRequest(new ScheduledEvent(), null);
    NoticesQueue consumer = new NoticesQueue(weir.ports);
    Queue queue = weir.ports.queue(Queues.NOTICES);
    List<Queue.Received> received = queue.receive(Queue.RECEIVE_MAX, Duration.ofMinutes(3));
    while (!received.isEmpty()) {
      List<SQSEvent.SQSMessage> messages = new ArrayList<>();
      for (Queue.Received each : received) {
        SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
        message.setMessageId(each.id());
        message.setReceiptHandle(each.receipt());
        message.setBody(each.body());
        message.setAttributes(Map.of("MessageGroupId", each.group()));
        messages.add(message);
      }
      SQSEvent event = new SQSEvent();
      event.setRecords(messages);
      assertTrue(consumer.handleRequest(event, null).getBatchItemFailures().isEmpty());
      received.forEach(each -> queue.acknowledge(each.receipt()));
      received = queue.receive(Queue.RECEIVE_MAX, Duration.ofMinutes(3));
    }
  }

  private List<String> types() {
    return got.stream().map(n -> n.path("type").asText()).toList();
  }

  /** An agreement with an invoice of two dollars that is due. */
  private String owing() {
    ok(
        "PUT",
        "endpoints/chat",
        """
        {"remote":{"baseUrl":"http://127.0.0.1:9/v1","model":"m","inputPriceMicros":5}}\
        """);
    ok(
        "PUT",
        "plans/chat/prices/2",
        """
        {"charges":[{"type":"per-unit","meter":"calls","includedQuantity":0,
                     "unitPriceMicros":200000000,"unitSize":1}]}\
        """);
    JsonNode sold = ok("POST", "agreements", "{\"customer\":\"A\",\"planId\":\"chat\"}");
    String id = sold.path("id").asText();
    Usage usage =
        new Usage(id, sold.path("billedThrough").asText(), "calls", 1, weir.clock.instant(), "c");
    weir.ports.table().commit(new Facts(weir.ports).writes(UsageFact.ofCall(usage)));
    run();
    weir.clock.set(Instant.parse("2026-12-01T00:20:00Z"));
    run();
    ok("POST", "statements", "{\"month\":\"2026-11\"}");
    return id;
  }

  @Test
  void anUnpaidInvoiceIsToldStepByStepAndThatItIsPaid() {
    String agreement = owing();
    JsonNode set = ok("PUT", "notice-targets/ops", "{\"url\":\"" + url() + "\"}");
    assertTrue(set.path("secret").asText().startsWith("whsec_"), set.toString());
    JsonNode again = ok("PUT", "notice-targets/ops", "{\"url\":\"" + url() + "\"}");
    assertFalse(again.has("secret"), "shown once");
    ok(
        "PUT",
        "notice-targets/acme",
        "{\"on\":\"agreement:%s\",\"types\":[\"dunning.suspended\"],\"url\":\"%s\"}"
            .formatted(agreement, url()));
    for (int days : new int[] {14 + 3, 11, 16}) {
      weir.clock.advance(Duration.ofDays(days));
      run();
    }
    assertEquals(
        List.of("dunning.reminded", "dunning.overdue", "dunning.suspended", "dunning.suspended"),
        types());
    assertEquals(agreement, got.getLast().at("/data/agreementId").asText());
    ok("POST", "payments", "{\"id\":\"p1\",\"invoice\":1,\"currency\":\"USD\"}");
    ok("POST", "payments/p1/events", "{\"type\":\"cleared\",\"id\":\"e\"}");
    run();
    assertEquals("dunning.settled", types().getLast());
    JsonNode told = ok("GET", "notices?month=2027-01", null).path("items");
    assertEquals("dunning.settled", told.path(told.size() - 1).at("/notice/type").asText());
    assertEquals("DELIVERED", told.path(0).at("/deliveries/0/state").asText());
  }

  @Test
  void anIncidentIsToldAndTargetsAreTestedAndRemoved() {
    ok("PUT", "notice-targets/ops", "{\"url\":\"" + url() + "\"}");
    assertEquals("DELIVERED", ok("POST", "notice-targets/ops/test", "{}").path("state").asText());
    weir.ports
        .table()
        .commit(
            List.of(
                new Incidents(weir.ports)
                    .write(Incident.Kind.RECOUNT_DIFFERS, "hour", "7 sealed, 8 archived")));
    run();
    assertEquals(List.of("test", "incident.opened"), types());
    assertEquals("7 sealed, 8 archived", got.getLast().at("/data/detail").asText());
    assertEquals(1, ok("GET", "notice-targets", null).path("items").size());
    ok("POST", "notice-targets/ops/remove", "{}");
    assertEquals(404, call("POST", "notice-targets/ops/test", "{}").status());
    assertEquals(404, call("POST", "notice-targets/ops/remove", "{}").status());
  }

  @Test
  void aNoticeThatWasGivenUpIsSentAgainByCommand() {
    ok("PUT", "notice-targets/ops", "{\"url\":\"" + url() + "\"}");
    status = 410;
    weir.ports
        .table()
        .commit(List.of(new Incidents(weir.ports).write(Incident.Kind.UNRATED_HOUR, "h", "no")));
    run();
    JsonNode told = ok("GET", "notices", null).at("/items/0");
    assertEquals("FAILED", told.at("/deliveries/0/state").asText(), told.toString());
    String path = "notices/" + told.at("/notice/id").asText() + "/resend";
    assertEquals(409, call("POST", path, "{\"target\":\"acme\"}").status());
    assertEquals(404, call("POST", path, "{\"month\":\"2026-10\"}").status());
    status = 200;
    JsonNode again = ok("POST", path, "{}");
    assertEquals("PENDING", again.at("/deliveries/0/state").asText(), again.toString());
    run();
    assertEquals(
        "DELIVERED", ok("GET", "notices", null).at("/items/0/deliveries/0/state").asText());
    assertEquals(2, got.size());
    assertEquals(409, call("POST", path, "{}").status());
  }

  @Test
  void nobodyIsTheTargetOfAMistypedId() {
    for (String on : List.of("customer:nobody", "agreement:nobody", "key:nobody", "channel:no")) {
      Deployment.Answer refused =
          call("PUT", "notice-targets/x", "{\"url\":\"%s\",\"on\":\"%s\"}".formatted(url(), on));
      assertEquals(404, refused.status(), on);
      assertEquals("no " + on.replace(':', ' '), refused.body().path("detail").asText());
    }
  }

  @Test
  void aTargetThatMakesNoSenseIsRefused() {
    for (String body :
        new String[] {
          "{}",
          "{\"url\":\"https://169.254.169.254/\"}",
          "{\"url\":\"http://8.8.8.8/\"}",
          "{\"url\":\"https://8.8.8.8/\",\"channel\":\"slack\"}",
          "{\"url\":\"https://8.8.8.8/\",\"attributes\":{}}",
          "{\"url\":\"https://8.8.8.8/\",\"on\":\"everybody\"}",
          "{\"url\":\"https://8.8.8.8/\",\"types\":[\"Budget\"]}",
          "{\"channel\":\"slack\"}"
        }) {
      assertEquals(422, call("PUT", "notice-targets/x", body).status(), body);
    }
    assertEquals(
        404,
        call("PUT", "notice-targets/x", "{\"channel\":\"slack\",\"on\":\"agreement:nobody\"}")
            .status());
    assertEquals(0, ok("GET", "notice-targets", null).path("items").size());
  }
}
