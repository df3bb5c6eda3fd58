package dev.weir.core.cost;

import static dev.weir.core.cost.MoneyUnits.AGREEMENTS_PER_COMMIT;
import static dev.weir.core.cost.MoneyUnits.LINES_PER_BATCH;
import static dev.weir.core.cost.MoneyUnits.METERS;
import static dev.weir.core.cost.MoneyUnits.REPORTED_METERS;

import java.util.ArrayList;
import java.util.List;

/**
 * What the cloud asks for the money path of a month: from facts in hosts' journals to sealed hours,
 * ledger and answered reports. Estimates, so floating point is fine here.
 */
public final class MoneyCost {

  private static final double HOURS = 720;
  private static final double SECONDS_PER_HOUR = 3600;
  private static final double MILLION = 1e6;
  private static final double GB = 1 << 30;

  /** An archived fact, compressed, in bytes: measured on facts with ids as long as real ones. */
  public static final double FACT_BYTES = 40;

  /** A batch holds no more; the next facts are another. */
  private static final double FACTS_PER_BATCH = 5000;

  /** What lies in the table of an agreement's hour after it was reported, in bytes. */
  private static final double HOUR_BYTES = 2000;

  /** A host says at least this often that it lives. */
  private static final double SIGN_OF_LIFE_SECONDS = 300;

  private static final double INGEST_SECONDS = 0.3;
  private static final double SCHEDULE_SECONDS = 1;
  private static final double LAMBDA_GB = 0.5;

  /** Requests of a message: sent, received, deleted; one to the channel, one back. */
  private static final double REQUESTS_PER_BATCH = 6;

  /** What an idle minute of the schedule reads. */
  private static final double READS_PER_MINUTE = 60;

  private MoneyCost() {}

  /**
   * What the bill is for.
   *
   * @param calls a month, all of them synchronous calls on hosts
   * @param customers with one agreement each
   * @param active the part of all customers' hours that have calls, above 0, to 1
   * @param hosts that keep journals
   * @param flushSeconds how often a host sends what it has
   */
  public record Load(double calls, double customers, double active, int hosts, int flushSeconds) {
    public Load {
      check("calls", calls, 1, 1e13);
      check("customers", customers, 1, 1e7);
      check("active", active, 1e-6, 1);
      check("hosts", hosts, 1, 100_000);
      check("flush seconds", flushSeconds, 1, 3600);
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
   * @param usdPerMillionCalls what the facts of a million calls cost
   * @param usdPerMonth everything
   */
  public record Money(double usdPerMillionCalls, double usdPerMonth, List<Line> lines) {}

  /** The whole answer. */
  public record Bill(CloudPrices prices, Assumptions assumptions, Money money) {}

  public static Bill of(Load load, CloudPrices prices) {
    double hours = HOURS * load.customers() * load.active();
    List<Line> lines = new ArrayList<>();
    facts(load, prices, hours, lines);
    hours(prices, hours, lines);
    fixed(load, prices, lines);
    double facts = sum(lines, Part.FACTS);
    double all = lines.stream().mapToDouble(Line::usd).sum();
    Assumptions assumptions =
        new Assumptions(
            load,
            METERS,
            REPORTED_METERS,
            hours,
            load.calls() / hours,
            writesPerAgreementHour(),
            FACT_BYTES,
            "the calls' own gateway and hosts, backups, logs, alarms, polling of queues, transfer");
    return new Bill(
        prices, assumptions, new Money(facts * MILLION / load.calls(), all, List.copyOf(lines)));
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
    double full = load.calls() * METERS / FACTS_PER_BATCH / HOURS;
    double slots = Math.max(full, load.hosts() * SECONDS_PER_HOUR / load.flushSeconds());
    double callsPerHour = load.calls() / hours;
    // How many of the slots of an hour hold at least one of its calls, each in any of them.
    double touched = slots * (1 - Math.pow(1 - 1 / slots, callsPerHour));
    double calls = load.calls() / HOURS;
    double filled = slots * (1 - Math.pow(1 - 1 / slots, calls));
    double flushes = HOURS * filled;
    double agreements = hours * touched;
    units(lines, Part.FACTS, prices, MoneyUnits.FLUSH, flushes);
    units(lines, Part.FACTS, prices, MoneyUnits.FLUSH_AGREEMENT, agreements);
    lines.add(line(Part.FACTS, "archive of facts, PUT", flushes, prices.s3PutsUsdPerMillion()));
    double gb = load.calls() * METERS * FACT_BYTES / GB;
    lines.add(
        new Line(
            Part.FACTS,
            "archive of facts, a month's, kept a month",
            gb,
            "GB-month",
            gb * prices.s3StorageUsdPerGbMonth()));
    lines.add(line(Part.FACTS, "usage requests", flushes, prices.httpApiRequestsUsdPerMillion()));
    lambda(lines, Part.FACTS, "usage requests", flushes, INGEST_SECONDS, prices);
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
    double minutes = HOURS * 60;
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
