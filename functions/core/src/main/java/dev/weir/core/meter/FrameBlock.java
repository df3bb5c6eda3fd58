package dev.weir.core.meter;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Frames in a row, in memory. A caller encodes its usages before it knows their numbers, so that
 * nobody waits for that; {@link #addNumbered} then writes what depends on them. Not thread-safe.
 */
final class FrameBlock {

  /** A usage with the longest ids, each character in three bytes. */
  private static final int USAGE_MAX_BYTES = 4 * 2 + 3 * (3 * 64 + Usage.CALL_ID_MAX) + 8 + 8 + 4;

  private static final int USAGE_BYTES = 192;
  private static final int NUMBER = 8;
  private static final int CRC = 16;

  private ByteBuffer bytes;
  private int count;

  FrameBlock(int capacity) {
    this.bytes = ByteBuffer.allocate(capacity);
  }

  /** With room for so many usages of usual length. */
  static FrameBlock ofUsages(int usages) {
    return new FrameBlock(usages * (Frames.HEADER_BYTES + USAGE_BYTES));
  }

  /** How many frames. */
  int count() {
    return count;
  }

  int length() {
    return bytes.position();
  }

  /** Adds a frame whole. */
  void add(long number, byte[] payload) {
    if (payload.length > Frames.PAYLOAD_MAX_BYTES) {
      throw new IllegalArgumentException(
          "frame " + payload.length + " B > " + Frames.PAYLOAD_MAX_BYTES);
    }
    reserve(Frames.HEADER_BYTES + payload.length);
    int begin = bytes.position();
    bytes.putInt(Frames.MAGIC).putInt(payload.length).putLong(number).putInt(0).put(payload);
    bytes.putInt(begin + CRC, crc(new CRC32C(), begin));
    count++;
  }

  /** Adds a frame that has no number yet. */
  void add(Usage usage) {
    reserve(Frames.HEADER_BYTES + USAGE_MAX_BYTES);
    int begin = bytes.position();
    bytes.position(begin + Frames.HEADER_BYTES);
    put(usage.agreementId());
    put(usage.channelId());
    put(usage.meter());
    Instant at = usage.at();
    bytes.putLong(usage.quantity()).putLong(at.getEpochSecond()).putInt(at.getNano());
    put(usage.callId());
    int length = bytes.position() - begin - Frames.HEADER_BYTES;
    bytes.putInt(begin, Frames.MAGIC).putInt(begin + 4, length);
    count++;
  }

  /** As {@link java.io.DataOutput#writeUTF} does, quickly where it is ASCII, as ids are. */
  private void put(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    // Half a surrogate pair becomes a question mark, but must come back as it was.
    if (utf8.length == text.length() && !contains(utf8, '?')) {
      bytes.putShort((short) utf8.length).put(utf8);
    } else {
      bytes.put(modifiedUtf8(text));
    }
  }

  private static boolean contains(byte[] bytes, char c) {
    for (byte b : bytes) {
      if (b == c) {
        return true;
      }
    }
    return false;
  }

  private static byte[] modifiedUtf8(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(text);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return bytes.toByteArray();
  }

  /** Adds another block's frames, numbered {@code after + 1} on. */
  void addNumbered(FrameBlock other, long after) {
    int at = bytes.position();
    int end = at + other.length();
    reserve(other.length());
    bytes.put(other.bytes.array(), 0, other.length());
    CRC32C crc = new CRC32C();
    int place = count;
    for (long number = after + 1; at < end; number++) {
      bytes.putLong(at + NUMBER, Frames.placed(number, place++)).putInt(at + CRC, crc(crc, at));
      at += Frames.HEADER_BYTES + bytes.getInt(at + 4);
    }
    count += other.count;
  }

  /** Of length, number and payload. */
  private int crc(CRC32C crc, int begin) {
    crc.reset();
    crc.update(bytes.array(), begin + 4, CRC - 4);
    crc.update(bytes.array(), begin + Frames.HEADER_BYTES, bytes.getInt(begin + 4));
    return (int) crc.getValue();
  }

  private void reserve(int more) {
    if (bytes.remaining() < more) {
      int position = bytes.position();
      int capacity = Math.max(position + more, 2 * bytes.capacity());
      bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), capacity)).position(position);
    }
  }

  /** What was added, to be read once. */
  ByteBuffer written() {
    return ByteBuffer.wrap(bytes.array(), 0, bytes.position());
  }
}
