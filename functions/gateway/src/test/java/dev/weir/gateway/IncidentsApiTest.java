package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.account.AccountWorld;
import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.Channels;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What a person does by the API: settles incidents, counts again, leads agreements and projects.
 */
final class IncidentsApiTest {

  private static final String ROOT = "/control/v1/";

  private final Deployment weir = new Deployment();
  private final Schedule schedule = new Schedule(weir.ports);

  private static JsonNode ok(Deployment.Answer answer) {
    assertEquals(2, answer.status() / 100, answer.body().toString());
    return answer.body();
  }

  private JsonNode get(String path) {
    return ok(weir.control("GET", ROOT + path, null));
  }

  private JsonNode put(String path, String body) {
    return ok(weir.control("PUT", ROOT + path, body));
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

  private Map<String, Long> run() {
    return schedule.handleRequest(new ScheduledEvent(), null);
  }

  private JsonNode sold() {
    put(
        "endpoints/chat",
        """
        {"remote":{"baseUrl":"http://127.0.0.1:9/v1","model":"m","inputPriceMicros":5}}\
        """);
    return post("agreements", "{\"customer\":\"A\",\"planId\":\"chat\"}");
  }

  private void use(JsonNode sold, String meter, long quantity) {
    Usage usage =
        new Usage(
            sold.path("id").asText(),
            sold.path("billedThrough").asText(),
            meter,
            quantity,
            weir.clock.instant(),
            meter + quantity);
    assertTrue(
        weir.ports.table().commit(new Facts(weir.ports).writes(UsageFact.ofCall(usage))).applied());
  }

  @Test
  void refusedFactsAreAnIncidentUntilTheyAreCountedAgain() {
    JsonNode sold = sold();
    use(sold, "pages", 7);
    run();
    JsonNode incident = get("incidents").at("/items/0");
    String id = incident.path("id").asText();
    assertEquals("REFUSED_FACTS", incident.path("kind").asText());
    refused(404, "incidents/nobody/replay", "{}", "no incident nobody");
    refused(404, "incidents/nobody/resolve", "{\"resolution\":\"x\"}", "no incident nobody");
    refused(400, "incidents/" + id + "/resolve", "{\"resolution\":\" \"}", "not in 1..1000");
    refused(
        400,
        "incidents/" + id + "/resolve",
        "{\"resolution\":\"" + "x".repeat(1001) + "\"}",
        "resolution length 1001");

    put("meters/pages", "{\"unit\":\"page\",\"scale\":0}");
    String how = post("incidents/" + id + "/replay", "{}").path("resolution").asText();
    assertTrue(how.startsWith("replayed 1 facts"), how);
    post("incidents/" + id + "/replay", "{}");
    weir.clock.advance(Duration.ofHours(2));
    run();
    long pages = 0;
    for (JsonNode row : get("usage?meter=pages").path("items")) {
      pages += row.path("quantity").asLong();
    }
    assertEquals(7, pages, "each once, though it was asked for twice");
    assertTrue(get("incidents").at("/items/0").has("resolvedAt"));
  }

  @Test
  void theNightlyRecountFindsNothingWhereNothingIsWrong() {
    JsonNode sold = sold();
    use(sold, "calls", 3);
    run();
    weir.clock.advance(Duration.ofDays(2));
    run();
    assertTrue(run().get("recounted") > 0, "the first run sealed them");
    assertEquals(0L, run().get("recounted"));
    assertEquals(0, get("incidents").path("items").size());
  }

  @Test
  void anAgreementIsPausedResumedAndCancelled() {
    String path = "agreements/" + sold().path("id").asText();
    refused(409, path + "/change", "{\"action\":\"RESUME\"}", "is ACTIVE, not PAUSED");
    assertEquals("PAUSED", post(path + "/change", "{\"action\":\"PAUSE\"}").path("state").asText());
    refused(409, path + "/change", "{\"action\":\"PAUSE\"}", "PAUSED");
    weir.clock.advance(Duration.ofHours(1));
    assertEquals(
        "ACTIVE", post(path + "/change", "{\"action\":\"RESUME\"}").path("state").asText());
    refused(400, path + "/change", "{\"action\":\"MOVE\"}", "a move names no planId");
    refused(404, path + "/change", "{\"action\":\"MOVE\",\"planId\":\"no\"}", "no plan no");
    put(
        "plans/chat/prices/2",
        """
        {"effectiveFrom":"2027-01-01T00:00:00Z",
         "charges":[{"type":"per-unit","meter":"calls","includedQuantity":0,
                     "unitPriceMicros":1,"unitSize":1}]}\
        """);
    refused(
        409,
        path + "/change",
        "{\"action\":\"MOVE\",\"planId\":\"chat\",\"priceVersion\":2}",
        "price version 2 of plan chat begins at 2027-01-01T00:00:00Z");
    JsonNode ended = post(path + "/change", "{\"action\":\"CANCEL\"}");
    assertEquals("ENDED", ended.path("state").asText());
    assertEquals(4, get(path).path("terms").size());
    refused(409, path + "/change", "{\"action\":\"RESUME\"}", "is ENDED, not PAUSED");
  }

  @Test
  void aMilestoneIsSentBackWithTheReasonAndChargedOnce() {
    String agreement = sold().path("id").asText();
    put(
        "projects/bot",
        """
        {"agreementId":"%s","name":"Bot","currency":"USD","milestones":[{"id":"live","name":"Live","amountMicros":500}]}\
        """
            .formatted(agreement));
    String live = "projects/bot/milestones/live/";
    refused(409, live + "send-back", "{\"reason\":\"late\"}", "is AGREED, not DELIVERED");
    post(live + "deliver", "{}");
    refused(404, "projects/bot/milestones/no/deliver", "{}", "no milestone no");
    JsonNode back = post(live + "send-back", "{\"reason\":\"wrong colour\"}");
    assertTrue(back.toString().contains("wrong colour"), back.toString());
    refused(409, live + "accept", "{}", "is AGREED, not DELIVERED");
    post(live + "deliver", "{}");
    post(live + "accept", "{}");
    refused(409, live + "accept", "{}", "is ACCEPTED, not DELIVERED");
  }

  @Test
  void aMarketsPayoutIsRecordedOnceAndReconciled() {
    sold();
    new Channels(weir.ports)
        .put(
            new ChannelConfig(
                "market",
                ChannelConfig.NO_PLUGIN,
                ChannelKind.MARKETPLACE,
                Map.of(),
                "chat",
                "chat",
                "USD",
                300,
                0,
                Optional.empty()));
    Agreement bought =
        new Accounts(weir.ports)
            .openAgreement(
                AccountWorld.sale("market", "tenant", "Customer", "chat", "chat", 1, "USD"));
    Usage usage = new Usage(bought.id(), "market", "input_tokens", 20, weir.clock.instant(), "c");
    assertTrue(
        weir.ports.table().commit(new Facts(weir.ports).writes(UsageFact.ofCall(usage))).applied());
    run();
    weir.clock.advance(Duration.ofHours(2));
    run();
    String body =
        """
        {"id":"%s","month":"2026-11","currency":"%s","netMicros":%d,"feeMicros":3}\
        """;
    String path = "channels/market/payouts";
    refused(422, path, body.formatted("m", "USD", -1), "-1");
    refused(422, path, body.formatted("m", "CNY", 97), "CNY");
    refused(404, "channels/direct-usd/payouts", body.formatted("m", "USD", 97), "direct-usd");
    assertEquals(201, weir.control("POST", ROOT + path, body.formatted("m", "USD", 97)).status());
    assertEquals(200, weir.control("POST", ROOT + path, body.formatted("m", "USD", 97)).status());
    refused(409, path, body.formatted("m", "USD", 98), "recorded with net 97");
    JsonNode row = get("channels/market/reconciliation?month=2026-11").at("/items/0");
    assertEquals(97, row.path("paidMicros").asLong());
    assertEquals(97, row.path("differenceMicros").asLong(), "nothing was due");
  }
}
