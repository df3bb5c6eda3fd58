package dev.weir.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.local.cli.Api;
import dev.weir.local.cli.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Moves the time, so that hours are sealed, reports go out and a month ends. */
final class Closing {

  /** Beyond the grace for which an ended hour stays open. */
  private static final Duration AFTER_HOUR = Duration.ofMinutes(6);

  private static final Duration SEAL_MAX = Duration.ofSeconds(60);

  private final Api api;
  private final Simulators simulators;

  Closing(Api api, Simulators simulators) {
    this.api = api;
    this.simulators = simulators;
  }

  /** The month that it is now. */
  YearMonth month() {
    return YearMonth.from(now().atOffset(ZoneOffset.UTC));
  }

  private Instant now() {
    return Instant.parse(api.get("/local/v1/clock").path("now").asText());
  }

  /** Lets the hour end: it is sealed, rated and reported. */
  void endHour() {
    Instant end = now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
    moveTo(end.plus(AFTER_HOUR));
    awaitSealed();
  }

  /** Lets the month end and issues what is due for it. */
  void endMonth(YearMonth month) {
    moveTo(
        month
            .plusMonths(1)
            .atDay(1)
            .atStartOfDay()
            .toInstant(ZoneOffset.UTC)
            .plus(1, ChronoUnit.HOURS)
            .plus(AFTER_HOUR));
    long end = System.nanoTime() + SEAL_MAX.toNanos();
    while (true) {
      api.post("/local/v1/settle", Map.of());
      try {
        api.post("/control/v1/statements", Map.of("month", month.toString()));
        api.post("/local/v1/settle", Map.of());
        return;
      } catch (Failure e) {
        // 409 until the last hour of the month is sealed and rated.
        boolean notYet = e.problem().map(p -> p.status() == 409).orElse(false);
        if (!notYet || System.nanoTime() > end) {
          throw e;
        }
        Customers.pause(300);
      }
    }
  }

  private void moveTo(Instant target) {
    long seconds = Duration.between(now(), target).toSeconds() + 1;
    JsonNode clock = api.post("/local/v1/clock", Map.of("advanceSeconds", Math.max(0, seconds)));
    simulators.setOffset(clock.path("offsetMs").asLong());
  }

  /** Waits until everything that was used is sealed, rated and acknowledged. */
  private void awaitSealed() {
    long end = System.nanoTime() + SEAL_MAX.toNanos();
    while (true) {
      api.post("/local/v1/settle", Map.of());
      String open = open();
      if (open.isEmpty()) {
        return;
      }
      if (System.nanoTime() > end) {
        throw Failure.doesNotHold("after %d s %s".formatted(SEAL_MAX.toSeconds(), open));
      }
      Customers.pause(300);
    }
  }

  private String open() {
    for (JsonNode row : api.get("/control/v1/proof").path("rows")) {
      long facts = row.path("facts").asLong();
      boolean social = row.path("kind").asText().equalsIgnoreCase("social");
      if (row.path("sealed").asLong() != facts
          || (!social && row.path("acknowledged").asLong() != facts)) {
        return "%s %s: facts %d, sealed %d, acknowledged %d"
            .formatted(
                row.path("channelId").asText(),
                row.path("meter").asText(),
                facts,
                row.path("sealed").asLong(),
                row.path("acknowledged").asLong());
      }
    }
    return "";
  }
}
