package dev.weir.core.job;

import dev.weir.core.port.Hosts;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.Optional;

/**
 * Ends attempts whose lease ran out, or whose host ended without a word. Run every minute, or more
 * often. Thread-safe.
 */
public final class ReapJobs {

  private final Ports ports;
  private final JobStore store;
  private final Attempts attempts;

  public ReapJobs(Ports ports) {
    this.ports = ports;
    this.store = new JobStore(ports);
    this.attempts = new Attempts(ports, new Outbox(ports));
  }

  /** Returns how many attempts were ended. */
  public int run() {
    int reaped = 0;
    for (Item row : Tables.list(ports.table(), Table.Query.all(Keys.LIVE))) {
      Optional<JobStore.Stored> stored = store.find(row.key().sort());
      if (stored.isPresent() && stored.get().job() instanceof Job.Live live && reap(live)) {
        reaped++;
      }
    }
    return reaped;
  }

  private boolean reap(Job.Live live) {
    Instant now = ports.clock().instant();
    boolean expired = now.isAfter(live.leaseUntil());
    Optional<Hosts.Description> host = live.host().map(ports.hosts()::describe);
    boolean gone = host.map(ReapJobs::gone).orElse(false);
    if (!expired && !gone) {
      return false;
    }
    String reason =
        gone
            ? host.map(ReapJobs::said).orElseThrow()
            : "no heartbeat since the lease ended at " + live.leaseUntil();
    live.host().ifPresent(h -> ports.hosts().stop(h, JobLimits.STOP_GRACE));
    try {
      attempts.end(live.spec().id(), live.attempt(), reason, "", true);
      return true;
    } catch (ProblemException e) {
      return false; // It ended while we looked.
    }
  }

  private static boolean gone(Hosts.Description host) {
    return switch (host.state()) {
      case STARTING, RUNNING -> false;
      case SUCCEEDED, FAILED, LOST -> true;
    };
  }

  private static String said(Hosts.Description host) {
    return "the host ended: "
        + host.state()
        + host.exitCode().map(c -> ", exit code " + c).orElse("")
        + (host.reason().isEmpty() ? "" : ", " + host.reason());
  }
}
