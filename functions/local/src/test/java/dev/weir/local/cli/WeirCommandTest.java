package dev.weir.local.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.local.server.Answer;
import dev.weir.local.server.LocalServer;
import dev.weir.local.server.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a deployment that answers from a script. */
class WeirCommandTest {

  private record Result(int exit, String out, String err) {}

  private final Map<String, Deque<Answer>> script = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private LocalServer server;
  private String url;

  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    LocalServer.Bound bound = LocalServer.bind("127.0.0.1", 0);
    url = bound.url();
    server = bound.serve(Map.of("/", this::answer));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Optional<Answer> answer(Request request) throws IOException {
    String body = new String(request.body().readAllBytes(), UTF_8);
    String target = request.path() + (request.query().isEmpty() ? "" : "?" + request.query());
    asked.add(
        request.method()
            + " "
            + target
            + " "
            + request.header("authorization").orElse("-")
            + " "
            + body);
    Deque<Answer> answers = script.get(request.method() + " " + target);
    if (answers == null) {
      throw new ProblemException(Problem.notFound("nothing scripted at " + target));
    }
    return Optional.of(answers.size() > 1 ? answers.pop() : answers.peek());
  }

  private void script(String request, int status, String json) {
    script
        .computeIfAbsent(request, r -> new ArrayDeque<>())
        .add(Answer.of(status, "application/json", json.replace('\'', '"').getBytes(UTF_8)));
  }

  private Result weir(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        WeirCommand.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Result(exit, out.toString(), err.toString());
  }

  private Result ask(String... arguments) {
    String[] all = new String[arguments.length + 4];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(new String[] {"--url", url, "--token", "secret"}, 0, all, arguments.length, 4);
    return weir(all);
  }

  @Test
  void unknownCommandIsUsageWithASuggestion() {
    Result result = weir("modles");
    assertEquals(Exit.USAGE, result.exit());
    assertTrue(result.err().contains("models"), result.err());
  }

  @Test
  void missingCommandIsUsage() {
    assertEquals(Exit.USAGE, weir().exit());
    Result group = weir("channel");
    assertEquals(Exit.USAGE, group.exit());
    assertTrue(group.err().startsWith("weir: a subcommand is missing: put"), group.err());
  }

  @Test
  void unknownOptionIsUsage() {
    assertEquals(Exit.USAGE, weir("models", "list", "--jsno").exit());
  }

  @Test
  void everyCommandHasHelp() {
    assertHelp(WeirCommand.commandLine(), List.of());
  }

  private void assertHelp(picocli.CommandLine line, List<String> path) {
    List<String> arguments = new java.util.ArrayList<>(path);
    arguments.add("--help");
    Result result = weir(arguments.toArray(String[]::new));
    assertEquals(Exit.OK, result.exit(), () -> path + result.err());
    assertTrue(result.out().contains("Usage: weir"), () -> path + result.out());
    line.getSubcommands()
        .forEach((name, sub) -> {
          List<String> below = new java.util.ArrayList<>(path);
          below.add(name);
          assertHelp(sub, below);
        });
  }

  @Test
  void helpStatesTheExitCodes() {
    assertTrue(weir("--help").out().contains("no deployment answers"));
  }

  @Test
  void deploymentThatDoesNotAnswerIsExitThree() throws IOException {
    LocalServer.Bound free = LocalServer.bind("127.0.0.1", 0);
    String gone = free.url();
    free.release();
    Result result = weir("models", "list", "--url", gone);
    assertEquals(Exit.UNREACHABLE, result.exit());
    assertEquals("weir: no Weir answers at " + gone + " (start one with: weir up)\n", result.err());
  }

  @Test
  void refusalPrintsTheProblemsDetail() {
    script
        .computeIfAbsent("GET /control/v1/models/a", r -> new ArrayDeque<>())
        .add(
            Answer.problem(
                Problem.invalid(
                    "2 rows are bad", List.of(new Problem.Violation("line 7", "3 cells, not 4")))));
    Result result = ask("models", "show", "a", "--json");
    assertEquals(Exit.REFUSED, result.exit());
    assertEquals("weir: 2 rows are bad\n  line 7: 3 cells, not 4\n", result.err());
    assertEquals(422, Json.parseTree(result.out()).path("status").asInt());
  }

  @Test
  void answerThatIsNotWeirsIsToldFromARefusal() {
    script("GET /control/v1/models", 200, "<html>");
    Result result = ask("models", "list");
    assertEquals(Exit.UNREACHABLE, result.exit());
    assertTrue(result.err().contains("is not Weir"), result.err());
  }

  @Test
  void badUrlIsUsage() {
    assertEquals(Exit.USAGE, weir("models", "list", "--url", "ftp://x").exit());
    assertEquals(Exit.USAGE, weir("models", "list", "--url", "http://a b").exit());
  }

  @Test
  void listIsATableOrJson() {
    script(
        "GET /control/v1/models",
        200,
        "{'items':[{'name':'客服','task':'text-classification','latest':2,"
            + "'aliases':{'champion':2}}]}");
    Result table = ask("models", "list");
    assertEquals(
        """
        model  task                 latest  aliases
        客服   text-classification       2  {"champion":2}
        """,
        table.out());
    assertTrue(asked.getFirst().contains("Bearer secret"));
    JsonNode json = Json.parseTree(ask("models", "list", "--json").out());
    assertEquals("客服", json.at("/items/0/name").asText());
  }

  @Test
  void listFollowsItsPages() {
    script("GET /control/v1/customers?channel=c", 200, "{'items':[{'id':'one'}],'next':'a b'}");
    script("GET /control/v1/customers?channel=c&page=a%20b", 200, "{'items':[{'id':'two'}]}");
    Result table = ask("customers", "list", "--channel", "c");
    assertEquals(
        List.of("customer", "one", "two"),
        table.out().lines().map(line -> line.split(" +", 2)[0]).toList(),
        table.err());
    JsonNode json = Json.parseTree(ask("customers", "list", "--channel", "c", "--json").out());
    assertEquals(2, json.path("items").size());
    assertTrue(json.path("next").isMissingNode());
  }

  @Test
  void listThatIsCutSaysSo() {
    script("GET /control/v1/jobs?limit=1", 200, "{'items':[{'id':'j1'}],'next':'x'}");
    Result cut = ask("jobs", "list", "--limit", "1");
    assertTrue(cut.out().stripTrailing().endsWith("the first 1; there are more"), cut.out());
  }

  @Test
  void datasetTakesAnswers() throws IOException {
    Path csv = Files.writeString(folder.resolve("faq.csv"), "text,label\nhi,hello\n");
    Path answers =
        Files.writeString(folder.resolve("answers.json"), "{\"hello\":{\"en\":\"Hi!\"}}");
    script("POST /control/v1/uploads", 201, "{'upload':'u','url':'/put'}");
    script("PUT /put", 200, "{}");
    script(
        "POST /control/v1/datasets",
        201,
        "{'version':1,'rows':1,'columns':2,'profile':{'badRows':3}}");
    Result added = ask("dataset", "add", "faq", csv.toString(), "--answers", answers.toString());
    assertEquals("dataset faq version 1: 1 rows, 2 columns, 3 dropped\n", added.out(), added.err());
    assertTrue(asked.getLast().contains("\"answers\":{\"hello\":{\"en\":\"Hi!\"}}"));
    Files.writeString(answers, "{");
    assertEquals(
        Exit.USAGE,
        ask("dataset", "add", "faq", csv.toString(), "--answers", answers.toString()).exit());
  }

  @Test
  void everyCommandSpeaksJson() {
    leaves(
        WeirCommand.commandLine(),
        command -> {
          String name = command.getCommandSpec().qualifiedName();
          boolean json = command.getCommandSpec().findOption("--json") != null;
          assertTrue(json, name + " has no --json");
        });
  }

  private static void leaves(CommandLine line, Consumer<CommandLine> visitor) {
    if (line.getSubcommands().isEmpty()) {
      visitor.accept(line);
    }
    line.getSubcommands().values().forEach(below -> leaves(below, visitor));
  }

  @Test
  void datasetIsUploadedToThePresignedUrlWithoutTheToken() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), "a,b\n1,2\n");
    script("POST /control/v1/uploads", 201, "{'upload':'u1','url':'/blobs/u1?sig=x'}");
    script("PUT /blobs/u1?sig=x", 200, "");
    script(
        "POST /control/v1/datasets",
        201,
        "{'version':1,'rows':1,'columns':2,'subjects':7,'profile':{'badRows':3}}");
    Result result = ask("dataset", "add", "t", file.toString());
    assertEquals(Exit.OK, result.exit(), result.err());
    assertEquals(
        "dataset t version 1: 1 rows, 2 columns, 3 dropped, words of 7 people\n", result.out());
    assertEquals("PUT /blobs/u1?sig=x - a,b\n1,2\n", asked.get(1));
    JsonNode body = Json.parseTree(asked.get(2).substring(asked.get(2).indexOf('{')));
    assertEquals("csv", body.path("format").asText());
    assertEquals("refuse", body.path("onBadRow").asText());
  }

  @Test
  void trainFollowsTheJobToItsEnd() throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.json"), "{\"task\":\"x\"}");
    script("POST /control/v1/jobs", 202, "{'id':'j1','state':'SUBMITTED'}");
    script("GET /control/v1/jobs/j1", 200, "{'id':'j1','state':'RUNNING','progress':0.5}");
    script(
        "GET /control/v1/jobs/j1",
        200,
        "{'id':'j1','state':'SUCCEEDED','model':'m','modelVersion':3,"
            + "'metrics':{'accuracy':0.97}}");
    Result result = ask("train", recipe.toString());
    assertEquals(Exit.OK, result.exit(), result.err());
    assertTrue(result.out().endsWith("j1 SUCCEEDED accuracy 0.9700 → m version 3\n"), result.out());
  }

  @Test
  void jobThatFailsIsExitFive() throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.json"), "{}");
    script("POST /control/v1/jobs", 202, "{'id':'j1','state':'SUBMITTED'}");
    script("GET /control/v1/jobs/j1", 200, "{'id':'j1','state':'FAILED','reason':'one class'}");
    Result result = ask("train", recipe.toString(), "--json");
    assertEquals(Exit.DOES_NOT_HOLD, result.exit());
    assertEquals("weir: job j1 ended as FAILED: one class\n", result.err());
  }

  @Test
  void malformedRecipeIsUsageWithLineAndColumn() throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.json"), "{\n  \"task\": tabular\n}");
    Result result = ask("train", recipe.toString());
    assertEquals(Exit.USAGE, result.exit());
    assertTrue(result.err().contains("line 2"), result.err());
    assertTrue(asked.isEmpty());
  }

  @Test
  void missingFileIsUsage() {
    assertEquals(Exit.USAGE, ask("train", folder.resolve("no").toString()).exit());
    assertEquals(
        Exit.USAGE, ask("dataset", "add", "a", folder.resolve("no.csv").toString()).exit());
  }

  @Test
  void explanationThatDoesNotAddUpIsExitFive() {
    script(
        "GET /control/v1/lines/l1/explanation",
        200,
        "{'walk':['1.20 CNY','60 calls'],'addsUp':false,'missing':'fact f7 is gone'}");
    Result result = ask("explain", "l1");
    assertEquals(Exit.DOES_NOT_HOLD, result.exit());
    assertEquals("1.20 CNY\n  60 calls\n", result.out());
    assertEquals("weir: line l1 does not add up: fact f7 is gone\n", result.err());
  }

  @Test
  void controlTokenIsReadFromTheDataFolder() throws IOException {
    Files.writeString(folder.resolve("token"), "from-file\n");
    script("GET /control/v1/models", 200, "{'items':[]}");
    Result result = weir("models", "list", "--url", url, "--data", folder.toString());
    assertEquals("no models yet: weir train RECIPE\n", result.out());
    assertTrue(asked.getFirst().contains("Bearer from-file"));
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
  void costIsComputedWithoutADeploymentAndSaysWhatItRestsOn() {
    Result bill = weir("cost", "--calls", "1e7", "--customers", "1000", "--json");
    assertEquals(0, bill.exit(), bill.err());
    JsonNode cost = Json.parseTree(bill.out());
    double sum = 0;
    for (JsonNode line : cost.at("/money/lines")) {
      sum += line.path("usd").asDouble();
    }
    assertEquals(sum, cost.at("/money/usdPerMonth").asDouble(), 1e-9);
    assertTrue(cost.at("/money/usdPerMillionCalls").asDouble() > 0);
    assertTrue(cost.at("/assumptions/writeUnitsPerAgreementHour").asDouble() <= 12);
    assertEquals("us-east-1", cost.at("/prices/region").asText());

    Result queued = weir("cost", "--calls", "1e7", "--customers", "1000", "--queued", "0.5");
    assertTrue(queued.out().contains("facts of a queued call, written"), queued.out());
    assertTrue(queued.out().contains("USD per million queued calls"), queued.out());
    Result more = weir("cost", "--calls", "1e7", "--customers", "1000", "--queued", "1.5");
    assertTrue(more.err().contains("queued 1.5 not in 0.0..1.0"), more.err());

    Result wrong = weir("cost", "--calls", "0", "--customers", "1000");
    assertEquals(2, wrong.exit());
    assertTrue(wrong.err().contains("calls 0.0 not in 1.0.."), wrong.err());
    assertEquals(2, weir("cost", "--calls", "1e7").exit());
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
        "{'items':[{'type':'rate','id':'slow','on':'key:k1','of':'calls','perMinute':60}]}");
    assertTrue(ask("limits", "list").out().contains("60 a minute"));
  }
}
