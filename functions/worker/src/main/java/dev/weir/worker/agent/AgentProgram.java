package dev.weir.worker.agent;

import dev.weir.core.job.JobLimits;
import dev.weir.worker.train.Folders;
import dev.weir.worker.train.StopSignal;
import java.net.URI;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The program {@code agent}: claims one attempt, lays out its folders, runs the algorithm beside
 * it, reports, and hands in checkpoints and the artifact.
 *
 * <p>Exit codes: 0 the attempt ended and the gateway knows how; 1 the gateway could not be told; 64
 * wrong settings; 143 ended by SIGTERM.
 */
public final class AgentProgram {

  private static final System.Logger LOG = System.getLogger(AgentProgram.class.getName());
  private static final int USAGE = 64;

  /** Time, beyond the algorithm's, for handing in its last checkpoint. */
  private static final int HAND_IN_SECONDS = 5;

  private AgentProgram() {}

  /** Runs as a process of its own; answers the exit code. */
  public static int main() {
    @Nullable String gateway = System.getenv("WEIR_GATEWAY_URL");
    @Nullable String token = System.getenv("WEIR_TOKEN");
    if (gateway == null || token == null) {
      System.err.println("WEIR_GATEWAY_URL and WEIR_TOKEN must be set");
      return USAGE;
    }
    StopSignal stop = new StopSignal();
    stop.onTerminate(JobLimits.STOP_GRACE.toSeconds() + HAND_IN_SECONDS);
    try (GatewayClient client = new GatewayClient(URI.create(gateway), token)) {
      return new Agent(
              client, Folders.ofEnvironment(), Algorithm.Starter.OURS, stop, Clock.systemUTC())
          .run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "the agent failed", e);
      return 1;
    } finally {
      stop.ended();
    }
  }
}
