package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a sale to an invoice on paper, paid, corrected and given back, through the API alone. */
final class BooksApiTest {

  private static final String ROOT = "/control/v1/";

  private final Deployment weir = new Deployment();
  private String agreement = "";
  private String channel = "";

  @BeforeEach
  void elevenCallsOfHalfADollarInNovember() {
    ok(
        weir.control(
            "PUT",
            ROOT + "endpoints/chat",
            """
            {"remote":{"baseUrl":"http://127.0.0.1:9/v1","model":"m","inputPriceMicros":5}}\
            """));
    ok(
        weir.control(
            "PUT",
            ROOT + "plans/chat/prices/2",
            """
            {"charges":[{"type":"per-unit","meter":"calls","includedQuantity":1,
                         "unitPriceMicros":50000000,"unitSize":1}]}\
            """));
    JsonNode sold =
        ok(
            weir.control(
                "POST", ROOT + "agreements", "{\"customer\":\"阿达 GmbH\",\"planId\":\"chat\"}"));
    agreement = sold.path("id").asText();
    channel = sold.path("billedThrough").asText();
    for (int i = 0; i < 11; i++) {
      Usage usage = new Usage(agreement, channel, "calls", 1, weir.clock.instant(), "call-" + i);
      assertTrue(
          weir.ports
              .table()
              .commit(new Facts(weir.ports).writes(UsageFact.ofCall(usage)))
              .applied());
    }
    Schedule schedule = new Schedule(weir.ports);
    schedule.handleRequest(new ScheduledEvent(), null);
    weir.clock.set(Instant.parse("2026-12-01T00:20:00Z"));
    schedule.handleRequest(new ScheduledEvent(), null);
    ok(weir.control("POST", ROOT + "statements", "{\"month\":\"2026-11\"}"));
  }

  private static JsonNode ok(Deployment.Answer answer) {
    assertEquals(2, answer.status() / 100, answer.body().toString());
    return answer.body();
  }

  private JsonNode get(String path) {
    return ok(weir.control("GET", ROOT + path, null));
  }

  private void refused(int status, String method, String path, String body, String why) {
    Deployment.Answer answer = weir.control(method, ROOT + path, body);
    assertEquals(status, answer.status(), answer.body().toString());
    String detail = answer.body().path("detail").asText();
    assertTrue(detail.contains(why), detail);
  }

  private byte[] pdf(String path) {
    int at = path.indexOf('?');
    APIGatewayV2HTTPEvent event =
        APIGatewayV2HTTPEvent.builder()
            .withRawPath(ROOT + path.substring(0, at))
            .withRawQueryString(path.substring(at + 1))
            .withHeaders(Map.of("authorization", "Bearer " + Deployment.TOKEN))
            .withRequestContext(
                APIGatewayV2HTTPEvent.RequestContext.builder()
                    .withHttp(
                        APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                            .withMethod("GET")
                            .build())
                    .build())
            .build();
    APIGatewayV2HTTPResponse response = weir.control.handleRequest(event, null);
    assertEquals(200, response.getStatusCode(), response.getBody());
    assertEquals("application/pdf", response.getHeaders().get("content-type"));
    assertTrue(response.getIsBase64Encoded());
    return Base64.getDecoder().decode(response.getBody());
  }

  @Test
  void anInvoiceIsPaidCorrectedAndGivenBack() {
    ok(weir.control("PUT", ROOT + "issuer", "{\"name\":\"Weir Works\",\"lines\":[\"Tax 1\"]}"));
    JsonNode invoice = get("invoices?open=true").path("items").path(0);
    assertEquals(1, invoice.path("number").asInt());
    assertEquals("阿达 GmbH", invoice.path("customer").asText());
    assertEquals(500_000_000, invoice.path("openMicros").asLong());
    assertEquals("DUE", invoice.path("state").asText());
    assertEquals(500_000_000, get("invoices/1").path("totalMicros").asLong());

    JsonNode asked =
        ok(
            weir.control(
                "POST", ROOT + "payments", "{\"id\":\"p1\",\"invoice\":1,\"currency\":\"USD\"}"));
    assertEquals("REQUESTED", asked.path("state").asText());
    String cleared = "{\"type\":\"cleared\",\"id\":\"e1\",\"at\":\"2026-12-02T08:00:00Z\"}";
    assertEquals(
        "CLEARED",
        ok(weir.control("POST", ROOT + "payments/p1/events", cleared)).path("state").asText());
    ok(weir.control("POST", ROOT + "payments/p1/events", cleared));
    assertEquals(0, get("invoices?open=true").path("items").size());
    assertEquals("PAID", get("invoices").path("items").path(0).path("state").asText());

    refused(
        409,
        "POST",
        "payments/p1/events",
        "{\"type\":\"failed\",\"id\":\"e2\",\"reason\":\"\"}",
        "payment p1 is CLEARED");
    JsonNode note =
        ok(
            weir.control(
                "POST",
                ROOT + "invoices/1/credit-notes",
                "{\"id\":\"c1\",\"row\":1,\"micros\":200000000,\"reason\":\"slow\"}"));
    assertEquals(1, note.path("number").asInt());
    assertEquals("Weir Works", note.at("/issuedBy/name").asText());
    JsonNode back =
        ok(
            weir.control(
                "POST", ROOT + "payments/p1/refunds", "{\"id\":\"r1\",\"micros\":200000000}"));
    assertEquals(200_000_000, back.path("refundedMicros").asLong());
    assertEquals(0, get("invoices?open=true").path("items").size());
    assertEquals(1, get("invoices/1/payments").path("items").size());
    assertTrue(get("proof").path("holds").asBoolean());
  }

  @Test
  void paperIsMadeWithoutAWarning() {
    List<String> warned = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            warned.add(entry.getLoggerName() + ": " + entry.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    try {
      assertTrue(pdf("invoices/1/pdf?lang=zh").length > 1000);
    } finally {
      root.removeHandler(handler);
    }
    assertEquals(List.of(), warned);
  }

  @Test
  void aUnitsPriceIsOnPaperInBothLanguages() throws IOException {
    assertTrue(text(pdf("invoices/1/pdf?lang=en")).contains("USD / call"));
    assertTrue(text(pdf("invoices/1/pdf?lang=zh")).contains("USD / 次"));
    JsonNode sold = get("invoices/1").at("/rows/0/sold");
    assertEquals("per-unit", sold.path("model").asText(), sold.toString());
  }

  private static String text(byte[] pdf) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf)) {
      return new PDFTextStripper().getText(document);
    }
  }

  @Test
  void documentsAreOnPaperInBothLanguagesWithTheSameBytesEachTime() {
    byte[] chinese = pdf("invoices/1/pdf?lang=zh");
    byte[] english = pdf("invoices/1/pdf?lang=en");
    assertEquals("%PDF", new String(chinese, 0, 4, StandardCharsets.US_ASCII));
    assertArrayEquals(chinese, pdf("invoices/1/pdf?lang=zh"));
    assertTrue(chinese.length > 5_000 && chinese.length < 100_000, chinese.length + " B");
    assertTrue(english.length > 5_000 && english.length < 100_000, english.length + " B");
    refused(400, "GET", "invoices/1/pdf?lang=fr", null, "lang fr is not zh or en");
    refused(404, "GET", "invoices/2/pdf?lang=en", null, "no invoice 2");
  }

  @Test
  void whatMakesNoSenseIsRefusedByName() {
    String ask = "{\"id\":\"p1\",\"invoice\":%s,\"currency\":\"%s\",\"micros\":%s}";
    refused(404, "POST", "payments", ask.formatted("9", "USD", "1000000"), "no invoice 9");
    refused(
        422,
        "POST",
        "payments",
        ask.formatted("1", "CNY", "1000000"),
        "payment in CNY of invoice 1");
    refused(
        422, "POST", "payments", ask.formatted("1", "USD", "-1000000"), "payment -1000000 <= 0");
    refused(409, "POST", "payments", ask.formatted("1", "USD", "501000000"), "> 5.00 USD open");
    refused(400, "POST", "payments", ask.formatted("1", "USD", "1e30"), "micros");
    refused(422, "POST", "payments", ask.formatted("1", "USD", "123400000"), "1.234 is finer");
    String refund = "{\"id\":\"r\",\"micros\":%d}";
    refused(404, "POST", "payments/none/refunds", refund.formatted(1_000_000), "no payment none");
    refused(
        422,
        "POST",
        "payments/none/refunds",
        refund.formatted(123_400_000),
        "refund 1.234 is finer");
    refused(
        409,
        "POST",
        "invoices/1/credit-notes",
        "{\"id\":\"c\",\"row\":1,\"micros\":500000001,\"reason\":\"\"}",
        "> 5.00 USD left of row 1");
    refused(404, "POST", "partners/none/payouts", "{\"id\":\"p\",\"currency\":\"USD\"}", "partner");
    refused(
        404,
        "POST",
        "channels/" + channel + "/payouts",
        "{\"id\":\"m\",\"month\":\"2026-11\",\"currency\":\"USD\",\"netMicros\":1,\"feeMicros\":0}",
        "no market channel");
  }

  @Test
  void profitsMonthsAndCallsAreQueriesOnTheLedger() {
    for (String by : new String[] {"channel", "customer", "model"}) {
      JsonNode row = get("profit?by=" + by + "&month=2026-11").path("items").path(0);
      assertEquals(500_000_000, row.path("revenueMicros").asLong(), by);
      assertEquals(500_000_000, row.path("marginMicros").asLong(), by);
    }
    assertEquals("阿达 GmbH", get("profit?by=customer").path("items").path(0).path("name").asText());
    assertEquals("m", get("profit?by=model").path("items").path(0).path("of").asText());
    refused(400, "GET", "profit?by=planet", null, "by planet is not");

    JsonNode call = get("calls/call-7/explanation?from=2026-11-20T00:00:00Z").path("items").path(0);
    assertEquals("call-7", call.at("/fact/callId").asText());
    assertEquals(1, call.at("/invoice/number").asInt());
    assertEquals(11, call.at("/sealed/quantity").asInt());
    assertTrue(call.at("/transaction/legs").size() >= 2);
    refused(
        404, "GET", "calls/none/explanation?from=2026-11-20T00:00:00Z", null, "no fact of call");

    JsonNode closed = ok(weir.control("POST", ROOT + "ledger/closed", "{\"month\":\"2026-11\"}"));
    assertEquals(500_000_000, closed.at("/totals/debitMicros").asLong());
    refused(409, "POST", "ledger/closed", "{\"month\":\"2026-12\"}", "is rated until");
    assertEquals(1, get("ledger/closed").path("items").size());
    assertTrue(get("proof").path("holds").asBoolean());
  }

  @Test
  void dunningRunsWithTheSchedule() {
    weir.clock.advance(Duration.ofDays(14 + 30));
    new Schedule(weir.ports).handleRequest(new ScheduledEvent(), null);
    JsonNode steps = get("dunning").path("items").path(0).path("steps");
    assertEquals("SUSPENDED", steps.path(3).path("state").asText());
    assertEquals("SUSPENDED", get("invoices").path("items").path(0).path("state").asText());
  }
}
