package dev.weir.local.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the templates promise, held against the code. */
final class TemplatesTest {

  private static final String FUNCTION = "AWS::Serverless::Function";
  private static final String QUEUE = "AWS::SQS::Queue";

  /** A queue is for dead letters if something names it as that. */
  private static Set<String> deadLetterQueues(Template template) {
    Set<String> found = new TreeSet<>();
    collectTargets(template.root(), found);
    return found;
  }

  private static void collectTargets(Object node, Set<String> found) {
    if (node instanceof Map<?, ?> map) {
      map.forEach((key, value) -> {
        if (Set.of("deadLetterTargetArn", "TargetArn").contains(key)) {
          found.add(Template.text(value).replace(".Arn", ""));
        }
        if (key.equals("DeadLetterConfig")) {
          found.add(Template.text(Template.map(value).get("Arn")).replace(".Arn", ""));
        }
        collectTargets(value, found);
      });
    } else if (node instanceof List<?> list) {
      list.forEach(value -> collectTargets(value, found));
    }
  }

  @Test
  void everyFunctionHasARoleOfItsOwn() {
    for (Template template : Template.all()) {
      Set<String> roles = new HashSet<>();
      for (Template.Resource function : template.resources(FUNCTION)) {
        // Without Role, SAM makes one of the function's policies.
        String role =
            function.properties().containsKey("Role")
                ? template.resource(function.text("Role").replace(".Arn", "")).id()
                : "made of " + function.id() + " " + function.get("Policies").hashCode();
        assertTrue(roles.add(role), function.id() + " shares role " + role);
      }
    }
  }

  @Test
  void everyFunctionHasKeptLogsAndDeadLetters() {
    for (Template template : Template.all()) {
      Set<String> groups = new HashSet<>();
      for (Template.Resource function : template.resources(FUNCTION)) {
        String group = Template.text(Template.map(function.get("LoggingConfig")).get("LogGroup"));
        assertTrue(groups.add(group), function.id() + " shares its log group");
        template.resource(group).get("RetentionInDays");
        String dead = Template.text(Template.map(function.get("DeadLetterQueue")).get("TargetArn"));
        assertEquals(QUEUE, template.resource(dead.replace(".Arn", "")).type());
      }
      for (Template.Resource group : template.resources("AWS::Logs::LogGroup")) {
        group.get("RetentionInDays");
      }
    }
  }

  @Test
  void functionsRunOnJava25WithSnapshotsAndReadTheUrlAfterItIsKept() {
    for (Template template : List.of(Template.main(), Template.channel())) {
      for (Template.Resource function : template.resources(FUNCTION)) {
        assertEquals("java25", function.get("Runtime"));
        assertEquals("PublishedVersions", Template.map(function.get("SnapStart")).get("ApplyOn"));
      }
    }
    for (Template.Resource function : Template.main().resources(FUNCTION)) {
      assertEquals("PublicUrl", function.all().get("DependsOn"), function.id());
    }
  }

  @Test
  void everyQueueIsEncryptedAndGivesUpAsCoreSays() {
    for (Template template : Template.all()) {
      Set<String> dead = deadLetterQueues(template);
      for (Template.Resource queue : template.resources(QUEUE)) {
        assertEquals(true, queue.get("SqsManagedSseEnabled"), queue.id());
        if (dead.contains(queue.id())) {
          assertFalse(queue.properties().containsKey("RedrivePolicy"), queue.id());
          continue;
        }
        Map<String, Object> redrive = Template.map(queue.get("RedrivePolicy"));
        assertEquals(Queue.RECEIVES_MAX, redrive.get("maxReceiveCount"), queue.id());
        Template.Resource letters =
            template.resource(
                Template.text(redrive.get("deadLetterTargetArn")).replace(".Arn", ""));
        assertEquals(
            queue.text("QueueName").replace(".fifo", "-dead.fifo"), letters.text("QueueName"));
        assertEquals(true, letters.get("FifoQueue"));
      }
    }
  }

  @Test
  void visibilityOutlivesTheFunctionSixTimes() {
    for (Template template : List.of(Template.main(), Template.channel())) {
      for (Template.Resource function : template.resources(FUNCTION)) {
        for (Object event :
            Template.map(function.properties().getOrDefault("Events", Map.of())).values()) {
          if (Template.map(event).get("Type").equals("SQS")) {
            Map<String, Object> source = Template.map(Template.map(event).get("Properties"));
            assertEquals(List.of("ReportBatchItemFailures"), source.get("FunctionResponseTypes"));
            Template.Resource queue =
                template.resource(Template.text(source.get("Queue")).replace(".Arn", ""));
            int timeout = (int) function.get("Timeout");
            assertTrue((int) queue.get("VisibilityTimeout") >= 6 * timeout, queue.id());
          }
        }
      }
    }
  }

  @Test
  void queuesAreNamedAsCoreNamesThem() {
    assertEquals(
        named("AWS::StackName", Queues.JOBS, Queues.CHANNEL_EVENTS, Queues.CALLS, Queues.NOTICES),
        live(Template.main()));
    assertEquals(
        named("Deployment", Queues.deliver("${ChannelId}"), Queues.report("${ChannelId}")),
        live(Template.channel()));
  }

  private static Set<String> named(String prefix, String... names) {
    return List.of(names).stream()
        .map(name -> "${" + prefix + "}-" + name + ".fifo")
        .collect(Collectors.toSet());
  }

  private static Set<String> live(Template template) {
    Set<String> dead = deadLetterQueues(template);
    return template.resources(QUEUE).stream()
        .filter(queue -> !dead.contains(queue.id()))
        .map(queue -> queue.text("QueueName"))
        .collect(Collectors.toSet());
  }

  @Test
  void environmentIsWhatTheCodeReads() throws IOException {
    Set<String> ports = ClassFiles.constants("dev.weir.aws.AwsPorts", "WEIR_");
    Set<String> host = ClassFiles.constants("dev.weir.host.Wiring", "WEIR_");
    for (Template.Resource function : Template.main().resources(FUNCTION)) {
      assertEquals(ports, new TreeSet<>(Template.variables(function).keySet()), function.id());
    }
    Set<String> channel = new TreeSet<>(host);
    channel.addAll(Set.of("WEIR_TABLE", "WEIR_BUCKET", "WEIR_PREFIX")); // it launches nothing
    assertTrue(ports.containsAll(Set.of("WEIR_TABLE", "WEIR_BUCKET", "WEIR_PREFIX")));
    assertEquals(
        channel,
        new TreeSet<>(Template.variables(Template.channel().resource("Channel")).keySet()));
  }

  @Test
  void replicasAreToldWhatTheServerReads() throws IOException {
    Set<String> read = ClassFiles.constants("dev.weir.worker.serve.ServeSettings", "WEIR_");
    Template compute = Template.read(Template.ROOT.resolve("infra/compute.yaml"));
    Map<String, Object> container =
        Template.map(
            Template.list(compute.resource("ServeTask").get("ContainerDefinitions")).getFirst());
    Set<String> told = new TreeSet<>(Set.of("WEIR_ENDPOINT", "WEIR_TOKEN")); // by the gateway
    for (Object pair : Template.list(container.get("Environment"))) {
      told.add(Template.text(Template.map(pair).get("Name")));
    }
    assertTrue(read.containsAll(told), told + " of " + read);
    assertTrue(told.containsAll(Set.of("WEIR_GATEWAY_URL", "WEIR_HOST", "WEIR_PORT")));
  }

  @Test
  void tableHasTheKeysThatItemsHave() throws IOException {
    Template.Resource table = Template.main().resource("Table");
    Set<String> items = ClassFiles.constants("dev.weir.aws.DynamoItems", "");
    assertEquals(
        List.of("p", "s"),
        Template.list(table.get("KeySchema")).stream()
            .map(key -> Template.text(Template.map(key).get("AttributeName")))
            .toList());
    Object expiry = Template.map(table.get("TimeToLiveSpecification")).get("AttributeName");
    assertTrue(items.containsAll(Set.of("p", "s", expiry)), items.toString());
  }

  @Test
  void noTemplateNamesOnePartitionOfTheCloud() throws IOException {
    for (Template template : Template.all()) {
      assertFalse(
          Files.readString(template.file()).contains("arn:aws"), template.file().toString());
    }
  }

  @Test
  void channelsImportWhatTheDeploymentExports() {
    Set<String> exported =
        Template.main().section("Outputs").values().stream()
            .map(output -> Template.map(output).get("Export"))
            .filter(export -> export != null)
            .map(export -> Template.text(Template.map(export).get("Name")))
            .map(name -> name.replace("AWS::StackName", "Deployment"))
            .collect(Collectors.toSet());
    Set<String> imported = new TreeSet<>();
    collectImports(Template.channel().root(), imported);
    assertFalse(imported.isEmpty());
    assertTrue(exported.containsAll(imported), imported + " of " + exported);
  }

  private static void collectImports(Object node, Set<String> found) {
    if (node instanceof Map<?, ?> map) {
      map.forEach((key, value) -> {
        if (key.equals("Fn::ImportValue")) {
          found.add(Template.text(value));
        }
        collectImports(value, found);
      });
    } else if (node instanceof List<?> list) {
      list.forEach(value -> collectImports(value, found));
    }
  }

  @Test
  void nestedStacksGetTheParametersTheyHave() {
    for (Template.Resource stack : Template.main().resources("AWS::CloudFormation::Stack")) {
      Template nested = Template.read(Template.ROOT.resolve(stack.text("TemplateURL")));
      Set<String> given = Template.map(stack.get("Parameters")).keySet();
      assertTrue(nested.section("Parameters").keySet().containsAll(given), stack.id());
      nested
          .section("Parameters")
          .forEach((name, parameter) ->
              assertTrue(
                  given.contains(name) || Template.map(parameter).containsKey("Default"),
                  stack.id() + " is not given " + name));
    }
  }
}
