package dev.weir.core.meter;

import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Applies a source's batch, each fact once by its number, whatever was sent before: the same batch
 * again, one with other boundaries, one whose outcome nobody knows. Facts that break a rule are
 * kept aside and raise an incident; they hold up nothing. Stateless and thread-safe.
 */
public final class ApplyBatch implements BatchSink {

  private final InstantSource clock;
  private final Sources sources;
  private final CommitCut commitCut;
  private final FactCheck check;

  public ApplyBatch(Ports ports) {
    this(ports, FactCheck.standard(ports));
  }

  public ApplyBatch(Ports ports, FactCheck check) {
    this.clock = ports.clock();
    this.sources = new Sources(ports);
    this.commitCut = new CommitCut(ports);
    this.check = check;
  }

  /**
   * Applies what was not applied before.
   *
   * @throws ProblemException 409 where facts before the batch are missing
   * @throws PortException where the store does not answer; sending it again is harmless
   */
  @Override
  public Applied apply(UsageBatch batch) {
    Source source = sources.register(batch.source());
    if (source.state() == Source.State.CLOSED && batch.last() <= source.seq()) {
      return new Applied(source.seq()); // the same again, after its end
    }
    for (int i = 0; i < Sources.ATTEMPTS_MAX; i++) {
      if (batch.after() > source.seq()) {
        throw new ProblemException(
            Problem.conflict(
                "batch begins after number %d, source %s is at %d"
                    .formatted(batch.after(), batch.source().id(), source.seq())));
      }
      source = sources.revive(source);
      List<UsageFact> rest = rest(batch, source.seq());
      Cut cut = Cut.of(rest, source.fence(), check);
      boolean whole = cut.taken() == rest.size();
      Outcome outcome =
          commitCut.commit(source, cut, s -> heard(s, batch, whole).uncleaned(List.of()));
      if (outcome.applied() && whole) {
        return new Applied(source.seq() + cut.taken());
      }
      // Applied in part, refused, in the way or unknown: only the row tells.
      source = sources.find(batch.source()).orElseThrow();
    }
    throw new PortException("batch of source " + batch.source().id() + " cannot be applied");
  }

  private static List<UsageFact> rest(UsageBatch batch, long seq) {
    long skip = Math.min(batch.facts().size(), seq - batch.after());
    return batch.facts().subList((int) skip, batch.facts().size());
  }

  /** Who is heard of lives; only a whole batch carries its time and its end. */
  private Source heard(Source source, UsageBatch batch, boolean whole) {
    Instant now = clock.instant();
    Source alive = source.is(Source.State.LIVE).leased(now.plus(Sources.LEASE));
    if (!whole || batch.last() < source.seq()) {
      return alive;
    }
    Source passed =
        batch.until().map(until -> alive.passed(until.isAfter(now) ? now : until)).orElse(alive);
    return batch.closing() ? passed.is(Source.State.CLOSED) : passed;
  }
}
