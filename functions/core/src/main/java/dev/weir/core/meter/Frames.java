package dev.weir.core.meter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * Frames of a journal: magic (4 bytes), payload length (4), place in its group (2), number (6),
 * CRC-32C of length, place, number and payload (4), payload; big endian. A group shares an fsync:
 * its frames have the places 0, 1, 2 and so on, so that each says which frames were durable before
 * it was written.
 */
final class Frames {

  static final int MAGIC = 0x57454952; // WEIR
  static final int HEADER_BYTES = 20;

  /** Far more than the longest usage. */
  static final int PAYLOAD_MAX_BYTES = 16 << 10;

  private static final int NUMBER_BITS = 48;
  private static final long NUMBER_MAX = (1L << NUMBER_BITS) - 1;
  private static final long PLACE_MAX = 0xffff;

  private Frames() {}

  /** What lies at an offset. */
  sealed interface Found {
    /**
     * A whole frame.
     *
     * @param first the number of the first frame of its group: those before were durable
     */
    record Frame(long number, long first, byte[] payload, int end) implements Found {}

    /** Nothing, exactly. */
    record End() implements Found {}

    /** Something that is no whole frame. */
    record Damaged(String why) implements Found {}
  }

  static Found read(ByteBuffer bytes, int at) {
    int left = bytes.limit() - at;
    if (left == 0) {
      return new Found.End();
    }
    if (left < HEADER_BYTES) {
      return new Found.Damaged("header cut after " + left + " B");
    }
    if (bytes.getInt(at) != MAGIC) {
      return new Found.Damaged("no frame begins here");
    }
    int length = bytes.getInt(at + 4);
    if (length < 0 || length > PAYLOAD_MAX_BYTES) {
      return new Found.Damaged("payload length " + length + " not in 0.." + PAYLOAD_MAX_BYTES);
    }
    if (left < HEADER_BYTES + length) {
      return new Found.Damaged("payload cut: " + (left - HEADER_BYTES) + " of " + length + " B");
    }
    long placed = bytes.getLong(at + 8);
    byte[] payload = new byte[length];
    bytes.get(at + HEADER_BYTES, payload);
    if (bytes.getInt(at + 16) != crc(length, placed, payload)) {
      return new Found.Damaged("checksum does not match");
    }
    long number = placed & NUMBER_MAX;
    long place = placed >>> NUMBER_BITS;
    // Of a place that does not fit nothing follows: as if the frame were a group of its own.
    long first = place == PLACE_MAX ? number : number - place;
    return new Found.Frame(number, first, payload, at + HEADER_BYTES + length);
  }

  /** Number and place together. */
  static long placed(long number, int place) {
    return Math.min(place, PLACE_MAX) << NUMBER_BITS | number;
  }

  /** Where the next whole frame begins at or after an offset; −1 where none does. */
  static int find(ByteBuffer bytes, int from) {
    for (int at = from; at <= bytes.limit() - HEADER_BYTES; at++) {
      if (bytes.getInt(at) == MAGIC && read(bytes, at) instanceof Found.Frame) {
        return at;
      }
    }
    return -1;
  }

  private static int crc(int length, long placed, byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(12).putInt(length).putLong(placed).flip());
    crc.update(payload, 0, payload.length);
    return (int) crc.getValue();
  }

  static Usage decode(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    String agreementId = in.readUTF();
    String channelId = in.readUTF();
    String meter = in.readUTF();
    long quantity = in.readLong();
    Instant at = Instant.ofEpochSecond(in.readLong(), in.readInt());
    return new Usage(agreementId, channelId, meter, quantity, at, in.readUTF());
  }

  static byte[] encode(SourceName source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF("weir-journal/1");
      out.writeUTF(source.host());
      out.writeUTF(source.boot());
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return bytes.toByteArray();
  }

  static SourceName decodeHeader(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    String format = in.readUTF();
    if (!format.equals("weir-journal/1")) {
      throw new IOException("format " + format + " is not weir-journal/1");
    }
    return new SourceName(in.readUTF(), in.readUTF());
  }
}
