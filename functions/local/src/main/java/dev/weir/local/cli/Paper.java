package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Something on paper. */
abstract class Paper extends ApiCommand {
  @Option(names = "--lang", description = "zh or en (default: that of the currency).")
  @Nullable String lang;

  @Option(names = "--out", paramLabel = "FILE", description = "Where to put it.")
  @Nullable Path out;

  int save(String path, String name) {
    byte[] pdf = api().bytes(path + Query.of("lang", lang));
    Path file = out == null ? Path.of(name) : out;
    writeFile(file, pdf);
    ObjectNode saved = Json.MAPPER.createObjectNode();
    saved.put("file", file.toString()).put("bytes", pdf.length);
    return show(saved, s -> file + ", " + pdf.length + " B");
  }
}
