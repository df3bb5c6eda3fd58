package dev.weir.core.meter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file that a journal writes now. One thread at a time. */
final class SegmentWriter implements AutoCloseable {

  /** The JDK keeps a copy as large as the largest write outside the heap. */
  private static final int WRITE_MAX_BYTES = 128 << 10;

  private final FileChannel to;

  private SegmentWriter(FileChannel to) {
    this.to = to;
  }

  /**
   * Begins a file, durable with its name and header.
   *
   * @throws java.nio.file.FileAlreadyExistsException where it is there
   */
  static SegmentWriter begin(Path folder, Segment segment, SourceName source) throws IOException {
    byte[] payload = Frames.encode(source);
    FrameBlock header = new FrameBlock(Frames.HEADER_BYTES + payload.length);
    header.add(segment.after(), payload);
    FileChannel opened =
        FileChannel.open(segment.file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    write(opened, header);
    Segment.syncFolder(folder);
    return new SegmentWriter(opened);
  }

  /**
   * All of it or nothing: of what a full disk took only in part no whole frame may stay, as its
   * callers are told that it is not counted and ask another replica.
   */
  void append(FrameBlock frames) throws IOException {
    long before = to.position();
    try {
      write(to, frames);
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

  private static void write(FileChannel to, FrameBlock frames) throws IOException {
    ByteBuffer buffer = frames.written();
    int end = buffer.limit();
    while (buffer.position() < end) {
      buffer.limit(Math.min(end, buffer.position() + WRITE_MAX_BYTES));
      to.write(buffer);
    }
    to.force(false);
  }

  long size() throws IOException {
    return to.size();
  }

  @Override
  public void close() throws IOException {
    to.close();
  }
}
