package dev.weir.tck.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of JSON objects, one a line, appended and flushed one by one; a restarted simulator finds
 * what it had. Thread-safe.
 */
public final class JsonLines implements AutoCloseable {

  private final List<JsonNode> lines = new ArrayList<>();
  private final OutputStream out;

  /** Opens the file, reading what is there. */
  public JsonLines(Path file) {
    try {
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
          lines.add(Simulator.JSON.readTree(line));
        }
      }
      out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open " + file, e);
    }
  }

  /** Appends a value that writes as a JSON object; it is in the file when this returns. */
  public synchronized void append(Object value) {
    JsonNode node = Simulator.JSON.valueToTree(value);
    try {
      out.write((Simulator.JSON.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot append", e);
    }
    lines.add(node);
  }

  /** All lines, oldest first. */
  public synchronized List<JsonNode> all() {
    return List.copyOf(lines);
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close", e);
    }
  }
}
