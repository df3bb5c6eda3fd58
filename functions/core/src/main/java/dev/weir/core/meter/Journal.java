package dev.weir.core.meter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Facts of answers that have no row, durable on the host's disk before the answer is given. Callers
 * that wait at the same time share one fsync. Facts stay until {@link Flusher} knows that they were
 * applied; what a killed process leaves, {@link JournalReplay} applies. Thread-safe.
 */
public final class Journal implements AutoCloseable {

  /** The first group's room; it grows. */
  private static final int GROUP_BYTES = 4096;

  private final Path folder;
  private final SourceName source;
  private final int segmentMaxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Deque<Segment> segments = new ArrayDeque<>();
  private SegmentWriter writer;
  private FsyncGroup gathering = new FsyncGroup(null, GROUP_BYTES);
  private long appended;
  private long durable;
  private boolean writing;
  private @Nullable IOException failure;

  private Journal(Path folder, SourceName source, int segmentMaxBytes) throws IOException {
    this.folder = folder;
    this.segmentMaxBytes = segmentMaxBytes;
    this.source = source;
    Files.createDirectories(folder);
    this.writer = begin(0);
  }

  /**
   * Begins a journal.
   *
   * @param source with a boot that no journal had before
   * @throws java.nio.file.FileAlreadyExistsException where that boot has a journal
   */
  public static Journal open(Path folder, SourceName source) throws IOException {
    return open(folder, source, Segment.MAX_BYTES);
  }

  /**
   * Begins a journal with files of another size.
   *
   * @param segmentMaxBytes when it begins its next file
   * @throws java.nio.file.FileAlreadyExistsException where that boot has a journal
   */
  public static Journal open(Path folder, SourceName source, int segmentMaxBytes)
      throws IOException {
    return new Journal(folder, source, segmentMaxBytes);
  }

  public SourceName source() {
    return source;
  }

  private SegmentWriter begin(long after) throws IOException {
    Segment segment = Segment.of(folder, source, after);
    SegmentWriter begun = SegmentWriter.begin(folder, segment, source);
    segments.addLast(segment);
    return begun;
  }

  /**
   * Makes the usages durable; of a quantity of 0 nothing is kept. Returns after the fsync: only
   * then may the answer be given.
   *
   * @throws IOException where they may not be durable (a full disk); the journal takes no more
   *     then, and what it did take stays readable
   */
  public void append(List<Usage> usages) throws IOException {
    FrameBlock frames = FrameBlock.ofUsages(usages.size());
    for (Usage usage : usages) {
      if (usage.quantity() > 0) {
        frames.add(usage);
      }
    }
    FsyncGroup mine;
    boolean first;
    lock.lock();
    try {
      check();
      if (frames.count() == 0) {
        return;
      }
      mine = gathering;
      first = mine.frames().count() == 0;
      mine.frames().addNumbered(frames, appended);
      appended += frames.count();
    } finally {
      lock.unlock();
    }
    if (first) {
      writeFor(mine);
    }
    IOException failed = mine.await();
    if (failed != null) {
      throw refusal(failed);
    }
  }

  private void check() throws IOException {
    if (failure != null) {
      throw refusal(failure);
    }
  }

  private static IOException refusal(IOException why) {
    return new IOException("journal takes no facts: " + why.getMessage(), why);
  }

  /** Why it takes no facts; empty while it does. It never takes any again. */
  public Optional<IOException> failure() {
    lock.lock();
    try {
      return Optional.ofNullable(failure);
    } finally {
      lock.unlock();
    }
  }

  /** Its first caller writes for the whole group; meanwhile others gather in the next one. */
  private void writeFor(FsyncGroup group) {
    group.awaitTurn();
    long last;
    IOException failed;
    lock.lock();
    try {
      gathering = new FsyncGroup(group, group.frames().length());
      last = appended;
      failed = failure;
      writing = failed == null;
    } finally {
      lock.unlock();
    }
    if (failed == null) {
      failed = new IOException("the write was not ended");
      try {
        writer.append(group.frames());
        failed = null;
      } catch (IOException e) {
        failed = e;
      } finally {
        written(last, failed);
        group.end(failed);
      }
    } else {
      group.end(failed);
    }
  }

  private void written(long last, @Nullable IOException failed) {
    lock.lock();
    try {
      writing = false;
      if (failed == null) {
        durable = last;
      }
      // After a failed fsync nobody knows what is on disk; trying again would only hide it.
      failure = failed == null ? rotateWhenFull() : failed;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable IOException rotateWhenFull() {
    try {
      if (writer.size() >= segmentMaxBytes) {
        writer.close();
        writer = begin(durable);
      }
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  /** The number of the last durable fact. */
  long durable() {
    lock.lock();
    try {
      return durable;
    } finally {
      lock.unlock();
    }
  }

  /** Where a reader is: in which file, at which byte, after which fact. */
  record Cursor(Segment segment, long offset, long after) {}

  /** Durable facts, and where to read on. */
  record Slice(List<UsageFact> facts, Cursor next) {}

  Cursor beginning() {
    lock.lock();
    try {
      return new Cursor(segments.getFirst(), 0, segments.getFirst().after());
    } finally {
      lock.unlock();
    }
  }

  /** The next durable facts, {@code max} at most; none where there are none. */
  Slice read(Cursor cursor, int max) throws IOException {
    long limit = durable();
    Cursor at = next(cursor);
    List<UsageFact> facts = new ArrayList<>();
    try (FileChannel in = FileChannel.open(at.segment().file(), StandardOpenOption.READ)) {
      int room = max * (Frames.HEADER_BYTES + 1024) + Frames.PAYLOAD_MAX_BYTES;
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(in.size() - at.offset(), room));
      int filled = 0;
      while (bytes.hasRemaining() && filled >= 0) {
        filled = in.read(bytes, at.offset() + bytes.position());
      }
      bytes.flip();
      int offset = 0;
      long number = at.after();
      while (facts.size() < max
          && number < limit
          && Frames.read(bytes, offset) instanceof Frames.Found.Frame frame) {
        offset = frame.end();
        if (frame.number() > number) { // not the header
          number = frame.number();
          facts.add(UsageFact.of(source.factKey(number), Frames.decode(frame.payload())));
        }
      }
      return new Slice(facts, new Cursor(at.segment(), at.offset() + offset, number));
    }
  }

  /** Moves on to the next file where this one is read to its end. */
  private Cursor next(Cursor cursor) {
    lock.lock();
    try {
      for (Segment segment : segments) {
        if (segment.after() == cursor.after() && segment.after() > cursor.segment().after()) {
          return new Cursor(segment, 0, segment.after());
        }
      }
      return cursor;
    } finally {
      lock.unlock();
    }
  }

  /** Deletes the files of which every fact was applied. */
  void forget(long applied) throws IOException {
    lock.lock();
    try {
      while (segments.size() > 1) {
        Segment oldest = segments.removeFirst();
        if (segments.getFirst().after() > applied) {
          segments.addFirst(oldest);
          return;
        }
        Files.deleteIfExists(oldest.file());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more facts and deletes the files; all facts must have been applied. */
  void end() throws IOException {
    close();
    for (Path file : Segment.files(folder)) { // also one that could not be begun
      if (Segment.isOf(file, source)) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Takes no more facts; the files stay. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      while (writing) {
        moved.awaitUninterruptibly();
      }
      failure = failure == null ? new IOException("journal is closed") : failure;
      writer.close();
    } finally {
      lock.unlock();
    }
  }
}
