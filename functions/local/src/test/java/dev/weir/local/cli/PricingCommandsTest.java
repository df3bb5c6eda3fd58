package dev.weir.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import org.junit.jupiter.api.Test;

/** The commands of prices, agreements, credit, codes, projects, limits, notices and payouts. */
class PricingCommandsTest extends ScriptedDeployment {

  private static final String ROOT = "/control/v1/";

  /** The last body that was sent. */
  private JsonNode sent() {
    String last =
        asked.reversed().stream().filter(each -> each.contains("{")).findFirst().orElseThrow();
    return Json.parseTree(last.substring(last.indexOf('{')));
  }

  private String ok(String... arguments) {
    Result result = ask(arguments);
    assertEquals(Exit.OK, result.exit(), result.err());
    return result.out();
  }

  private void usage(String why, String... arguments) {
    Result result = ask(arguments);
    assertEquals(Exit.USAGE, result.exit(), result.out());
    assertTrue(result.err().contains(why), result.err());
  }

  @Test
  void priceIsSentInMicros() {
    script("GET /control/v1/plans/p", 200, "{'currency':'CNY'}");
    script("PUT /control/v1/plans/p/prices/1", 200, "{}");
    Result result =
        ask("plans", "price", "p", "1", "--per-unit", "calls=0.05", "--included", "calls=100");
    assertEquals(Exit.OK, result.exit(), result.err());
    JsonNode charge =
        Json.parseTree(asked.get(1).substring(asked.get(1).indexOf('{'))).at("/charges/0");
    assertEquals(5_000_000, charge.path("unitPriceMicros").asLong());
    assertEquals(100, charge.path("includedQuantity").asLong());
  }

  @Test
  void amountThatIsTooFineIsUsage() {
    script("GET /control/v1/plans/p", 200, "{'currency':'CNY'}");
    Result result = ask("plans", "price", "p", "1", "--flat", "0.123456789");
    assertEquals(Exit.USAGE, result.exit());
    assertTrue(result.err().contains("at most 8 decimals"), result.err());
  }

  @Test
  void aMoneyBudgetIsSentInMicrosAndShownWithItsBound() {
    script(
        "PUT /control/v1/limits/acme",
        200,
        "{'type':'budget','id':'acme','on':'vendor','of':'USD','perMonth':1000000000,'hard':true}");
    Result set = ask("budgets", "set", "acme", "--on", "vendor", "USD=10.00");
    assertEquals(Exit.OK, set.exit(), set.err());
    assertEquals("hard budget acme: 10.00 USD a month on vendor\n", set.out());
    JsonNode sent = Json.parseTree(asked.getFirst().substring(asked.getFirst().indexOf('{')));
    assertEquals(1_000_000_000, sent.path("perMonth").asLong());
    assertTrue(sent.path("hard").asBoolean());

    script(
        "GET /control/v1/budgets/acme?month=2026-11",
        200,
        "{'id':'acme','on':'vendor','of':'USD','hard':true,'month':'2026-11','limit':1000000000,"
            + "'spent':300000000,'reserved':100000000,'expired':0,'bound':400000000}");
    assertEquals(
        "3.00 USD of 10.00 USD spent in 2026-11; reserved 1.00 USD, expired 0.00 USD:"
            + " at most 4.00 USD delivered\n",
        ask("budgets", "show", "acme", "--month", "2026-11").out());
    assertEquals(Exit.USAGE, ask("budgets", "set", "q", "--on", "vendor", "calls=1.5").exit());
  }

  @Test
  void aRateIsSetAndLimitsAreListed() {
    script("PUT /control/v1/limits/slow", 200, "{}");
    Result set = ask("limits", "rate", "slow", "--on", "key:k1", "calls=60");
    assertEquals("limit slow: 60 of calls a minute on key:k1\n", set.out(), set.err());
    script(
        "GET /control/v1/limits",
        200,
        "{'items':[{'id':'slow','on':'key:k1','of':'calls','perMinute':60}]}");
    assertTrue(ask("limits", "list").out().contains("60 a minute"));
    assertTrue(ask("limits", "list").out().contains("  rate  "), ask("limits", "list").out());
  }

  @Test
  void codesAreListedInWordsAsOtherThings() {
    script(
        "GET " + ROOT + "codes",
        200,
        "{'items':[{'code':'SPRING','benefit':{'type':'percent','millionths':125000},'months':3,"
            + "'redemptionsMax':100,'redeemed':1},"
            + "{'code':'GIFT25','benefit':{'type':'credit','micros':2500000000,'currency':'USD',"
            + "'validDays':90},'redemptionsMax':5,'redeemed':0},"
            + "{'code':'TENOFF','benefit':{'type':'amount','micros':1000000000,'currency':'USD'},"
            + "'redemptionsMax':1,'redeemed':0}]}");
    String listed = ok("codes", "list");
    assertTrue(listed.contains("12.5 % off"), listed);
    assertTrue(listed.contains("25.00 USD credit for 90 days"), listed);
    assertTrue(listed.contains("10.00 USD off a month"), listed);
    script(
        "POST " + ROOT + "agreements/a/codes",
        200,
        "{'code':'SPRING','benefit':{'type':'percent','millionths':200000}}");
    assertEquals("agreement a has code SPRING: 20 % off\n", ok("codes", "redeem", "a", "SPRING"));
  }

  @Test
  void aPlanIsShownWithAllThatItCharges() {
    script(
        "GET " + ROOT + "plans/p",
        200,
        "{'id':'p','name':'Plan P','productId':'chat','currency':'USD','prices':[{'version':1,"
            + "'effectiveFrom':'2026-11-20T10:00:00Z','charges':["
            + "{'type':'flat','amountMicros':900000000,'period':'MONTH'},"
            + "{'type':'per-unit','meter':'calls','includedQuantity':100,"
            + "'unitPriceMicros':2000000,'unitSize':1},"
            + "{'type':'graduated','meter':'tokens','includedQuantity':0,'tiers':["
            + "{'upTo':5,'unitPriceMicros':50000000,'unitSize':1000,'flatMicros':25000000},"
            + "{'upTo':9,'unitPriceMicros':100000000,'unitSize':1000,'flatMicros':0}]},"
            + "{'type':'percentage','meter':'turnover','includedQuantity':0,"
            + "'rateMillionths':25000,'unitMicros':1000000},"
            + "{'type':'credit-pack','id':'big','priceMicros':9000000000,"
            + "'creditMicros':10000000000,'validDays':365},"
            + "{'type':'trial','days':14}]}]}");
    assertEquals(
        """
        plan p: Plan P, product chat, in USD
        version 1, for sale from 2026-11-20T10:00:00Z
          subscription: 9.00 USD a month
          calls: 0.02 USD each, the first 100 a month included
          tokens: each tier's units at its price, to 5 0.50 USD for each 1000 + 0.25 USD; \
        above 1.00 USD for each 1000
          turnover: 2.5 % of 0.01 USD for each unit
          credit pack big: 100.00 USD for 90.00 USD, to be used within 365 days
          trial: the first 14 days are free
        """,
        ok("plans", "show", "p"));
    script(
        "GET " + ROOT + "meters",
        200,
        "{'items':[{'id':'disk','unit':'GB','scale':3,'aggregation':'latest'}]}");
    assertTrue(ok("plans", "meters").contains("latest"));
    script("GET " + ROOT + "products", 200, "{'items':[]}");
    assertTrue(ok("plans", "products").startsWith("no products yet"));
  }

  @Test
  void aMonthThatIsNoneIsSaidWithoutTheNamesOfClasses() {
    Result result = ask("ledger", "close", "2026-13");
    assertEquals(Exit.USAGE, result.exit());
    assertTrue(result.err().contains(": \"2026-13\" is no month like 2026-11"), result.err());
    assertFalse(result.err().contains("java"), result.err());
  }

  @Test
  void anEntryThatIsNoPairIsNamedOnce() {
    Result result = ask("plans", "price", "p", "1", "--per-unit", "calls");
    assertEquals(Exit.USAGE, result.exit());
    assertTrue(result.err().contains("for option '--per-unit'"), result.err());
  }

  @Test
  void aPriceBeginsWhenTheDeploymentSaysUnlessATimeIsGiven() {
    script("GET /control/v1/plans/p", 200, "{'currency':'USD'}");
    script("PUT /control/v1/plans/p/prices/1", 200, "{}");
    ok("plans", "price", "p", "1", "--graduated", "calls=3:0.50,*:0.30", "--flat", "30");
    assertFalse(sent().has("effectiveFrom"), "this machine's clock is not the deployment's");
    assertEquals(3_000_000_000L, sent().at("/charges/0/amountMicros").asLong());
    assertEquals(50_000_000, sent().at("/charges/1/tiers/0/unitPriceMicros").asLong());
    ok("plans", "price", "p", "1", "--flat", "1", "--from", "2027-01-01T00:00:00Z");
    assertEquals("2027-01-01T00:00:00Z", sent().path("effectiveFrom").asText());
    usage("--included of [calls]", "plans", "price", "p", "1", "--included", "calls=5");
  }

  @Test
  void booksSponsorsAndSharesAreSentAndListedAsTheyAreGiven() {
    script("PUT " + ROOT + "price-books/c/1", 200, "{}");
    ok("plans", "book", "c", "1", "--factor", "group=0.8", "--factor", "model=1.5@calls");
    assertEquals(800_000, sent().at("/factors/0/millionths").asLong());
    assertEquals("calls", sent().at("/factors/1/meter").asText());
    script(
        "GET " + ROOT + "price-books/c",
        200,
        "{'items':[{'version':1,'effectiveFrom':'2026-11-20T10:00:00Z','factors':"
            + "[{'name':'group','millionths':800000},"
            + "{'name':'model','millionths':1500000,'meter':'calls'}]}]}");
    assertTrue(ok("plans", "book", "c").contains("group=0.8 model=1.5@calls"));

    script("PUT " + ROOT + "joint-products/p/1", 200, "{}");
    ok("plans", "joint", "p", "1", "--share", "press/data=5", "--share", "lab/adapter=2.5");
    assertEquals(500, sent().at("/beneficiaries/0/basisPoints").asInt());
    assertEquals(250, sent().at("/beneficiaries/1/basisPoints").asInt());
    usage("is not PARTNER/WHAT", "plans", "joint", "p", "1", "--share", "press=5");
    script(
        "GET " + ROOT + "joint-products/p",
        200,
        "{'items':[{'version':1,'effectiveFrom':'2026-11-20T10:00:00Z','beneficiaries':"
            + "[{'partner':'lab','what':'adapter','basisPoints':250}]}]}");
    assertTrue(ok("plans", "joint", "p").contains("lab/adapter=2.5"));

    script("PUT " + ROOT + "sponsorships/free", 200, "{}");
    String said =
        ok(
            "plans",
            "sponsor",
            "free",
            "--channel",
            "c",
            "--payer",
            "bigco",
            "--cap",
            "5",
            "--budget",
            "50",
            "--currency",
            "USD");
    assertEquals("bigco pays up to 5 USD a month (sponsorship free)\n", said);
    assertEquals(500_000_000, sent().path("capMicros").asLong());
  }

  @Test
  void anAgreementIsShownChangedAndReinstated() {
    String shown =
        "{'id':'a','planId':'p','priceVersion':1,'state':'ACTIVE','terms':"
            + "[{'from':'2026-11-20T10:00:00Z','kind':'ACTIVE','planId':'p','priceVersion':1}]"
            + "%s}";
    script("GET " + ROOT + "agreements/a", 200, shown.formatted(""));
    assertTrue(ok("agreement", "show", "a").startsWith("agreement a: plan p v1, ACTIVE\n"));
    script(
        "POST " + ROOT + "agreements/a/reinstate",
        200,
        shown.formatted(
            ",'suspension':{'since':'2027-01-15T00:00:00Z','invoices':['invoice 1 of vendor']}"));
    assertTrue(
        ok("agreement", "reinstate", "a")
            .endsWith("not served since 2027-01-15T00:00:00Z: invoice 1 of vendor open\n"));
    script("POST " + ROOT + "agreements/a/change", 200, shown.formatted(""));
    for (String action : new String[] {"pause", "resume", "cancel"}) {
      ok("agreement", action, "a", "--at-period-end");
      assertEquals(action.toUpperCase(java.util.Locale.ROOT), sent().path("action").asText());
      assertTrue(sent().path("atPeriodEnd").asBoolean());
    }
    ok("agreement", "change", "a", "--plan", "q", "--price-version", "2");
    assertEquals("MOVE", sent().path("action").asText());
    assertEquals(2, sent().path("priceVersion").asInt());
    script(
        "POST " + ROOT + "agreements/a/preview",
        200,
        "{'currency':'USD','before':{'planId':'p','priceVersion':1,'kind':'ACTIVE'},"
            + "'after':{'from':'x','planId':'q','priceVersion':2,'kind':'ACTIVE'},'spans':[]}");
    assertTrue(
        ok("agreement", "change", "a", "--plan", "q", "--preview")
            .endsWith("no subscription is charged or given back\n"));
    usage("--plan", "agreement", "change", "a");
  }

  @Test
  void creditCodesAndProjectsAreSent() {
    script("GET " + ROOT + "agreements/a", 200, "{'currency':'USD'}");
    script("POST " + ROOT + "agreements/a/credits", 201, "{'packs':[],'leftMicros':0}");
    ok("credits", "buy", "a", "big");
    assertEquals("big", sent().path("pack").asText());
    script("PUT " + ROOT + "codes/SPRING", 200, "{}");
    ok("codes", "add", "SPRING", "--percent", "20", "--months", "3", "--max", "100");
    assertEquals(200_000, sent().at("/benefit/millionths").asLong());
    usage("--max", "codes", "add", "SPRING", "--percent", "20");
    script("POST " + ROOT + "agreements/a/codes", 409, "{}");
    Result twice = ask("codes", "redeem", "a", "SPRING");
    assertEquals(Exit.REFUSED, twice.exit());
    assertTrue(twice.err().contains("answered 409"), twice.err());
    String project = "{'id':'p1','name':'p1','agreementId':'a','currency':'USD','milestones':[]}";
    script("PUT " + ROOT + "projects/p1", 200, project);
    ok("projects", "agree", "p1", "a", "--milestone", "proto=50");
    assertEquals(5_000_000_000L, sent().at("/milestones/0/amountMicros").asLong());
    script("POST " + ROOT + "projects/p1/milestones/proto/send-back", 200, project);
    ok("projects", "send-back", "p1", "proto", "--reason", "wrong colour");
    assertEquals("wrong colour", sent().path("reason").asText());
    usage("--reason", "projects", "send-back", "p1", "proto");
  }

  @Test
  void whoIsToldIsSetAndTested() {
    script(
        "PUT " + ROOT + "notice-targets/ops",
        200,
        "{'id':'ops','on':'vendor','way':{'type':'webhook','url':'https://x.example/h'},"
            + "'types':[],'secret':'whsec_s'}");
    String said =
        ok("notices", "set", "ops", "--webhook", "https://x.example/h", "--type", "budget");
    assertTrue(said.endsWith("secret, shown this once: whsec_s\n"), said);
    assertEquals("budget", sent().at("/types/0").asText());
    usage("either --webhook or --chat", "notices", "set", "ops");
    script(
        "POST " + ROOT + "notice-targets/ops/test",
        200,
        "{'targetId':'ops','state':'FAILED','detail':'answered 500'}");
    script(
        "POST " + ROOT + "notices/n1/resend",
        200,
        "{'deliveries':[{'targetId':'ops','state':'PENDING','detail':'answered 500'}]}");
    assertEquals(
        "notice n1: ops PENDING (answered 500)\n",
        ok("notices", "resend", "n1", "--month", "2026-11", "--target", "ops"));
    assertEquals("2026-11", sent().path("month").asText());
    assertEquals("ops", sent().path("target").asText());
    Result test = ask("notices", "test", "ops");
    assertEquals(Exit.DOES_NOT_HOLD, test.exit());
    assertEquals("target ops: FAILED, answered 500\n", test.out());
  }

  @Test
  void sharesAreTakenBackAndSponsorsPay() {
    script(
        "POST " + ROOT + "partners/acme/clawbacks", 201, "{'micros':250000000,'currency':'USD'}");
    String taken =
        ok(
            "payout",
            "clawback",
            "acme",
            "2.50",
            "--channel",
            "c",
            "--currency",
            "USD",
            "--reason",
            "fraud",
            "--what",
            "data");
    assertEquals("2.50 USD is taken back from acme\n", taken);
    assertEquals("data", sent().path("what").asText());
    script("GET " + ROOT + "sponsor-bills/1", 200, "{'currency':'USD'}");
    script("POST " + ROOT + "sponsor-bills/1/payments", 201, "{'micros':100000000}");
    assertEquals("1.00 USD of bill 1 is paid\n", ok("sponsors", "paid", "1", "--amount", "1"));
    assertEquals(100_000_000, sent().path("micros").asLong());
    script(
        "POST " + ROOT + "channels/m/payouts",
        201,
        "{'items':[{'currency':'USD','ratedMicros':0,'sentMicros':0,'acceptedMicros':0,"
            + "'expectedMicros':0,'paidMicros':97000000,'differenceMicros':97000000}]}");
    assertTrue(
        ok("payout", "market", "m", "2026-11", "--net", "0.97", "--currency", "USD")
            .contains("0.97 USD"));
    usage("2026-13", "payout", "market", "m", "2026-13", "--net", "1", "--currency", "USD");
  }
}
