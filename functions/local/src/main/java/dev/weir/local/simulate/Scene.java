package dev.weir.local.simulate;

import java.util.Locale;

/** Parts of the business that a seed plays beside usage and reports, which all of them play. */
public enum Scene {
  /** Months go by: invoices, credit notes, payments, market payouts, settlements, payouts. */
  BOOKS,
  /** In these months customers change their plans, pause and cancel, and buy credit. */
  PLANS,
  /** A market that asks for a record each hour gets a zero for those without use. */
  ZEROS,
  /** Customers of markets leave; what they used is reported while their markets take it. */
  ENDINGS,
  /** Markets take few lines, or few bytes, in one call. */
  NARROW,
  /** Calls are answered under the vendor's limits, and callers go away in the midst of them. */
  LIMITS;

  /** As it is written on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
