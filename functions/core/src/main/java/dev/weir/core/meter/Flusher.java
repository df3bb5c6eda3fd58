package dev.weir.core.meter;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Sends a journal's facts to where they are added up. Call {@link #flush} every few seconds from
 * one thread; a failed flush is simply called again.
 */
public final class Flusher {

  /** How often a source with nothing to say is heard of: well within {@link Sources#LEASE}. */
  public static final Duration SILENCE_MAX = Duration.ofMinutes(5);

  private final Journal journal;
  private final BatchSink sink;
  private final InstantSource clock;
  private final Duration every;
  private Journal.Cursor cursor;
  private Instant heard = Instant.MIN;
  private boolean ending;

  /** One that sends whatever there is. */
  public Flusher(Journal journal, BatchSink sink, InstantSource clock) {
    this(journal, sink, clock, Duration.ZERO);
  }

  /**
   * @param every how long facts may wait for others: a batch costs as much for one as for many. A
   *     full batch does not wait, nor does the end of an hour
   */
  public Flusher(Journal journal, BatchSink sink, InstantSource clock, Duration every) {
    this.every = every;
    this.journal = journal;
    this.sink = sink;
    this.clock = clock;
    this.cursor = journal.beginning();
  }

  /**
   * Sends everything that is durable; where there is nothing, a sign of life when it is time. The
   * first call registers the source.
   *
   * @return the number of the last fact applied
   */
  public long flush() throws IOException {
    while (true) {
      Instant now = clock.instant();
      long durable = journal.durable();
      Journal.Slice slice = journal.read(cursor, UsageBatch.FACTS_MAX);
      boolean all = slice.next().after() >= durable;
      if (waits(slice, now)) {
        return cursor.after();
      }
      if (!slice.facts().isEmpty() || dueAt(now)) {
        send(slice.facts(), all ? Optional.of(now) : Optional.empty(), false);
        heard = now;
      }
      cursor = slice.next();
      journal.forget(cursor.after());
      if (all) {
        return cursor.after();
      }
    }
  }

  private boolean waits(Journal.Slice slice, Instant now) {
    return !ending
        && slice.facts().size() < UsageBatch.FACTS_MAX
        && !dueAt(now)
        && now.isBefore(heard.plus(every));
  }

  private boolean dueAt(Instant now) {
    return heard.equals(Instant.MIN)
        || !now.isBefore(heard.plus(SILENCE_MAX))
        || !Hours.of(now).equals(Hours.of(heard));
  }

  private void send(List<UsageFact> facts, Optional<Instant> until, boolean closing)
      throws IOException {
    long after = cursor.after();
    Applied applied = sink.apply(new UsageBatch(journal.source(), after, facts, until, closing));
    long last = after + facts.size();
    if (applied.seq() < last) {
      throw new IOException("batch to number " + last + " applied only to " + applied.seq());
    }
  }

  /** Sends the rest, says that the source ends, and deletes the journal. */
  public void finish() throws IOException {
    ending = true;
    journal.close();
    flush();
    send(List.of(), Optional.of(clock.instant()), true);
    journal.end();
  }
}
