package dev.weir.core.infer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Reads the {@code data} of server-sent events (WHATWG HTML, section 9.2) from chunks of bytes that
 * may end anywhere. Comments and other fields are passed over. Not thread-safe.
 */
final class SseReader {

  /** The largest event, in bytes. */
  static final int EVENT_MAX_BYTES = 1 << 20;

  /** Where bytes come from; empty at the end. */
  interface Chunks {
    Optional<ByteBuffer> next() throws IOException;
  }

  private final Chunks chunks;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder data = new StringBuilder();
  private final Deque<String> ready = new ArrayDeque<>();
  private boolean afterCarriageReturn;
  private boolean hasData;

  SseReader(Chunks chunks) {
    this.chunks = chunks;
  }

  /** The next event's data; empty where the stream ended. An unfinished event is not one. */
  Optional<String> next() throws IOException {
    while (ready.isEmpty()) {
      Optional<ByteBuffer> chunk = chunks.next();
      if (chunk.isEmpty()) {
        return Optional.empty();
      }
      ByteBuffer bytes = chunk.get();
      while (bytes.hasRemaining()) {
        accept(bytes.get());
      }
    }
    return Optional.of(ready.removeFirst());
  }

  private void accept(byte b) throws IOException {
    boolean secondOfPair = afterCarriageReturn && b == '\n';
    afterCarriageReturn = b == '\r';
    if (secondOfPair) {
      return;
    }
    if (b == '\n' || b == '\r') {
      endLine(line.toString(StandardCharsets.UTF_8));
      line.reset();
      return;
    }
    if (line.size() + data.length() >= EVENT_MAX_BYTES) {
      throw new IOException("an event is larger than " + EVENT_MAX_BYTES + " B");
    }
    line.write(b);
  }

  private void endLine(String text) {
    if (text.isEmpty()) {
      if (hasData) {
        ready.add(data.toString());
      }
      data.setLength(0);
      hasData = false;
      return;
    }
    if (text.startsWith("data:")) {
      if (hasData) {
        data.append('\n');
      }
      data.append(text, text.startsWith("data: ") ? 6 : 5, text.length());
      hasData = true;
    }
  }
}
