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

  /** How many hours may end before all is sealed. */
  private static final int HOURS_MAX = 3;

  /** How long one hour's end is waited for. */
  private static final Duration SEAL_MAX = Duration.ofSeconds(20);

  /** How long the month's last hours may take; there can be hundreds. */
  private static final Duration MONTH_MAX = Duration.ofSeconds(90);

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

  /** Begins in the next month where this one ends within some hours. */
  void stayInOneMonth(int hours) {
    Instant next = month().plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    if (!now().plus(hours, ChronoUnit.HOURS).isBefore(next)) {
      moveTo(next);
    }
  }

  /** Lets the hour end: it is sealed, rated and reported. */
  void endHour() {
    api.post("/local/v1/settle", Map.of());
    String open = "nothing was used";
    for (int hours = 0; hours < HOURS_MAX && !open.isEmpty(); hours++) {
      // What was delivered while the clock moved belongs to the hour after: let that end, too.
      moveTo(now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS).plus(AFTER_HOUR));
      open = awaitSealed();
    }
    if (!open.isEmpty()) {
      throw Failure.doesNotHold("after " + HOURS_MAX + " hours " + open);
    }
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
    long end = System.nanoTime() + MONTH_MAX.toNanos();
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

  /** Waits until all that was used is sealed, rated and acknowledged; what is not yet, else. */
  private String awaitSealed() {
    long end = System.nanoTime() + SEAL_MAX.toNanos();
    while (true) {
      api.post("/local/v1/settle", Map.of());
      String open = open();
      if (open.isEmpty() || System.nanoTime() > end) {
        return open;
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
