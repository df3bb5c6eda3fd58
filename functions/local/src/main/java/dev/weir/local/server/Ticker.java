package dev.weir.local.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Invokes the schedule's function as EventBridge does; one invocation at a time. */
public final class Ticker {

  private static final System.Logger LOG = System.getLogger(Ticker.class.getName());

  private final LambdaInvoker function;
  private final InstantSource clock;

  public Ticker(LambdaInvoker function, InstantSource clock) {
    this.function = function;
    this.clock = clock;
  }

  /** One tick; false where the function failed (the next tick does its work). */
  public synchronized boolean tick() {
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
