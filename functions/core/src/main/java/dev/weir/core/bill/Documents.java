package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.port.Blobs;
import dev.weir.core.port.PortException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What was issued, as bytes that never change, named by their SHA-256. Thread-safe. */
final class Documents {

  private final Blobs blobs;

  Documents(Blobs blobs) {
    this.blobs = blobs;
  }

  /** Stores a document as JSON; answers the blob's name. */
  String store(Object document) {
    byte[] bytes = Json.write(document).getBytes(StandardCharsets.UTF_8);
    try {
      return blobs.putContent(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new PortException("a document cannot be stored", e);
    }
  }

  byte[] bytes(String blob) {
    try {
      Optional<InputStream> found = blobs.open(blob);
      try (InputStream in =
          found.orElseThrow(() -> new PortException("document " + blob + " is missing"))) {
        return in.readAllBytes();
      }
    } catch (IOException e) {
      throw new PortException("document " + blob + " cannot be read", e);
    }
  }

  <T> T read(String blob, Class<T> type) {
    return Json.read(new String(bytes(blob), StandardCharsets.UTF_8), type);
  }
}
