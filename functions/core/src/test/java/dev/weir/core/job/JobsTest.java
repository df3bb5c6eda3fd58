package dev.weir.core.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.dataset.AddDataset;
import dev.weir.core.dataset.Column;
import dev.weir.core.dataset.ColumnType;
import dev.weir.core.dataset.Datasets;
import dev.weir.core.dataset.Format;
import dev.weir.core.dataset.OnBadRow;
import dev.weir.core.dataset.Schema;
import dev.weir.core.job.AgentWire.Assignment;
import dev.weir.core.model.ModelVersion;
import dev.weir.core.model.Models;
import dev.weir.core.port.Hosts;
import dev.weir.core.port.Paged;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class JobsTest {

  private static final ComputeRate RATE = new ComputeRate("USD", 1_000, 0);
  private static final long MACHINE_MS = Instant.parse("2026-10-31T23:00:00Z").toEpochMilli();
  private static final AgentWire.Heartbeat BEAT =
      new AgentWire.Heartbeat(
          new Progress(
              "training", 0.5, 3, 6, 30, Optional.of(0.2), Optional.empty(), Optional.of(9L)),
          List.of(
              new MetricPoint(10, 1, Optional.empty(), Map.of("train-loss", 0.5)),
              new MetricPoint(20, 2, Optional.empty(), Map.of("train-loss", 0.3))),
          MACHINE_MS);
  private static final AgentWire.Claim CLAIM = new AgentWire.Claim(MACHINE_MS);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T00:00:00Z"));
  private final MemoryPorts memory = new MemoryPorts(clock);
  private final Datasets datasets = new Datasets(memory.ports());
  private final SubmitJob submit = new SubmitJob(memory.ports(), () -> RATE);
  private final Jobs jobs = new Jobs(memory.ports());
  private final Models models = new Models(memory.ports());
  private final ReapJobs reap = new ReapJobs(memory.ports());
  private final DispatchJobs dispatch =
      new DispatchJobs(memory.ports(), JobLimits.DEFAULT, URI.create("http://gateway"));
  private final AgentProtocol agent =
      new AgentProtocol(memory.ports(), JobLimits.DEFAULT, _ -> List.of());

  @BeforeEach
  void aDataset() {
    StringBuilder csv = new StringBuilder("x,note,y\n");
    for (int i = 0; i < 20; i++) {
      csv.append(i).append(",n,").append(i % 2 == 0 ? "even" : "odd").append('\n');
    }
    datasets.add(AddDataset.inferred("numbers", Format.CSV), stream(csv.toString()));
  }

  @Test
  void aJobRunsFromSubmissionToAModelVersion() throws Exception {
    Job.Submitted submitted = submit("parity", recipe("x"));
    assertEquals(1, submitted.spec().recipe().data().version().orElseThrow());
    assertTrue(submitted.spec().estimate().micros() > 0);
    String token = launched(1);
    assertInstanceOf(Job.Starting.class, jobs.require(submitted.spec().id()));
    Assignment assignment = agent.claim(token, CLAIM);
    assertEquals(
        assignment, agent.claim(token, CLAIM), "a claim whose answer was lost is asked again");
    clock.advance(Duration.ofSeconds(10));
    assertEquals(3_600_000, assignment.clockOffsetMs(), "the deployment is an hour ahead");
    AgentWire.HeartbeatAnswer beaten = agent.heartbeat(token, BEAT);
    assertFalse(beaten.stop());
    assertEquals(3_610_000, beaten.clockOffsetMs());
    assertEquals(BEAT.metrics(), jobs.metrics(submitted.spec().id(), Paged.Request.FIRST).items());
    AgentWire.Completion completion = artifact(assignment, "model.json", "{}");
    assertEquals(new AgentWire.CompletionAnswer("parity", 1), agent.complete(token, completion));
    assertEquals(1, agent.complete(token, completion).version(), "asked again, nothing changes");
    Job.Succeeded done = assertInstanceOf(Job.Succeeded.class, jobs.require(submitted.spec().id()));
    assertEquals(10_000, done.costMicros(), "10 s of one vCPU at 1000 micros");
    ModelVersion version = models.require("parity");
    assertEquals("models/parity/1/model.json", version.blob("model.json").orElseThrow());
    assertEquals("numbers:1", version.lineage().dataset());
    assertEquals(Map.of("accuracy", 0.9), version.metrics());
    assertEquals("succeeded", jobs.list(Paged.Request.FIRST).items().getFirst().state());
    assertEquals(0, reap.run());
  }

  @Test
  void aliasesMoveOverVersions() throws Exception {
    aJobRunsFromSubmissionToAModelVersion();
    models.setAlias("parity", "champion", 1);
    assertEquals(1, models.require("parity:champion").version());
    assertEquals(Map.of("champion", 1), models.aliases("parity"));
    assertEquals(404, refused(() -> models.setAlias("parity", "champion", 9)).status());
    assertEquals(404, refused(() -> models.require("parity:9")).status());
    assertEquals(404, refused(() -> models.require("nothing")).status());
  }

  @Test
  void aLostAttemptIsFollowedByAnotherThatResumesAndTheFirstCanNoLongerWrite() throws Exception {
    String id = submit("parity", recipe("x")).spec().id();
    String first = launched(1);
    Assignment assignment = agent.claim(first, CLAIM);
    byte[] checkpoint = "state".getBytes(StandardCharsets.UTF_8);
    put(assignment.checkpointPut(), checkpoint);
    AgentWire.CheckpointSaved saved =
        new AgentWire.CheckpointSaved(sha256(checkpoint), checkpoint.length, 7);
    URI next = agent.checkpoint(first, saved).checkpointPut();
    assertFalse(next.equals(assignment.checkpointPut()));
    assertEquals(0, reap.run(), "the lease holds");
    clock.advance(Duration.ofSeconds(61));
    assertEquals(1, reap.run());
    assertEquals(2, assertInstanceOf(Job.Submitted.class, jobs.require(id)).attempt());

    String second = launched(2);
    put(assignment.checkpointPut(), "late".getBytes(StandardCharsets.UTF_8));
    AgentWire.CheckpointFile resumed = agent.claim(second, CLAIM).checkpoint().orElseThrow();
    assertEquals(7, resumed.step());
    assertEquals(
        "state",
        new String(
            memory.blobs().follow(resumed.url(), Optional.empty()).orElseThrow(),
            StandardCharsets.UTF_8),
        "a late PUT of attempt 1 changed the checkpoint");
    for (Executable late :
        List.<Executable>of(
            () -> agent.claim(first, CLAIM),
            () -> agent.heartbeat(first, BEAT),
            () -> agent.checkpoint(first, saved),
            () -> agent.complete(first, artifact(assignment, "model.json", "{}")),
            () -> agent.fail(first, new AgentWire.Failure("x", "", true)))) {
      Problem problem = refused(late);
      assertEquals(409, problem.status());
      assertTrue(problem.detail().contains("attempt 2 is live"), problem.detail());
    }
  }

  @Test
  void attemptsEndAtTheRecipesLimitWithReasonAndLogTail() {
    String id = submit("parity", recipe("x")).spec().id();
    for (int attempt = 1; attempt <= 2; attempt++) {
      String token = launched(attempt);
      agent.claim(token, CLAIM);
      agent.fail(token, new AgentWire.Failure("exit code 139", "…" + "z".repeat(9000), true));
    }
    Job.Failed failed = assertInstanceOf(Job.Failed.class, jobs.require(id));
    assertEquals("exit code 139", failed.reason());
    assertEquals(JobLimits.LOG_TAIL_MAX_CHARS, failed.logTail().length());
    assertEquals(2, failed.ended().size());
  }

  @Test
  void aFailureThatWouldHappenAgainIsNotTriedAgain() {
    String id = submit("parity", recipe("x")).spec().id();
    String token = launched(1);
    agent.claim(token, CLAIM);
    assertEquals("failed", agent.fail(token, new AgentWire.Failure("bad data", "", false)).state());
    assertInstanceOf(Job.Failed.class, jobs.require(id));
  }

  @Test
  void aHostThatEndsWithoutAWordIsNoticedBeforeTheLeaseEnds() {
    String id = submit("parity", recipe("x")).spec().id();
    agent.claim(launched(1), CLAIM);
    Job.Running running = assertInstanceOf(Job.Running.class, jobs.require(id));
    memory.hosts().finish(running.host().orElseThrow(), 137, "out of memory");
    assertEquals(1, reap.run());
    Job.Submitted again = assertInstanceOf(Job.Submitted.class, jobs.require(id));
    assertTrue(again.ended().getFirst().reason().contains("exit code 137"));
  }

  @Test
  void stoppingReachesTheAgentAtItsNextHeartbeat() {
    StopJob stop = new StopJob(memory.ports());
    String id = submit("parity", recipe("x")).spec().id();
    String token = launched(1);
    agent.claim(token, CLAIM);
    stop.stop(id);
    assertTrue(agent.heartbeat(token, BEAT).stop());
    agent.fail(token, new AgentWire.Failure("stopped", "log", true));
    assertInstanceOf(Job.Stopped.class, jobs.require(id));
    assertInstanceOf(Job.Stopped.class, stop.stop(id));
    String waiting = submit("parity", recipe("x")).spec().id();
    assertInstanceOf(Job.Stopped.class, stop.stop(waiting));
    Queue.Received message = message();
    dispatch.handle(message.body());
    assertEquals(1, memory.hosts().launches().size(), "a stopped job is not launched");
  }

  @Test
  void aMessageThatComesTwiceLaunchesOnce() {
    submit("parity", recipe("x"));
    Queue.Received message = message();
    dispatch.handle(message.body());
    dispatch.handle(message.body());
    assertEquals(1, memory.hosts().launches().size());
  }

  @Test
  void forgedTokensAreRefused() {
    submit("parity", recipe("x"));
    String token = launched(1);
    String other = token.replaceFirst("\\.1\\.", ".2.");
    assertEquals(401, refused(() -> agent.claim(other, CLAIM)).status());
    assertEquals(401, refused(() -> agent.claim("x", CLAIM)).status());
    assertEquals(401, refused(() -> agent.claim(token + "!", CLAIM)).status());
  }

  @Test
  void anArtifactThatIsNotWhatWasSaidIsRefused() throws Exception {
    String id = submit("parity", recipe("x")).spec().id();
    String token = launched(1);
    Assignment assignment = agent.claim(token, CLAIM);
    AgentWire.Completion honest = artifact(assignment, "model.json", "{}");
    put(assignment.artifactPut().get("model.json"), "other".getBytes(StandardCharsets.UTF_8));
    assertTrue(refused(() -> agent.complete(token, honest)).detail().contains("SHA-256"));
    assertInstanceOf(Job.Running.class, jobs.require(id));
    assertEquals(404, refused(() -> models.require("parity")).status());
  }

  @Test
  void recipesThatDoNotFitTheDatasetAreRefusedWithPointers() {
    assertEquals(404, refused(() -> submit.submit("m", parse("missing", "y", "x"))).status());
    Problem text = refused(() -> submit.submit("m", parse("numbers", "y", "note")));
    assertEquals("/data/features/0", text.errors().getFirst().pointer());
    assertEquals("column 'note' is text, not a number", text.errors().getFirst().detail());
    Problem label = refused(() -> submit.submit("m", parse("numbers", "yy", "x")));
    assertTrue(label.detail().contains("did you mean 'y'?"), label.detail());
    Problem one = refused(() -> submit.submit("m", parse("numbers", "note", "x")));
    assertTrue(one.detail().contains("has 1 class; 2 are needed"), one.detail());
  }

  @Test
  void whoseWordsARowHoldsIsNotLearntUnlessAskedFor() {
    StringBuilder csv = new StringBuilder("who,x,y\n");
    for (int i = 0; i < 20; i++) {
      csv.append("slack/T1/U1,").append(i).append(i % 2 == 0 ? ",even\n" : ",odd\n");
    }
    Schema schema =
        new Schema(
            List.of(
                new Column("who", ColumnType.TEXT, true),
                new Column("x", ColumnType.INTEGER, true),
                new Column("y", ColumnType.TEXT, true)),
            Optional.of("who"));
    datasets.add(
        new AddDataset("said", Format.CSV, Optional.of(schema), OnBadRow.REFUSE, Optional.empty()),
        stream(csv.toString()));
    String recipe =
        """
        {"recipe":"tabular-classification","data":{"dataset":"said","label":"%s"}}
        """;
    Job.Submitted job = submit("parity", RecipeParser.parse(recipe.formatted("y")));
    assertEquals(List.of("x"), job.spec().recipe().data().features(), "what the algorithm is told");
    Problem label = refused(() -> submit("m", RecipeParser.parse(recipe.formatted("who"))));
    assertTrue(label.detail().contains("says whose words a row holds"), label.detail());
  }

  private static Recipe recipe(String feature) {
    return parse("numbers", "y", feature);
  }

  private static Recipe parse(String dataset, String label, String feature) {
    return RecipeParser.parse(
        """
        {"recipe":"tabular-classification","retries":{"attempts":2},
         "data":{"dataset":"%s","label":"%s","features":["%s"]}}
        """
            .formatted(dataset, label, feature));
  }

  private Job.Submitted submit(String model, Recipe recipe) {
    return submit.submit(model, recipe);
  }

  private Queue.Received message() {
    return memory.queue(Queues.JOBS).receive(1, Duration.ofMinutes(1)).getFirst();
  }

  /** Takes the message of an attempt, launches it, and answers its token. */
  private String launched(int attempt) {
    Queue.Received message = message();
    dispatch.handle(message.body());
    memory.queue(Queues.JOBS).acknowledge(message.receipt());
    Hosts.Launch launch = memory.hosts().launches().getLast();
    assertTrue(launch.name().endsWith("-" + attempt), launch.name());
    return launch.environment().get("WEIR_TOKEN");
  }

  private AgentWire.Completion artifact(Assignment assignment, String file, String content)
      throws Exception {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    put(assignment.artifactPut().get(file), bytes);
    return new AgentWire.Completion(
        Map.of(file, new AgentWire.Artifact(sha256(bytes), bytes.length)),
        Map.of("accuracy", 0.9),
        "test");
  }

  private void put(URI url, byte[] content) {
    memory.blobs().follow(url, Optional.of(content));
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private static Problem refused(Executable call) {
    return assertThrows(ProblemException.class, call).problem();
  }

  private static ByteArrayInputStream stream(String content) {
    return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
  }
}
