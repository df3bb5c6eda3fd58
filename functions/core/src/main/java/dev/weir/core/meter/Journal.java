package dev.weir.core.meter;

import java.io.ByteArrayOutputStream;
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

  private final Path folder;
  private final SourceName source;
  private final int segmentMaxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Deque<Segment> segments = new ArrayDeque<>();
  private FileChannel channel;
  private ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private long appended;
  private long durable;
  private boolean writing;
  private @Nullable IOException failure;

  private Journal(Path folder, SourceName source, int segmentMaxBytes) throws IOException {
    this.folder = folder;
    this.segmentMaxBytes = segmentMaxBytes;
    this.source = source;
    Files.createDirectories(folder);
    this.channel = begin(0);
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

  private FileChannel begin(long after) throws IOException {
    Segment segment = Segment.of(folder, source, after);
    FileChannel opened =
        FileChannel.open(segment.file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    Frames.write(header, after, Frames.encode(source));
    write(opened, header);
    Segment.syncFolder(folder);
    segments.addLast(segment);
    return opened;
  }

  /**
   * Makes the usages durable; of a quantity of 0 nothing is kept. Returns after the fsync: only
   * then may the answer be given.
   *
   * @throws IOException where they may not be durable (a full disk); the journal takes no more
   *     then, and what it did take stays readable
   */
  public void append(List<Usage> usages) throws IOException {
    lock.lock();
    try {
      check();
      for (Usage usage : usages) {
        if (usage.quantity() > 0) {
          Frames.write(pending, ++appended, Frames.encode(usage));
        }
      }
      long mine = appended;
      while (durable < mine) {
        check();
        if (writing) {
          moved.awaitUninterruptibly();
        } else {
          writePending();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void check() throws IOException {
    if (failure != null) {
      throw new IOException("journal takes no facts: " + failure.getMessage(), failure);
    }
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

  /** One caller writes for all that wait; meanwhile others fill the next buffer. */
  private void writePending() {
    ByteArrayOutputStream batch = pending;
    long last = appended;
    pending = new ByteArrayOutputStream();
    writing = true;
    lock.unlock();
    IOException failed = null;
    try {
      append(channel, batch);
    } catch (IOException e) {
      failed = e;
    } finally {
      lock.lock();
    }
    writing = false;
    if (failed == null) {
      durable = last;
      failed = rotateWhenFull();
    }
    // After a failed fsync nobody knows what is on disk; trying again would only hide it.
    failure = failed;
    moved.signalAll();
  }

  private @Nullable IOException rotateWhenFull() {
    try {
      if (channel.size() >= segmentMaxBytes) {
        channel.close();
        channel = begin(durable);
      }
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  /**
   * All of it or nothing: of what a full disk took only in part no whole frame may stay, as its
   * callers are told that it is not counted and ask another replica.
   */
  private static void append(FileChannel to, ByteArrayOutputStream bytes) throws IOException {
    long before = to.position();
    try {
      write(to, bytes);
    } catch (IOException e) {
      try {
        to.truncate(before);
        to.force(true);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private static void write(FileChannel to, ByteArrayOutputStream bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
    to.force(false);
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
      channel.close();
    } finally {
      lock.unlock();
    }
  }
}
