package dev.weir.core.cost;

import static dev.weir.core.cost.MoneyUnits.AGREEMENTS_PER_COMMIT;
import static dev.weir.core.cost.MoneyUnits.LINES_PER_BATCH;
import static dev.weir.core.cost.MoneyUnits.METERS;
import static dev.weir.core.cost.MoneyUnits.REPORTED_METERS;

import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.UsageBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * What the cloud asks for the money path of a month: from facts in hosts' journals to sealed hours,
 * ledger and answered reports. Estimates, so floating point is fine here.
 */
public final class MoneyCost {

  private static final double HOURS = 720;
  private static final double SECONDS_PER_HOUR = 3600;
  private static final double MINUTES_PER_HOUR = 60;
  private static final double MILLION = 1e6;
  private static final double GB = 1 << 30;

  /** An archived fact, compressed, in bytes: measured on facts with ids as long as real ones. */
  public static final double FACT_BYTES = 36;

  /** A batch holds no more; the next facts are another. */
  private static final double FACTS_PER_BATCH = UsageBatch.FACTS_MAX;

  /** What lies in the table of an agreement's hour after it was reported, in bytes. */
  private static final double HOUR_BYTES = 2000;

  /** A host says at least this often that it lives. */
  private static final double SIGN_OF_LIFE_SECONDS = 300;

  private static final double INGEST_SECONDS = 0.3;
  private static final double SCHEDULE_SECONDS = 1;

  /** What a lane's batch adds to the schedule's time. */
  private static final double LANE_SECONDS = 0.3;

  private static final double LAMBDA_GB = 0.5;

  /** Requests of a message: sent, received, deleted; one to the channel, one back. */
  private static final double REQUESTS_PER_BATCH = 6;

  /** What an idle minute of the schedule reads. */
  private static final double READS_PER_MINUTE = 60;

  /** Six on each of key, customer, channel and vendor: no call has more limits. */
  private static final double LIMITS_MAX = 24;

  private MoneyCost() {}

  /**
   * What the bill is for.
   *
   * @param calls a month
   * @param queued the part of the calls that have a row, 0 to 1: queued, or answered in a function;
   *     the others are synchronous calls on hosts
   * @param budgeted how many budgets allow a call on average: each takes a tranche for it while its
   *     process has fewer than ten calls a second, and one for many calls then
   * @param rateLimited how many rate limits allow a call on average, as rarely
   * @param customers with one agreement each
   * @param active the part of all customers' hours that have calls, above 0, to 1
   * @param hosts that keep journals
   * @param flushSeconds how often a host sends what it has
   */
  public record Load(
      double calls,
      double queued,
      double budgeted,
      double rateLimited,
      double customers,
      double active,
      int hosts,
      int flushSeconds) {

    /** Without limits. */
    public Load(
        double calls, double queued, double customers, double active, int hosts, int flushSeconds) {
      this(calls, queued, 0, 0, customers, active, hosts, flushSeconds);
    }

    public Load {
      check("calls", calls, 1, 1e13);
      check("queued", queued, 0, 1);
      check("budgeted", budgeted, 0, LIMITS_MAX);
      check("rate limited", rateLimited, 0, LIMITS_MAX);
      check("customers", customers, 1, 1e7);
      check("active", active, 1e-6, 1);
      check("hosts", hosts, 1, 100_000);
      check("flush seconds", flushSeconds, 1, 3600);
    }

    double queuedCalls() {
      return calls * queued;
    }

    double hostCalls() {
      return calls - queuedCalls();
    }

    private static void check(String what, double value, double min, double max) {
      if (!(value >= min && value <= max)) {
        throw new IllegalArgumentException("%s %s not in %s..%s".formatted(what, value, min, max));
      }
    }
  }

  /** Where a line of the bill belongs. */
  public enum Part {
    FACTS,
    QUEUED_FACTS,
    LIMITS,
    SEAL_LEDGER_REPORT,
    FIXED
  }

  /** One line of the bill. */
  public record Line(Part part, String what, double quantity, String unit, double usd) {}

  /** What was taken as given. */
  public record Assumptions(
      Load load,
      int metersPerAgreement,
      int reportedMeters,
      double activeAgreementHours,
      double factsPerAgreementMeterHour,
      double writeUnitsPerAgreementHour,
      double bytesPerArchivedFact,
      String notCounted) {}

  /**
   * The bill.
   *
   * @param usdPerMillionCalls what the facts of a million calls on hosts cost; 0 where there are
   *     none
   * @param usdPerMillionQueuedCalls what the facts of a million queued calls cost; where there are
   *     none, as if all were
   * @param usdPerMonth everything
   */
  public record Money(
      double usdPerMillionCalls,
      double usdPerMillionQueuedCalls,
      double usdPerMonth,
      List<Line> lines) {}

  /** The whole answer. */
  public record Bill(CloudPrices prices, Assumptions assumptions, Money money) {}

  public static Bill of(Load load, CloudPrices prices) {
    double hours = HOURS * load.customers() * load.active();
    List<Line> lines = new ArrayList<>();
    if (load.hostCalls() > 0) {
      facts(load, prices, hours, lines);
    }
    if (load.queuedCalls() > 0) {
      queued(load.queuedCalls(), prices, hours, lines);
    }
    if (load.budgeted() > 0) {
      units(lines, Part.LIMITS, prices, MoneyUnits.TRANCHE, load.calls() * load.budgeted());
    }
    if (load.rateLimited() > 0) {
      units(lines, Part.LIMITS, prices, MoneyUnits.BUCKET, load.calls() * load.rateLimited());
    }
    hours(prices, hours, lines);
    fixed(load, prices, lines);
    Assumptions assumptions =
        new Assumptions(
            load,
            METERS,
            REPORTED_METERS,
            hours,
            load.calls() / hours,
            writesPerAgreementHour(),
            FACT_BYTES,
            "the calls' own gateway, rows and hosts, backups, logs, alarms, polling of queues,"
                + " transfer");
    Money money =
        new Money(
            load.hostCalls() > 0 ? sum(lines, Part.FACTS) * MILLION / load.hostCalls() : 0,
            perMillionQueued(load, prices, hours),
            lines.stream().mapToDouble(Line::usd).sum(),
            List.copyOf(lines));
    return new Bill(prices, assumptions, money);
  }

  private static double perMillionQueued(Load load, CloudPrices prices, double hours) {
    double calls = load.queued() > 0 ? load.queuedCalls() : load.calls();
    List<Line> lines = new ArrayList<>();
    queued(calls, prices, hours, lines);
    return sum(lines, Part.QUEUED_FACTS) * MILLION / calls;
  }

  /** Write units of an active agreement-hour, from sealing to the closed report. */
  public static double writesPerAgreementHour() {
    double batch = 0;
    for (MoneyUnits units : REPORT) {
      batch += units.writes();
    }
    return MoneyUnits.SEAL.writes()
        + MoneyUnits.RATE.writes()
        + MoneyUnits.RATE_COMMIT.writes() / AGREEMENTS_PER_COMMIT
        + batch * REPORTED_METERS / LINES_PER_BATCH;
  }

  private static final List<MoneyUnits> REPORT =
      List.of(
          MoneyUnits.REPORT_STORED,
          MoneyUnits.REPORT_SENT,
          MoneyUnits.REPORT_ANSWERED,
          MoneyUnits.REPORT_CLOSED);

  private static double sum(List<Line> lines, Part part) {
    return lines.stream().filter(l -> l.part() == part).mapToDouble(Line::usd).sum();
  }

  private static void facts(Load load, CloudPrices prices, double hours, List<Line> lines) {
    double full = load.hostCalls() * METERS / FACTS_PER_BATCH / HOURS;
    double slots = Math.max(full, load.hosts() * SECONDS_PER_HOUR / load.flushSeconds());
    double touched = filled(slots, load.hostCalls() / hours);
    double filled = filled(slots, load.hostCalls() / HOURS);
    double flushes = HOURS * filled;
    double agreements = hours * touched;
    units(lines, Part.FACTS, prices, MoneyUnits.FLUSH, flushes);
    units(lines, Part.FACTS, prices, MoneyUnits.FLUSH_AGREEMENT, agreements);
    lines.add(line(Part.FACTS, "archive of facts, PUT", flushes, prices.s3PutsUsdPerMillion()));
    lines.add(archive(Part.FACTS, load.hostCalls(), prices));
    lines.add(line(Part.FACTS, "usage requests", flushes, prices.httpApiRequestsUsdPerMillion()));
    lambda(lines, Part.FACTS, "usage requests", flushes, INGEST_SECONDS, prices);
  }

  /** How many of so many slots hold at least one of the calls, each of them in any. */
  private static double filled(double slots, double calls) {
    return slots * (1 - Math.pow(1 - 1 / slots, calls));
  }

  private static Line archive(Part part, double calls, CloudPrices prices) {
    double gb = calls * METERS * FACT_BYTES / GB;
    return new Line(
        part,
        "archive of facts, a month's, kept a month",
        gb,
        "GB-month",
        gb * prices.s3StorageUsdPerGbMonth());
  }

  /** Facts of calls with a row: the lanes are emptied each minute. */
  private static void queued(double calls, CloudPrices prices, double hours, List<Line> lines) {
    Part part = Part.QUEUED_FACTS;
    double callsPerMinute = calls / HOURS / MINUTES_PER_HOUR;
    // A batch for each lane that holds a call; of more calls than one batch takes, full batches.
    double batchesPerMinute =
        Math.max(filled(Facts.LANES, callsPerMinute), callsPerMinute / Lanes.ROWS_MAX);
    double batches = batchesPerMinute * HOURS * MINUTES_PER_HOUR;
    double agreements =
        hours * filled(Math.max(1, batchesPerMinute * MINUTES_PER_HOUR), calls / hours);
    units(lines, part, prices, MoneyUnits.LANE_CALL, calls);
    units(lines, part, prices, MoneyUnits.LANE_BATCH, batches);
    units(lines, part, prices, MoneyUnits.FLUSH_AGREEMENT, agreements);
    lines.add(line(part, "archive of facts, PUT", batches, prices.s3PutsUsdPerMillion()));
    lines.add(line(part, "archive of facts, GET", batches, prices.s3GetsUsdPerMillion()));
    lines.add(archive(part, calls, prices));
    double seconds = batches * LANE_SECONDS;
    double usd = seconds * LAMBDA_GB * prices.lambdaUsdPerGbSecond();
    lines.add(new Line(part, "lanes emptied, function", seconds, "seconds", usd));
  }

  private static void hours(CloudPrices prices, double hours, List<Line> lines) {
    Part part = Part.SEAL_LEDGER_REPORT;
    double batches = hours * REPORTED_METERS / LINES_PER_BATCH;
    units(lines, part, prices, MoneyUnits.SEAL, hours);
    units(lines, part, prices, MoneyUnits.RATE, hours);
    units(lines, part, prices, MoneyUnits.RATE_COMMIT, hours / AGREEMENTS_PER_COMMIT);
    REPORT.forEach(units -> units(lines, part, prices, units, batches));
    lines.add(
        line(
            part,
            "messages to channels and back",
            batches * REQUESTS_PER_BATCH,
            prices.sqsFifoRequestsUsdPerMillion()));
    lambda(lines, part, "reports and their answers", batches * 2, INGEST_SECONDS, prices);
    double gb = hours * HOUR_BYTES / GB;
    lines.add(
        new Line(
            part,
            "a month's hours in the table, kept a month",
            gb,
            "GB-month",
            gb * prices.dynamoStorageUsdPerGbMonth()));
  }

  private static void fixed(Load load, CloudPrices prices, List<Line> lines) {
    double signs = load.hosts() * HOURS * SECONDS_PER_HOUR / SIGN_OF_LIFE_SECONDS;
    double minutes = HOURS * MINUTES_PER_HOUR;
    units(lines, Part.FIXED, prices, MoneyUnits.SEAL_HOUR, HOURS);
    units(lines, Part.FIXED, prices, MoneyUnits.RATE_HOUR, HOURS);
    units(lines, Part.FIXED, prices, MoneyUnits.SIGN_OF_LIFE, signs);
    lines.add(
        new Line(
            Part.FIXED,
            "reads of the schedule, each minute",
            minutes * READS_PER_MINUTE,
            "read units",
            minutes * READS_PER_MINUTE * prices.dynamoReadsUsdPerMillion() / MILLION));
    lambda(lines, Part.FIXED, "the schedule, each minute", minutes, SCHEDULE_SECONDS, prices);
  }

  private static void units(
      List<Line> lines, Part part, CloudPrices prices, MoneyUnits units, double times) {
    double writes = times * units.writes();
    double reads = times * units.reads();
    lines.add(
        new Line(
            part,
            units.what() + ", written",
            writes,
            "write units",
            writes * prices.dynamoWritesUsdPerMillion() / MILLION));
    if (reads > 0) {
      lines.add(
          new Line(
              part,
              units.what() + ", read",
              reads,
              "read units",
              reads * prices.dynamoReadsUsdPerMillion() / MILLION));
    }
  }

  private static Line line(Part part, String what, double requests, double usdPerMillion) {
    return new Line(part, what, requests, "requests", requests * usdPerMillion / MILLION);
  }

  private static void lambda(
      List<Line> lines, Part part, String what, double times, double seconds, CloudPrices prices) {
    double usd =
        times * prices.lambdaRequestsUsdPerMillion() / MILLION
            + times * seconds * LAMBDA_GB * prices.lambdaUsdPerGbSecond();
    lines.add(new Line(part, what + ", function", times, "invocations", usd));
  }
}
