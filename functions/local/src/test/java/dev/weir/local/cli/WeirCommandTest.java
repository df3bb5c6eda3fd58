package dev.weir.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.local.server.Answer;
import dev.weir.local.server.LocalServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command against a deployment that answers from a script. */
class WeirCommandTest extends ScriptedDeployment {

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
}
