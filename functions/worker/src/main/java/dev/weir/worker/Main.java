package dev.weir.worker;

import dev.weir.worker.agent.AgentProgram;
import dev.weir.worker.samples.FiveSeeds;
import dev.weir.worker.serve.ServeProgram;
import dev.weir.worker.train.TrainProgram;

/** The programs of the container: {@code agent}, {@code train}, {@code serve}, {@code samples}. */
public final class Main {

  private static final int USAGE = 64;

  private Main() {}

  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("usage: weir-worker agent|train|serve|samples");
      System.exit(USAGE);
    }
    int code =
        switch (args[0]) {
          case "agent" -> AgentProgram.main();
          case "train" -> TrainProgram.main();
          case "serve" -> ServeProgram.main();
          case "samples" -> FiveSeeds.main();
          default -> {
            System.err.println(
                "no program '" + args[0] + "'; there are agent, train, serve, samples");
            yield USAGE;
          }
        };
    System.exit(code);
  }
}
