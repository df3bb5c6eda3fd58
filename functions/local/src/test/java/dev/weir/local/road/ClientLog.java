package dev.weir.local.road;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What clients know, a line each, on the disk before the client goes on. Thread-safe. */
final class ClientLog implements AutoCloseable {

  private final FileChannel file;
  private final Map<String, Integer> counts = new TreeMap<>();

  ClientLog(Path path) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** One line: a kind and its words. */
  synchronized void write(String kind, Object... words) {
    StringBuilder line = new StringBuilder(kind);
    for (Object word : words) {
      line.append(' ').append(word);
    }
    try {
      file.write(ByteBuffer.wrap(line.append('\n').toString().getBytes(StandardCharsets.UTF_8)));
      file.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    counts.merge(kind, 1, Integer::sum);
  }

  synchronized Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }

  /** The lines of each kind, split into words after it. */
  static Map<String, List<List<String>>> read(Path path) throws IOException {
    Map<String, List<List<String>>> lines = new TreeMap<>();
    for (String line : Files.readAllLines(path)) {
      List<String> words = List.of(line.split(" ", -1));
      lines
          .computeIfAbsent(words.getFirst(), _ -> new ArrayList<>())
          .add(words.subList(1, words.size()));
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
