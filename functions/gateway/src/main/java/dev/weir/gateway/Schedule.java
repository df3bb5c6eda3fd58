package dev.weir.gateway;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import dev.weir.core.account.ChangeAgreement;
import dev.weir.core.bill.Dunning;
import dev.weir.core.bill.IdleCosts;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.LastHours;
import dev.weir.core.bill.RateHours;
import dev.weir.core.bill.Reports;
import dev.weir.core.bill.Terms;
import dev.weir.core.bill.ZeroHours;
import dev.weir.core.bill.transfer.Transfers;
import dev.weir.core.job.ReapJobs;
import dev.weir.core.meter.Budgets;
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.Recount;
import dev.weir.core.meter.SealHours;
import dev.weir.core.meter.Sources;
import dev.weir.core.notice.TellIncidents;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happens each minute, in this order: outbox, lanes, sources, sealing, rating, the last hours
 * of agreements that ended, hours without use, reports, the outbox again for what these put into
 * it, lost attempts, dunning, incidents that nobody was told of, transfers that time out, hosts'
 * idle time, tranches, and each night the recount. A step that fails stops no other, and the
 * invocation then fails as a whole, so that the failure is seen. Thread-safe: two at once do the
 * work of one.
 */
public final class Schedule implements RequestHandler<ScheduledEvent, Map<String, Long>> {

  private static final System.Logger LOG = System.getLogger(Schedule.class.getName());

  /** A step and how much it did. */
  private record Step(String name, Work work) {}

  @FunctionalInterface
  private interface Work {
    long run();
  }

  private final List<Step> steps;

  /** For Lambda. */
  public Schedule() {
    this(Wiring.ports());
  }

  public Schedule(Ports ports) {
    Terms terms = Money.terms(ports);
    Outbox outbox = new Outbox(ports);
    Lanes lanes = new Lanes(ports);
    Sources sources = new Sources(ports);
    ChangeAgreement changes = new ChangeAgreement(ports);
    SealHours seal = new SealHours(ports);
    RateHours rate = new RateHours(ports, terms);
    Reports reports = new Reports(ports, terms);
    ZeroHours zeros = new ZeroHours(ports, terms);
    LastHours last = new LastHours(ports, terms);
    Recount recount = new Recount(ports);
    ReapJobs reap = new ReapJobs(ports);
    Dunning dunning = new Dunning(ports, new Invoices(ports, terms, Money.ISSUER));
    TellIncidents told = new TellIncidents(ports);
    Transfers transfers = new Transfers(ports);
    IdleCosts idle = new IdleCosts(ports);
    Budgets budgets = new Budgets(ports);
    this.steps =
        List.of(
            new Step("outbox", outbox::flush),
            new Step("lanes", lanes::drain),
            new Step("lost", () -> sources.sweep().size()),
            new Step("changed", changes::applyDue),
            new Step("sealed", seal::run),
            new Step("rated", rate::run),
            new Step("last", last::run),
            new Step("zeros", zeros::run),
            new Step("reported", reports::run),
            new Step("sent", outbox::flush),
            new Step("reaped", reap::run),
            new Step("dunned", dunning::run),
            new Step("told", told::run),
            new Step("expired", transfers::expire),
            new Step("idle", idle::run),
            new Step("tranches", budgets::expire),
            new Step("recounted", recount::run));
  }

  @Override
  public Map<String, Long> handleRequest(ScheduledEvent event, Context context) {
    Map<String, Long> done = new TreeMap<>();
    List<String> failed = new ArrayList<>();
    for (Step step : steps) {
      try {
        done.put(step.name(), step.work().run());
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "step " + step.name() + " failed: " + e.getMessage(), e);
        failed.add(step.name() + ": " + e.getMessage());
      }
    }
    if (!failed.isEmpty()) {
      throw new IllegalStateException("steps failed: " + String.join("; ", failed));
    }
    return done;
  }
}
