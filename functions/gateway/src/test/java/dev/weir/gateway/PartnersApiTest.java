package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Beneficiaries, sponsors and models, from a sale to their statements, through the API alone. */
final class PartnersApiTest {

  private static final String ROOT = "/control/v1/";

  private final Deployment weir = new Deployment();
  private final Schedule schedule = new Schedule(weir.ports);
  private String agreement = "";
  private String channel = "";
  private int call;

  @BeforeEach
  void tenCallsOfADollarOfWhichThreeAreSponsored() {
    model("first");
    ok(
        weir.control(
            "PUT",
            ROOT + "plans/chat/prices/2",
            """
            {"charges":[{"type":"per-unit","meter":"calls","includedQuantity":0,
                         "unitPriceMicros":100000000,"unitSize":1}]}\
            """));
    JsonNode sold =
        ok(weir.control("POST", ROOT + "agreements", "{\"customer\":\"A\",\"planId\":\"chat\"}"));
    agreement = sold.path("id").asText();
    channel = sold.path("billedThrough").asText();
    ok(
        weir.control(
            "PUT",
            ROOT + "joint-products/chat/1",
            """
            {"beneficiaries":[{"partner":"press","what":"data","basisPoints":500}]}\
            """));
    ok(
        weir.control(
            "PUT",
            ROOT + "sponsorships/tier",
            """
            {"channelId":"%s","payer":"bigco","capMicros":300000000,"budgetMicros":900000000,
             "currency":"USD"}\
            """
                .formatted(channel)));
    use(4);
    run();
    weir.clock.advance(Duration.ofHours(2));
    model("second");
    weir.clock.advance(Duration.ofHours(1));
    use(6);
    run();
    weir.clock.set(Instant.parse("2026-12-01T00:20:00Z"));
    run();
  }

  private void model(String name) {
    ok(
        weir.control(
            "PUT",
            ROOT + "endpoints/chat",
            """
            {"remote":{"baseUrl":"http://127.0.0.1:9/v1","model":"%s","inputPriceMicros":5}}\
            """
                .formatted(name)));
  }

  private void use(int calls) {
    for (int i = 0; i < calls; i++) {
      Usage usage =
          new Usage(agreement, channel, "calls", 1, weir.clock.instant(), "call-" + call++);
      assertTrue(
          weir.ports
              .table()
              .commit(new Facts(weir.ports).writes(UsageFact.ofCall(usage)))
              .applied());
    }
  }

  private void run() {
    schedule.handleRequest(new ScheduledEvent(), null);
  }

  private static JsonNode ok(Deployment.Answer answer) {
    assertEquals(2, answer.status() / 100, answer.body().toString());
    return answer.body();
  }

  private JsonNode get(String path) {
    return ok(weir.control("GET", ROOT + path, null));
  }

  private JsonNode post(String path, String body) {
    return ok(weir.control("POST", ROOT + path, body));
  }

  private void refused(int status, String path, String body, String why) {
    Deployment.Answer answer = weir.control("POST", ROOT + path, body);
    assertEquals(status, answer.status(), answer.body().toString());
    String detail = answer.body().path("detail").asText();
    assertTrue(detail.contains(why), detail);
  }

  @Test
  void aBeneficiaryWithoutAChannelIsSettledPaidAndTakenBack() {
    JsonNode issued = post("statements", "{\"month\":\"2026-11\"}").path("issued");
    assertTrue(issued.toString().contains("beneficiary.press.2026-11"), issued.toString());
    assertTrue(issued.toString().contains("sponsor-bill.1"), issued.toString());
    JsonNode statement = get("statements/beneficiary.press.2026-11").path("items").path(0);
    assertEquals(50_000_000, statement.path("accruedMicros").asLong());
    assertEquals("data", statement.at("/legs/0/what").asText());
    assertEquals(
        50_000_000,
        get("statements?month=2026-11&kind=settlement").at("/items/0/totalMicros").asLong());

    refused(
        409,
        "partners/press/payouts",
        "{\"id\":\"p\",\"currency\":\"USD\"}",
        "payout 0.00 USD < minimum");
    refused(
        404, "partners/nobody/payouts", "{\"id\":\"p\",\"currency\":\"USD\"}", "partner nobody");
    post("payments", "{\"id\":\"p1\",\"invoice\":1,\"currency\":\"USD\"}");
    post("payments/p1/events", "{\"type\":\"cleared\",\"id\":\"e\"}");
    weir.clock.advance(Duration.ofDays(30));
    JsonNode due = get("partners/press/due?currency=USD");
    assertEquals(50_000_000, due.path("payableMicros").asLong());
    assertEquals(50_000_000, due.path("jointMicros").asLong());
    JsonNode paid = post("partners/press/payouts", "{\"id\":\"p\",\"currency\":\"USD\"}");
    assertEquals(50_000_000, paid.path("paidMicros").asLong());
    assertEquals("data", paid.at("/months/0/legs/0/what").asText());

    String back =
        """
        {"id":"%s","channel":"%s","what":"data","currency":"%s","micros":%d,"reason":"fraud"}\
        """;
    String path = "partners/press/clawbacks";
    refused(422, path, back.formatted("c", channel, "USD", -1), "claw-back -1 <= 0");
    refused(
        422, path, back.formatted("c", channel, "EUR", 1), "is none of [CNY, USD] (claw-back c)");
    refused(422, path, back.formatted("C 1", channel, "USD", 1), "is not [a-z0-9-]");
    refused(404, path, back.formatted("c", "nowhere", "USD", 1), "no channel nowhere");
    refused(404, "partners/nobody/clawbacks", back.formatted("c", channel, "USD", 1), "nobody");
    post(path, back.formatted("c", channel, "USD", 20_000_000));
    assertEquals(
        200,
        weir.control("POST", ROOT + path, back.formatted("c", channel, "USD", 20_000_000))
            .status());
    assertEquals(
        -20_000_000, get("partners/press/due?currency=USD").path("payableMicros").asLong());
  }

  @Test
  void aSponsorIsBilledAndPays() {
    assertEquals(0, get("sponsor-bills").path("items").size());
    JsonNode bill = post("sponsor-bills", "{\"month\":\"2026-11\"}").at("/items/0");
    assertEquals("bigco", bill.path("payer").asText());
    assertEquals(300_000_000, bill.path("openMicros").asLong());
    assertEquals(channel, get("sponsor-bills/1").at("/rows/0/channelId").asText());
    refused(404, "sponsor-bills/2/payments", "{\"id\":\"p\"}", "no sponsor bill 2");
    refused(
        409, "sponsor-bills/1/payments", "{\"id\":\"p\",\"micros\":301000000}", "> 3.00 USD open");
    refused(
        422,
        "sponsor-bills/1/payments",
        "{\"id\":\"p\",\"micros\":100000001}",
        "is finer than 0.01");
    post("sponsor-bills/1/payments", "{\"id\":\"p\"}");
    assertEquals(0, get("sponsor-bills").at("/items/0/openMicros").asLong());
    refused(409, "sponsor-bills", "{\"month\":\"2026-12\"}", "month 2026-12 is rated until");
  }

  @Test
  void profitIsTheModelsThatAnsweredThen() {
    JsonNode rows = get("profit?by=model&month=2026-11").path("items");
    assertEquals(2, rows.size(), rows.toString());
    assertEquals("first", rows.path(0).path("of").asText());
    assertEquals(400_000_000, rows.path(0).path("revenueMicros").asLong());
    assertEquals("second", rows.path(1).path("of").asText());
    assertEquals(600_000_000, rows.path(1).path("revenueMicros").asLong());
  }
}
