package dev.weir.core.limit;

import dev.weir.core.meter.Budgets;
import java.util.List;

/** What an attempt at a queued call holds. */
public final class Reservation {

  /** Where there is no limit. */
  static final Reservation NONE = new Reservation();

  private final List<Part> parts;
  private final List<Who> who;
  private final Pass.End rates;

  /** A tranche of one budget. */
  record Part(Limit.Budget budget, Budgets.Of of, String id, long amount) {}

  private Reservation() {
    this.parts = List.of();
    this.who = List.of();
    this.rates = _ -> {};
  }

  Reservation(List<Part> parts, Who who, Pass.End rates) {
    this.parts = List.copyOf(parts);
    this.who = List.of(who);
    this.rates = rates;
  }

  /** Whether nothing is reserved. */
  public boolean isEmpty() {
    return parts.isEmpty();
  }

  List<Part> parts() {
    return parts;
  }

  Who who() {
    return who.getFirst();
  }

  Pass.End rates() {
    return rates;
  }
}
