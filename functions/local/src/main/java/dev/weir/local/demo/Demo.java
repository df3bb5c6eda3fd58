package dev.weir.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.local.cli.Api;
import dev.weir.local.cli.Failure;
import dev.weir.local.cli.Walk;
import dev.weir.local.deploy.Deployment;
import dev.weir.worker.samples.Sample;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The whole road, real at every step; only the other sides are simulated, and time is moved. */
public final class Demo implements AutoCloseable {

  /** What the simulated marketplace knows the vendor by; AWS's own published example. */
  private static final Map<String, String> AWS_EXAMPLE_CREDENTIALS =
      Map.of(
          "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE",
          "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  /** How often the table is learnt, for a median that does not hang on one split. */
  private static final int SEEDS = 5;

  private final Path home;
  private final Path work;
  private final PrintWriter out;
  private final Simulators simulators;
  private final Deployment deployment;
  private final Api api;
  private final long startNanos = System.nanoTime();

  /**
   * Starts the simulators and a deployment on an empty data folder.
   *
   * @param home the folder that {@code mvn package} leaves
   * @param work where data, logs and {@code report.json} go; {@code data} below it is emptied
   */
  public Demo(Path home, Path work, int port, PrintWriter out) throws IOException {
    this.home = home;
    this.work = work;
    this.out = out;
    Folders.empty(work.resolve("data"));
    Folders.empty(work.resolve("simulators"));
    step("starting four simulators and Weir");
    this.simulators = Simulators.start(home, work.resolve("simulators"));
    try {
      this.deployment =
          Deployment.start(
              new Deployment.Options(
                  work.resolve("data"),
                  "127.0.0.1",
                  port,
                  Optional.empty(),
                  true,
                  AWS_EXAMPLE_CREDENTIALS));
    } catch (IOException | RuntimeException e) {
      simulators.close();
      throw e;
    }
    this.api = new Api(deployment.url(), Optional.of(deployment.controlToken()));
    out.println("  page  " + deployment.page());
  }

  /** Where the page is, with its token. */
  public String page() {
    return deployment.page();
  }

  /**
   * Goes the whole road.
   *
   * @return what does not add up; the report is written either way
   */
  public Optional<String> run() throws IOException {
    Setup setup = new Setup(api, simulators);
    step("stating prices, signing and installing four plugins, opening four channels");
    setup.statePrices();
    setup.installPlugins(home, work.resolve("signed-plugins"));
    setup.openChannels();
    Closing closing = new Closing(api, simulators);
    closing.stayInOneMonth(Traffic.HOURS + 1);

    step("training: the customer-service model, and a table whose right answer is known");
    Training training = new Training(api, out);
    training.upload(Sample.CUSTOMER_SERVICE);
    training.upload(Sample.BREAST_CANCER);
    long trainingNanos = System.nanoTime();
    String service = training.submit(Sample.CUSTOMER_SERVICE);
    JsonNode serviceJob = training.follow(service);
    long seconds = Duration.ofNanos(System.nanoTime() - trainingNanos).toSeconds();
    JsonNode tableJob = training.median(Sample.BREAST_CANCER, SEEDS);

    step("deploying it");
    training.deploy(Sample.CUSTOMER_SERVICE.dataset());

    step("customers come in: Feishu installs, Slack's OAuth, a reseller, a marketplace");
    Customers customers =
        new Customers(api, new Api(deployment.url(), Optional.empty()), simulators);
    customers.feishu();
    customers.slack();
    customers.partner();
    customers.aws();

    Traffic traffic = new Traffic(api, simulators, out);
    step("a conversation in Feishu, one in Slack");
    traffic.talkInFeishu();
    traffic.talkInSlack();
    YearMonth month = closing.month();
    for (int hour = 1; hour <= Traffic.HOURS; hour++) {
      step(
          "hour %d of %d: %d more calls through each channel; then the clock moves, the hour is"
                  .formatted(hour, Traffic.HOURS, Traffic.CALLS_PER_HOUR)
              + " sealed, rated and reported");
      traffic.many(customers);
      closing.endHour();
      // For the replica the hour passed at once: its lease is over until it asks again.
      training.awaitReady();
    }
    step("the clock moves past the month: invoices, settlement");
    closing.endMonth(month);

    Report report = new Report(api, simulators, month);
    report.job(serviceJob, Sample.CUSTOMER_SERVICE.metric(), seconds);
    report.table(tableJob, Sample.BREAST_CANCER.metric());
    report.read();
    step("what each channel earned");
    out.print(report.earnings());
    step("one amount, down to one message");
    explain();
    step("the proof: facts = sealed = billed + included = acknowledged");
    out.print(report.proof());
    write(report);
    out.printf(
        Locale.ROOT,
        "%n%s in %d s; report: %s%n",
        report.violations().isEmpty() ? "All of it adds up" : "It does NOT add up",
        Duration.ofNanos(System.nanoTime() - startNanos).toSeconds(),
        work.resolve("report.json"));
    out.flush();
    return report.violations().isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("; ", report.violations()));
  }

  /** A billed line of a social channel, whose call still knows what was asked and answered. */
  private void explain() {
    JsonNode lines = api.get("/control/v1/lines?limit=1000&channel=" + Setup.SLACK).path("items");
    for (JsonNode line : lines) {
      if (line.path("amountMicros").asLong() == 0 || line.path("meter").asText().isEmpty()) {
        continue;
      }
      JsonNode explanation =
          api.get("/control/v1/lines/" + Api.encode(line.path("id").asText()) + "/explanation");
      if (!explanation.path("addsUp").asBoolean()) {
        throw Failure.doesNotHold("line " + line.path("id").asText() + " does not add up");
      }
      out.println(Walk.of(explanation).indent(2).stripTrailing());
      JsonNode call =
          api.get("/control/v1/calls/" + Api.encode(explanation.at("/facts/0/callId").asText()));
      out.println("  it asked      " + call.at("/question/text").asText());
      out.println("  it was told   " + call.at("/answer/text").asText());
      out.flush();
      return;
    }
    throw Failure.doesNotHold("no billed line of channel " + Setup.SLACK);
  }

  private void write(Report report) throws IOException {
    Files.write(
        work.resolve("report.json"),
        Json.MAPPER
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(report.json())
            .getBytes(StandardCharsets.UTF_8));
  }

  private void step(String what) {
    out.printf(
        Locale.ROOT,
        "%n[%3d s] %s%n",
        Duration.ofNanos(System.nanoTime() - startNanos).toSeconds(),
        what);
    out.flush();
  }

  /** Ends the replicas, the server and the simulators. */
  @Override
  public void close() {
    try {
      api.put(
          "/control/v1/endpoints/" + Setup.ENDPOINT,
          Map.of("model", Sample.CUSTOMER_SERVICE.dataset(), "replicas", 0));
    } catch (Failure e) {
      // It was never deployed: nothing runs.
      out.flush();
    }
    deployment.close();
    simulators.close();
  }
}
