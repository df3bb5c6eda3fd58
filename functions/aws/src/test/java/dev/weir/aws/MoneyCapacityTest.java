package dev.weir.aws;

import static dev.weir.aws.MeteredMoney.FACTS_PER_FLUSH;
import static dev.weir.aws.MeteredMoney.HOUR;
import static dev.weir.aws.MeteredMoney.METERS;
import static dev.weir.aws.MeteredMoney.QUEUED_CALLS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.bill.RateHours;
import dev.weir.core.bill.Reports;
import dev.weir.core.bill.ZeroHours;
import dev.weir.core.cost.MoneyCost;
import dev.weir.core.cost.MoneyUnits;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.SealHours;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.meter.UsageFact;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What the money path writes, in DynamoDB's units, with ids as long as real ones: 60 agreements,
 * two commits of 30 each. Units are computed from the sizes of the items by AWS's rules. DynamoDB
 * Local says the same of plain writes; of transactions it says twice as much, and of a check of a
 * large item less, so it is not asked of those.
 */
final class MoneyCapacityTest {

  /** The goal for an active agreement-hour, from sealing to the closed report. */
  private static final int WRITES_MAX = 12;

  /** The most for an idle one of a market that asks for a zero of three meters each hour. */
  private static final int IDLE_WRITES_MAX = 3;

  private final MeteredMoney money = new MeteredMoney();

  @Test
  void whatTheMoneyPathWritesIsWhatTheBillIsComputedFrom() {
    int agreements = 2 * MoneyUnits.AGREEMENTS_PER_COMMIT;
    double batches = 2 * 4; // of 25, 25, 25 and 15 lines
    money.run(agreements);

    int one = METERS.size() * FACTS_PER_FLUSH;
    SourceName other = new SourceName("i-0123456789abcdef1.eu-central-1", "boot");
    new ApplyBatch(money.ports)
        .apply(new UsageBatch(other, 0, List.of(), Optional.of(money.clock.instant()), false));
    money.apply(other, new long[] {0}, money.facts().subList(0, one));

    System.out.println("MEASURED " + money.measured());
    money.apply(other, new long[] {one}, money.manyAgreements(), "batch of 1000");

    double lanes = money.queuedCalls();
    String all = money.measured();
    check(all, "batch of 0", units(1, MoneyUnits.SIGN_OF_LIFE));
    check(
        all, "batch of 60", sum(units(1, MoneyUnits.FLUSH), units(60, MoneyUnits.FLUSH_AGREEMENT)));
    check(
        all,
        "batch of 1000",
        sum(units(1, MoneyUnits.FLUSH), units(1000, MoneyUnits.FLUSH_AGREEMENT)));
    check(all, "batch of 1", sum(units(1, MoneyUnits.FLUSH), new double[] {0, 0}));
    check(all, "seal", sum(units(1, MoneyUnits.SEAL_HOUR), units(agreements, MoneyUnits.SEAL)));
    check(
        all,
        "rate",
        sum(
            sum(units(1, MoneyUnits.RATE_HOUR), units(agreements, MoneyUnits.RATE)),
            sum(units(2, MoneyUnits.RATE_COMMIT), units(batches, MoneyUnits.REPORT_STORED))));
    check(all, "queued calls", units(QUEUED_CALLS, MoneyUnits.LANE_CALL, 0.5));
    check(
        all,
        "lanes",
        sum(
            sum(
                units(QUEUED_CALLS, MoneyUnits.LANE_CALL, 0.5),
                units(QUEUED_CALLS, MoneyUnits.FLUSH_AGREEMENT)),
            units(lanes, MoneyUnits.LANE_BATCH)));
    check(all, "send", units(batches, MoneyUnits.REPORT_SENT));
    check(all, "answer", units(batches, MoneyUnits.REPORT_ANSWERED));
    check(all, "close", units(batches, MoneyUnits.REPORT_CLOSED));
    assertTrue(money.together() <= WRITES_MAX * agreements, all);
    for (String hot : List.of("source", "meter", "bill", "used", "balance", "sealed")) {
      assertTrue(money.table.largest().get(hot) < 1024, hot + " in " + all);
    }
  }

  /**
   * What an hour costs whoever is there, is shared by few: 11 units to seal it, 1 and 4 to rate it,
   * 10 for a batch of reports. So the goal holds from four agreements on; one alone takes 31, and a
   * deployment of one pays them 720 times a month.
   */
  @Test
  void fourAgreementsKeepToTheGoalAndOneTakesWhatTheHourTakes() {
    money.run(4);
    assertTrue(money.together() <= 4 * WRITES_MAX, "writes " + money.writes);
  }

  @Test
  void oneAgreementTakesWhatTheHourTakesAndItsOwn() {
    money.run(1);
    double fixed =
        MoneyUnits.SEAL_HOUR.writes()
            + MoneyUnits.RATE_HOUR.writes()
            + MoneyUnits.RATE_COMMIT.writes()
            + MoneyUnits.REPORT_STORED.writes()
            + MoneyUnits.REPORT_SENT.writes()
            + MoneyUnits.REPORT_ANSWERED.writes()
            + MoneyUnits.REPORT_CLOSED.writes();
    double own = MoneyUnits.SEAL.writes() + MoneyUnits.RATE.writes();
    assertTrue(
        money.together() <= fixed + own, "more than " + (fixed + own) + ": writes " + money.writes);
  }

  /** An idle agreement-hour costs a market's zeros: its lines among others'. */
  @Test
  void anIdleAgreementOfAMarketThatAsksForZerosCostsLittle() {
    money.zeroHourly = true;
    money.open(25);
    money.clock.set(HOUR.plus(Duration.ofMinutes(66)));
    money.tick();
    money.clock.set(HOUR.plus(Duration.ofMinutes(126)));
    new Lanes(money.ports).drain();
    var _ = new SealHours(money.ports).run();
    var _ = new RateHours(money.ports, money.terms()).run();
    money.forget();
    int lines = money.agreements.size() * (METERS.size() - 1);
    assertEquals(lines, new ZeroHours(money.ports, money.terms()).run());
    money.measured("zeros");
    assertEquals(lines, new Reports(money.ports, money.terms()).run());
    money.measured("send");
    assertEquals(lines, money.answer());
    money.measured("answer");
    assertEquals(0, new Reports(money.ports, money.terms()).run());
    money.measured("close");
    long all = money.writes.values().stream().mapToLong(Long::longValue).sum();
    assertTrue(all <= IDLE_WRITES_MAX * money.agreements.size(), "writes " + money.writes);
  }

  private static double[] units(double times, MoneyUnits units, double part) {
    return new double[] {times * units.writes() * part, times * units.reads()};
  }

  private static double[] units(double times, MoneyUnits units) {
    return new double[] {times * units.writes(), times * units.reads()};
  }

  private static double[] sum(double[] one, double[] other) {
    return new double[] {one[0] + other[0], one[1] + other[1]};
  }

  /** Not more than the table of units says, and not so much less that the table is wrong. */
  private void check(String all, String step, double[] units) {
    long written = money.writes.get(step);
    assertTrue(written <= units[0], step + " > " + units[0] + " written: " + all);
    assertTrue(written >= 0.8 * units[0], step + " < 0.8 * " + units[0] + " written: " + all);
    assertTrue(money.reads.get(step) <= units[1], step + " > " + units[1] + " read: " + all);
  }

  @Test
  void anArchivedFactIsAsSmallAsTheBillSays() throws IOException {
    money.open(55);
    SourceName host = new SourceName("host", "boot");
    money.clock.set(HOUR.plusSeconds(30));
    List<UsageFact> facts = money.facts().subList(0, 1800);
    new ApplyBatch(money.ports).apply(new UsageBatch(host, 0, facts, Optional.empty(), false));
    List<String> blobs = money.ports.blobs().list("facts/", "", 10);
    assertEquals(1, blobs.size());
    try (InputStream in = money.ports.blobs().open(blobs.getFirst()).orElseThrow()) {
      double bytes = in.readAllBytes().length / (double) facts.size();
      assertTrue(bytes <= MoneyCost.FACT_BYTES, bytes + " B a fact");
    }
  }
}
