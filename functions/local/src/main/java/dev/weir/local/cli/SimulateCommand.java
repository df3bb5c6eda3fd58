package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.local.simulate.AwsPlugin;
import dev.weir.local.simulate.Quiet;
import dev.weir.local.simulate.Result;
import dev.weir.local.simulate.Scenario;
import dev.weir.local.simulate.Seeds;
import dev.weir.local.simulate.Shrinker;
import dev.weir.local.simulate.Simulation;
import dev.weir.local.simulate.Trouble;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the money path in memory under trouble that a seed brings. */
@Command(
    name = "simulate",
    description = {
      "Runs the shipped money path in memory under trouble that a seed brings.",
      "Hosts die, clocks differ, answers are lost, markets are ambiguous; there are months of"
          + " plans,",
      "invoices, payments and payouts. After every commit it must hold that nothing is lost or"
          + " doubled.",
      "A seed always does the same. Exit code 5 where one is violated."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir simulate --seeds 1000",
      "  weir simulate --seeds 1 --first-seed 17 --steps 90 --without crash,market"
    })
final class SimulateCommand extends WithHelp implements Callable<Integer> {

  private static final int SEEDS_MAX = 10_000_000;
  private static final int SHRUNK_MAX = 3;
  private static final int EVENTS_SHOWN = 60;
  private static final int PARTS = 10;

  @Option(names = "--seeds", defaultValue = "500", description = "default: ${DEFAULT-VALUE}")
  int seeds = 500;

  @Option(names = "--first-seed", defaultValue = "1", description = "default: ${DEFAULT-VALUE}")
  long first = 1;

  @Option(names = "--steps", description = "Fewer choices than a seed makes by itself.")
  int steps = Scenario.STEPS;

  @Option(names = "--without", description = "Trouble to take away, such as crash,market.")
  String without = "";

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Option(names = "--plugin", hidden = true, description = "Jar or folders of the AWS plugin.")
  @Nullable String plugin;

  @Override
  public Integer call() {
    if (seeds < 1 || seeds > SEEDS_MAX) {
      throw Failure.usage("--seeds " + seeds + " not in 1.." + SEEDS_MAX);
    }
    if (steps < 0 || steps > Scenario.STEPS) {
      throw Failure.usage("--steps " + steps + " not in 0.." + Scenario.STEPS);
    }
    Simulation simulation = new Simulation(plugin());
    Set<Trouble> taken = without();
    List<Scenario> scenarios =
        LongStream.range(first, first + seeds)
            .mapToObj(seed -> new Scenario(seed, steps, taken))
            .toList();
    long began = System.nanoTime();
    try (Quiet _ = new Quiet()) {
      Seeds many = new Seeds(simulation, Runtime.getRuntime().availableProcessors());
      Progress progress = new Progress();
      Seeds.Sum sum = many.run(scenarios, progress::ended);
      Optional<Result> shortest =
          sum.violated().stream()
              .limit(SHRUNK_MAX)
              .map(new Shrinker(simulation::run)::shrink)
              .min(Comparator.comparingLong(Result::events))
              .map(short_ -> simulation.run(short_.scenario(), EVENTS_SHOWN));
      long ms = (System.nanoTime() - began) / 1_000_000;
      show(sum, shortest, ms);
      return sum.violated().isEmpty() ? Exit.OK : Exit.DOES_NOT_HOLD;
    }
  }

  /** A line for every tenth of the way, on the error output. */
  private final class Progress {
    private int ended;

    void ended(Result result) {
      ended++;
      PrintWriter err = spec.commandLine().getErr();
      result
          .violation()
          .ifPresent(what -> err.printf("seed %d: %s%n", result.scenario().seed(), line(what)));
      if (!json && seeds >= PARTS && ended * PARTS / seeds != (ended - 1) * PARTS / seeds) {
        err.printf("  %d of %d seeds%n", ended, seeds);
      }
      err.flush();
    }
  }

  private static String line(String text) {
    return text.lines().findFirst().orElse(text);
  }

  private AwsPlugin plugin() {
    List<Path> places =
        plugin == null
            ? List.of(Path.of(System.getProperty("weir.home", "."), "plugins/marketplace-aws.jar"))
            : Arrays.stream(plugin.split(",")).map(Path::of).toList();
    for (Path place : places) {
      if (!Files.exists(place)) {
        throw Failure.machine(
            "there is no "
                + place
                + "; the simulation runs from the folder that mvn package leaves:"
                + " functions/local/target/weir/bin/weir simulate",
            null);
      }
    }
    return AwsPlugin.in(places);
  }

  private Set<Trouble> without() {
    Set<Trouble> taken = EnumSet.noneOf(Trouble.class);
    for (String name : without.isEmpty() ? new String[0] : without.split(",")) {
      taken.add(
          Arrays.stream(Trouble.values())
              .filter(trouble -> trouble.label().equals(name.toLowerCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(() ->
                  Failure.usage(
                      "there is no trouble \"%s\"; there are %s".formatted(name, all()))));
    }
    return taken;
  }

  private static String all() {
    return labels(EnumSet.allOf(Trouble.class));
  }

  private static String labels(Set<Trouble> troubles) {
    return troubles.stream().map(Trouble::label).sorted().collect(Collectors.joining(","));
  }

  private void show(Seeds.Sum sum, Optional<Result> shortest, long ms) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ApiCommand.pretty(node(sum, shortest, ms)));
    } else {
      out.printf(
          "%d seeds from %d: %d hold, %d violated; %d events, %.1f s%n",
          sum.runs(),
          first,
          sum.runs() - sum.violated().size(),
          sum.violated().size(),
          sum.events(),
          ms / 1000.0);
      shortest.ifPresent(result -> {
        out.printf(
            "%nThe shortest that was found, seed %d in %d events:%n%s%n%n",
            result.scenario().seed(), result.events(), result.violation().orElse("holds"));
        result.last().forEach(event -> out.println("  " + event));
        out.printf("%nAgain: %s%n", again(result.scenario()));
      });
    }
    out.flush();
  }

  private static String again(Scenario scenario) {
    String taken = scenario.without().isEmpty() ? "" : " --without " + labels(scenario.without());
    return "weir simulate --seeds 1 --first-seed %d --steps %d%s"
        .formatted(scenario.seed(), scenario.steps(), taken);
  }

  private ObjectNode node(Seeds.Sum sum, Optional<Result> shortest, long ms) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("seeds", sum.runs()).put("firstSeed", first).put("events", sum.events());
    node.put("durationMs", ms);
    ObjectNode counts = node.putObject("counts");
    sum.counts().forEach(counts::put);
    ArrayNode violated = node.putArray("violated");
    for (Result result : sum.violated()) {
      violated
          .addObject()
          .put("seed", result.scenario().seed())
          .put("violation", result.violation().orElse(""));
    }
    shortest.ifPresent(result -> {
      ObjectNode one = node.putObject("shortest");
      one.put("seed", result.scenario().seed()).put("events", result.events());
      one.put("violation", result.violation().orElse(""));
      one.put("again", again(result.scenario()));
      ArrayNode events = one.putArray("lastEvents");
      result.last().forEach(events::add);
    });
    return node;
  }
}
