package dev.weir.local.simulate;

import dev.weir.core.json.Json;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads archived facts as anybody can: compressed lines of JSON. */
final class Blob {

  private Blob() {}

  static List<UsageFact> lines(Ports ports, String name) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    ports.blobs().open(name).orElseThrow(() -> new Violation("no blob " + name))),
                StandardCharsets.UTF_8))) {
      return lines.lines().map(line -> Json.read(line, UsageFact.class)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
