package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From calls to an invoice that nobody pays, the end of service, a payment, and service again. */
final class SuspendedAgreementTest {

  private static final String ROOT = "/control/v1/";
  private static final String ASK =
      "{\"model\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private final Deployment weir = new Deployment();
  private final AtomicInteger asked = new AtomicInteger();
  private final HttpServer service =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private String agreement = "";
  private String key = "";

  SuspendedAgreementTest() throws IOException {}

  @BeforeEach
  void aCustomerWhoDoesNotPayFor40Days() {
    serve();
    ok(
        weir.control(
            "PUT",
            ROOT + "endpoints/chat",
            """
            {"remote":{"baseUrl":"http://127.0.0.1:%d/v1","model":"m","inputPriceMicros":5000000000}}\
            """
                .formatted(service.getAddress().getPort())));
    JsonNode sold =
        ok(weir.control("POST", ROOT + "agreements", "{\"customer\":\"A\",\"planId\":\"chat\"}"));
    agreement = sold.path("id").asText();
    key =
        ok(weir.control("POST", ROOT + "keys", "{\"agreementId\":\"" + agreement + "\"}"))
            .path("key")
            .asText();
    for (int i = 0; i < 400; i++) {
      assertEquals(200, ask("/v1/chat/completions", ASK).status());
    }
    run();
    weir.clock.set(Instant.parse("2026-12-01T00:20:00Z"));
    run();
    ok(weir.control("POST", ROOT + "statements", "{\"month\":\"2026-11\"}"));
    weir.clock.advance(Duration.ofDays(14 + 30 + 1));
    run();
  }

  private void serve() {
    byte[] answer =
        """
        {"id":"c","object":"chat.completion","created":1,"model":"m",
         "choices":[{"index":0,"message":{"role":"assistant","content":"hello"}}],
         "usage":{"prompt_tokens":3,"completion_tokens":2}}\
        """
            .getBytes(StandardCharsets.UTF_8);
    service.createContext(
        "/v1/",
        exchange -> {
          try (exchange) {
            asked.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    service.start();
  }

  @AfterEach
  void close() {
    service.stop(0);
  }

  private void run() {
    new Schedule(weir.ports).handleRequest(new ScheduledEvent(), null);
  }

  private static JsonNode ok(Deployment.Answer answer) {
    assertEquals(2, answer.status() / 100, answer.body().toString());
    return answer.body();
  }

  private Deployment.Answer ask(String path, String body) {
    return Deployment.call(
        weir.infer,
        body.isEmpty() ? "GET" : "POST",
        path,
        body,
        Map.of("authorization", "Bearer " + key));
  }

  @Test
  void everyRouteRefusesUntilTheInvoiceIsPaid() {
    int before = asked.get();
    for (String path : new String[] {"/v1/models/chat/predict", "/v2/models/chat/infer"}) {
      Deployment.Answer refused = ask(path, "{\"instances\":[]}");
      assertEquals(402, refused.status(), path);
      assertEquals("/problems/agreement-suspended", refused.body().path("type").asText());
      assertTrue(refused.body().path("detail").asText().endsWith("invoice 1 of vendor is open"));
    }
    for (String[] call :
        new String[][] {
          {"/v1/chat/completions", ASK},
          {"/v1/chat/completions", ASK.replace("{\"model\"", "{\"stream\":true,\"model\"")},
          {"/v1/embeddings", "{\"model\":\"chat\",\"input\":\"hi\"}"},
          {"/v1/models", ""}
        }) {
      Deployment.Answer refused = ask(call[0], call[1]);
      assertEquals(402, refused.status(), call[0]);
      assertEquals("agreement-suspended", refused.body().at("/error/code").asText());
      assertEquals("insufficient_quota", refused.body().at("/error/type").asText());
    }
    assertEquals(before, asked.get(), "the service was not asked");
    JsonNode shown = ok(weir.control("GET", ROOT + "agreements/" + agreement, null));
    assertEquals("invoice 1 of vendor", shown.at("/suspension/invoices/0").asText());

    ok(
        weir.control(
            "POST", ROOT + "payments", "{\"id\":\"p1\",\"invoice\":1,\"currency\":\"USD\"}"));
    ok(weir.control("POST", ROOT + "payments/p1/events", "{\"type\":\"cleared\",\"id\":\"e\"}"));
    assertEquals(200, ask("/v1/chat/completions", ASK).status(), "from the payment on");
  }

  @Test
  void aPersonCanServeItNevertheless() {
    String path = ROOT + "agreements/" + agreement + "/reinstate";
    ok(weir.control("POST", path, "{}"));
    run();
    assertEquals(200, ask("/v1/chat/completions", ASK).status());
    assertEquals(409, weir.control("POST", path, "{}").status());
    assertEquals(404, weir.control("POST", path.replace(agreement, "nobody"), "{}").status());
  }
}
