package dev.weir.local.simulate.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** The bytes of a file; the first {@code forced} of them survive a loss of power. */
final class StoredFile {

  boolean named;
  private byte[] bytes = new byte[0];
  private int forced;

  int size() {
    return bytes.length;
  }

  void append(ByteBuffer more) {
    int at = bytes.length;
    bytes = Arrays.copyOf(bytes, at + more.remaining());
    more.get(bytes, at, more.remaining());
  }

  int read(ByteBuffer into, long position) {
    if (position >= bytes.length) {
      return -1;
    }
    int count = Math.min(into.remaining(), bytes.length - (int) position);
    into.put(bytes, (int) position, count);
    return count;
  }

  void truncate(int size) {
    bytes = Arrays.copyOf(bytes, Math.min(size, bytes.length));
    forced = Math.min(forced, bytes.length);
  }

  void force() {
    forced = bytes.length;
  }

  /** Keeps what was forced and any part of the rest, whose last byte may be garbage. */
  void cut(Random random, int garbledPercent) {
    int unforced = bytes.length - forced;
    boolean all = random.nextInt(3) == 0;
    int kept = all || unforced == 0 ? unforced : random.nextInt(unforced + 1);
    bytes = Arrays.copyOf(bytes, forced + kept);
    if (kept > 0 && random.nextInt(100) < garbledPercent) {
      bytes[bytes.length - 1] ^= (byte) (1 + random.nextInt(255));
    }
    forced = bytes.length;
  }

  StoredFile copied() {
    StoredFile copy = new StoredFile();
    copy.named = true;
    copy.bytes = bytes.clone();
    copy.forced = bytes.length;
    return copy;
  }
}
