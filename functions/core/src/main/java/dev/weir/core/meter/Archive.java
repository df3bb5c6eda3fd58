package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Blobs;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Sha256;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Facts as compressed JSON lines in blobs, for explanations and recounts. A name tells source,
 * first number and content, so that two batches that begin alike never share a blob; a blob whose
 * batch was not applied is named by no record and counts nothing.
 */
final class Archive {

  static final String FACTS = "facts";
  static final String REFUSED = "refused";

  private final Blobs blobs;

  Archive(Blobs blobs) {
    this.blobs = blobs;
  }

  /** Stores facts; answers the blob's name. */
  String put(String folder, String sourceId, long after, List<UsageFact> facts) {
    StringBuilder lines = new StringBuilder();
    facts.forEach(fact -> lines.append(Json.write(fact)).append('\n'));
    byte[] text = lines.toString().getBytes(StandardCharsets.UTF_8);
    String hash = HexFormat.of().formatHex(Sha256.digest().digest(text), 0, 8);
    String name = "%s/%s/%019d-%s.jsonl.gz".formatted(folder, sourceId, after, hash);
    try {
      byte[] bytes = compressed(text);
      blobs.put(name, new ByteArrayInputStream(bytes), bytes.length);
    } catch (IOException e) {
      throw new PortException("facts cannot be archived as " + name, e);
    }
    return name;
  }

  private static byte[] compressed(byte[] text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text);
    }
    return bytes.toByteArray();
  }

  /** The facts of a blob; empty where there is no such blob. */
  Optional<List<UsageFact>> read(String name) {
    try {
      Optional<InputStream> found = blobs.open(name);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      try (InputStream in = new GZIPInputStream(found.get());
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        return Optional.of(lines.lines().map(line -> Json.read(line, UsageFact.class)).toList());
      }
    } catch (IOException e) {
      throw new PortException("archived facts " + name + " cannot be read", e);
    }
  }
}
