package dev.weir.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Money between the vendor and the other side. */
public interface Settlement {

  /** Tells the other side what it earns. Two calls with one key have one effect. */
  default Receipt send(Statement statement, String key) {
    return new Receipt.Rejected(ErrorCode.UNSUPPORTED, "this channel takes no statements");
  }

  /**
   * What the other side says it pays or charges, page by page; no cursor begins. Host 1.0 does not
   * call it.
   */
  default Page settlements(Instant from, Instant to, Optional<String> cursor) {
    return new Page(List.of(), Optional.empty());
  }

  /** A settlement statement of one period. Amounts are 10⁻⁶ of the currency's minor unit. */
  record Statement(
      String id, Instant from, Instant to, String currency, List<Line> lines, long totalMicros) {
    public Statement {
      lines = List.copyOf(lines);
    }
  }

  /**
   * One line: the binding's revenue and the share of it.
   *
   * @param shareBasisPoints of 10 000
   */
  record Line(
      String bindingId,
      String meter,
      long quantity,
      long revenueMicros,
      int shareBasisPoints,
      long shareMicros) {}

  /** A page of lines; a cursor where there is more. */
  record Page(List<Line> lines, Optional<String> next) {
    public Page {
      lines = List.copyOf(lines);
    }
  }
}
