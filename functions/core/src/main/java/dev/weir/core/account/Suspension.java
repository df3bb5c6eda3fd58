package dev.weir.core.account;

import dev.weir.core.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An agreement is not served while invoices of it are too long open. It stands on the agreement
 * itself, which every call reads anyway, so it holds from the commit that suspends to the commit
 * that pays: a call that was let in before runs to its end, at most the lifetime of a grant.
 *
 * @param since the first of them
 * @param invoices which ones, the oldest first; 1 to {@link #INVOICES_MAX}
 */
public record Suspension(Instant since, List<String> invoices) {

  /** Of more the oldest ones hold it. */
  public static final int INVOICES_MAX = 120;

  /** The type of the problem that a call meets. */
  public static final String PROBLEM = "/problems/agreement-suspended";

  public Suspension {
    invoices = List.copyOf(invoices);
    if (invoices.isEmpty() || invoices.size() > INVOICES_MAX) {
      throw new IllegalArgumentException(
          "invoices " + invoices.size() + " not in 1.." + INVOICES_MAX);
    }
  }

  /** Also for one more. */
  static Suspension more(Optional<Suspension> before, String invoice, Instant at) {
    List<String> invoices = new ArrayList<>(before.map(Suspension::invoices).orElse(List.of()));
    if (!invoices.contains(invoice) && invoices.size() < INVOICES_MAX) {
      invoices.add(invoice);
    }
    return new Suspension(before.map(Suspension::since).orElse(at), invoices);
  }

  /** Without one of them; empty where none is left. */
  Optional<Suspension> less(String invoice) {
    List<String> left = invoices.stream().filter(i -> !i.equals(invoice)).toList();
    return left.isEmpty() ? Optional.empty() : Optional.of(new Suspension(since, left));
  }

  Problem problem(String agreementId) {
    return Problem.of(
        402,
        PROBLEM.substring(PROBLEM.lastIndexOf('/') + 1),
        "Not served until an invoice is paid",
        "agreement %s is not served since %s: %s %s open"
            .formatted(
                agreementId,
                since,
                String.join(", ", invoices),
                invoices.size() == 1 ? "is" : "are"));
  }
}
