package dev.weir.local.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.IntSupplier;

/**
 * Invokes the schedule's function as EventBridge does, and now and then what the machine has to do
 * by itself; one invocation at a time.
 */
public final class Ticker {

  /** How often the machine's own work is due, by the deployment's clock. */
  static final Duration SWEEP_EVERY = Duration.ofMinutes(10);

  private static final System.Logger LOG = System.getLogger(Ticker.class.getName());

  private final LambdaInvoker function;
  private final InstantSource clock;
  private final Runnable each;
  private final IntSupplier sweep;
  private Instant sweepAt = Instant.MIN;

  /**
   * Makes a ticker.
   *
   * @param each done at each tick, after the function
   * @param sweep removes what expired; how much. DynamoDB and S3 do that by themselves
   */
  public Ticker(LambdaInvoker function, InstantSource clock, Runnable each, IntSupplier sweep) {
    this.function = function;
    this.clock = clock;
    this.each = each;
    this.sweep = sweep;
  }

  /** One tick; false where the function failed (the next tick does its work). */
  public synchronized boolean tick() {
    boolean done = invoke();
    each.run();
    sweep();
    return done;
  }

  private void sweep() {
    Instant now = clock.instant();
    if (now.isBefore(sweepAt)) {
      return;
    }
    sweepAt = now.plus(SWEEP_EVERY);
    try {
      int swept = sweep.getAsInt();
      LOG.log(System.Logger.Level.DEBUG, "swept {0} expired items", swept);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "sweeping failed; it is tried again later", e);
    }
  }

  private boolean invoke() {
    ObjectNode event = Json.MAPPER.createObjectNode();
    event.put("version", "0").put("id", UUID.randomUUID().toString());
    event.put("detail-type", "Scheduled Event").put("source", "aws.events");
    event.put("account", "000000000000").put("region", "local");
    event.put("time", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    event.putArray("resources").add("arn:aws:events:local:000000000000:rule/schedule");
    event.putObject("detail");
    try {
      function.invoke(Json.write(event).getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "the schedule failed; the next tick tries again", e);
      return false;
    }
  }
}
