package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;

/**
 * Who issues, as documents print it. A document takes it as it is on the day of issue.
 *
 * @param id whose numbers the documents bear; {@code [a-z0-9-]{1,64}}
 * @param lines address, tax id, bank account: at most {@link #LINES_MAX}
 * @param paymentDays when an invoice is due, after its issue; 0 to {@link #PAYMENT_DAYS_MAX}
 */
public record Issuer(String id, String name, List<String> lines, int paymentDays) {

  public static final int LINES_MAX = 8;
  public static final int LINE_MAX_CHARS = 120;
  public static final int PAYMENT_DAYS_MAX = 365;

  /** Where nobody said otherwise. */
  static final int PAYMENT_DAYS = 14;

  public Issuer {
    lines = List.copyOf(lines);
    if (lines.size() > LINES_MAX) {
      throw invalid("lines " + lines.size() + " > " + LINES_MAX);
    }
    if (name.isBlank() || name.length() > LINE_MAX_CHARS) {
      throw invalid("name length " + name.length() + " not in 1.." + LINE_MAX_CHARS);
    }
    for (String line : lines) {
      if (line.length() > LINE_MAX_CHARS) {
        throw invalid("line length " + line.length() + " > " + LINE_MAX_CHARS);
      }
    }
    if (paymentDays < 0 || paymentDays > PAYMENT_DAYS_MAX) {
      throw invalid("paymentDays " + paymentDays + " not in 0.." + PAYMENT_DAYS_MAX);
    }
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.invalid(detail + " (issuer)"));
  }

  /** The issuer as stored, or one that only has its id for a name. */
  public static Issuer of(Ports ports, String id) {
    return ports
        .table()
        .get(Keys.issuerProfile(id))
        .map(item -> Json.read(item.body(), Issuer.class))
        .orElseGet(() -> new Issuer(id, id, List.of(), PAYMENT_DAYS));
  }

  public void store(Table table) {
    Write write = Write.put(Keys.issuerProfile(id), Json.write(this));
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("issuer " + id + " may not be stored");
    }
  }
}
