package dev.weir.core.cost;

/**
 * Write and read units of DynamoDB that steps of the money path take, for an agreement with four
 * meters of which three are reported. A test of the table on DynamoDB counts them and fails where
 * one is more, or much less, than it says here; the bill is computed from the same numbers.
 */
public enum MoneyUnits {
  /** A batch of usage: its source's row and its record in whole KB, before the agreements in it. */
  FLUSH("usage batch", 4.5, 5),
  /** Each agreement in a batch of usage. */
  FLUSH_AGREEMENT("agreement in a usage batch", 0.06, 0),
  /** A queued call's facts: one row of the commit that answers, deleted by another. */
  LANE_CALL("facts of a queued call", 4, 0.2),
  /** A batch of such calls: source, record, and the source again when the rows are gone. */
  LANE_BATCH("batch of a lane", 5, 9),
  /** A host that has nothing to say. */
  SIGN_OF_LIFE("sign of life of a host", 1, 2),
  /** An hour of the deployment: the gate and the rows of the lanes. */
  SEAL_HOUR("sealed hour", 11, 30),
  /** An agreement's hour. */
  SEAL("sealed agreement-hour", 1, 0.1),
  /** An agreement's hour: its entry of lines and ledger transaction, and its month's use. */
  RATE("rated agreement-hour", 4, 5.5),
  /** A commit that rates: progress, and the balances of one channel and currency. */
  RATE_COMMIT("commit of rated hours", 4, 6),
  /** An hour of the deployment is rated whole. */
  RATE_HOUR("rated hour", 1, 6),
  /** A call's tranche of a budget, reserved and settled: while calls are rare each has one. */
  TRANCHE("tranche of a budget", 8, 3),
  /** A rate's bucket gives a second's worth, or one unit where that is less. */
  BUCKET("refill of a rate limit", 1, 1),
  /** A batch of report lines is made. */
  REPORT_STORED("batch of report lines stored", 4, 0),
  /** It is stored as sent. */
  REPORT_SENT("batch of report lines sent", 1, 12),
  /** The answers: the channel's event and the ends of the lines. */
  REPORT_ANSWERED("batch of report lines answered", 4, 4),
  /** It is on its way no more. */
  REPORT_CLOSED("batch of report lines closed", 1, 2);

  /** How many agreements' hours one commit rates. */
  public static final int AGREEMENTS_PER_COMMIT = 30;

  /** How many lines a batch of report lines has where a market takes as many. */
  public static final int LINES_PER_BATCH = 25;

  /** Meters of the measured agreement, and how many of them are reported. */
  public static final int METERS = 4;

  public static final int REPORTED_METERS = 3;

  private final String what;
  private final double writes;
  private final double reads;

  MoneyUnits(String what, double writes, double reads) {
    this.what = what;
    this.writes = writes;
    this.reads = reads;
  }

  public String what() {
    return what;
  }

  /** Write units of one. */
  public double writes() {
    return writes;
  }

  /** Read units of one, at most. */
  public double reads() {
    return reads;
  }
}
