package dev.weir.core.dataset;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.core.json.Json;
import dev.weir.core.port.Sha256;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.Problem.Violation;
import dev.weir.core.problem.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A file as sent, in a temporary place until all of it is known to be good. */
final class Upload implements AutoCloseable {

  private final Path folder;
  private final DatasetLimits limits;
  private final long bytes;
  private final String sha256;

  private Upload(Path folder, DatasetLimits limits, long bytes, String sha256) {
    this.folder = folder;
    this.limits = limits;
    this.bytes = bytes;
    this.sha256 = sha256;
  }

  record Checked(Schema schema, Profile profile, Set<Subject> subjects, Path file) {
    InputStream rows() throws IOException {
      return Files.newInputStream(file);
    }
  }

  static Upload receive(InputStream content, DatasetLimits limits) throws IOException {
    Path folder = Files.createTempDirectory("weir-dataset");
    try (OutputStream out = Files.newOutputStream(folder.resolve("upload"))) {
      MessageDigest digest = Sha256.digest();
      byte[] buffer = new byte[64 << 10];
      long bytes = 0;
      for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
        bytes += n;
        if (bytes > limits.bytesMax()) {
          throw new ProblemException(
              Problem.tooLarge("the file is larger than " + limits.bytesMax() + " bytes"));
        }
        digest.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
      return new Upload(folder, limits, bytes, HexFormat.of().formatHex(digest.digest()));
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  long bytes() {
    return bytes;
  }

  String sha256() {
    return sha256;
  }

  /** Learns or takes the schema, holds every row against it, writes the good ones, typed. */
  Checked check(AddDataset command, Forgotten forgotten) throws IOException {
    SchemaInference inference = new SchemaInference(command.format());
    List<String> columns = read(command.format(), inference::accept);
    if (columns.isEmpty()) {
      throw new ProblemException(Problem.invalid("no rows: the file has no readable row"));
    }
    Schema schema =
        command.schema().map(s -> declared(s, columns)).orElseGet(() -> inference.schema(columns));
    Profiler profiler = new Profiler(schema, limits);
    RowCheck check = new RowCheck(schema, command.format(), forgotten);
    Set<Subject> subjects = new HashSet<>();
    Path file = folder.resolve("rows");
    try (JsonGenerator json =
        Json.MAPPER
            .getFactory()
            .createGenerator(Files.newOutputStream(file), JsonEncoding.UTF8)
            .setRootValueSeparator(null)) {
      read(
          command.format(),
          line -> {
            Line judged = line instanceof Line.Good good ? check.check(good) : line;
            accept(judged, schema, profiler, json);
            collect(judged, schema, subjects);
          });
    }
    refuseOrPass(command.onBadRow(), profiler);
    return new Checked(schema, profiler.profile(), subjects, file);
  }

  private void collect(Line line, Schema schema, Set<Subject> subjects) {
    if (line instanceof Line.Good good) {
      schema.subject().flatMap(c -> RowCheck.subject(good.cells(), c)).ifPresent(subjects::add);
      if (subjects.size() > limits.subjectsMax()) {
        throw new ProblemException(
            Problem.tooLarge("line " + good.line() + ": subjects > " + limits.subjectsMax()));
      }
    }
  }

  private void accept(Line line, Schema schema, Profiler profiler, JsonGenerator json) {
    switch (line) {
      case Line.Bad bad -> profiler.bad(bad);
      case Line.Good good -> {
        profiler.good(good);
        if (profiler.rows() > limits.rowsMax()) {
          throw new ProblemException(
              Problem.tooLarge("line " + good.line() + ": rows > " + limits.rowsMax()));
        }
        write(good, schema, json);
      }
    }
  }

  private static void write(Line.Good row, Schema schema, JsonGenerator json) {
    try {
      json.writeStartObject();
      for (Column column : schema.columns()) {
        json.writeFieldName(column.name());
        switch (row.cells().get(column.name())) {
          case String text -> json.writeString(text);
          case Long whole -> json.writeNumber(whole);
          case Double number -> json.writeNumber(number);
          case Boolean flag -> json.writeBoolean(flag);
          case null, default -> json.writeNull();
        }
      }
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void refuseOrPass(OnBadRow onBadRow, Profiler profiler) {
    Profile profile = profiler.profile();
    List<Violation> violations =
        profile.bad().stream().map(b -> new Violation("line " + b.line(), b.detail())).toList();
    if (profile.badRows() > 0 && onBadRow == OnBadRow.REFUSE) {
      BadRow first = profile.bad().getFirst();
      throw new ProblemException(
          Problem.invalid(
              "bad rows %d > 0; the first at line %d: %s"
                  .formatted(profile.badRows(), first.line(), first.detail()),
              violations));
    }
    if (profile.rows() == 0) {
      throw new ProblemException(
          Problem.invalid("no rows: " + profile.badRows() + " bad, 0 good", violations));
    }
  }

  private static Schema declared(Schema schema, List<String> columns) {
    for (String name : schema.names()) {
      if (!columns.contains(name)) {
        throw new ProblemException(
            Problem.invalid("the schema's column '" + name + "' is not in the file " + columns));
      }
    }
    for (String name : columns) {
      if (schema.column(name).isEmpty()) {
        throw new ProblemException(
            Problem.invalid(
                "the file's column '" + name + "' is not in the schema " + schema.names()));
      }
    }
    return schema;
  }

  private List<String> read(Format format, Consumer<Line> rows) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Files.newInputStream(folder.resolve("upload")),
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)))) {
      return switch (format) {
        case CSV -> CsvRows.read(reader, limits, rows);
        case JSONL -> JsonlRows.read(reader, limits, rows);
      };
    } catch (CharacterCodingException e) {
      throw notUtf8(e);
    } catch (UncheckedIOException e) {
      IOException cause = e.getCause() == null ? new IOException(e) : e.getCause();
      if (cause instanceof CharacterCodingException coding) {
        throw notUtf8(coding);
      }
      throw cause;
    }
  }

  private static ProblemException notUtf8(CharacterCodingException e) {
    return new ProblemException(Problem.invalid("the file is not UTF-8"), e);
  }

  @Override
  public void close() throws IOException {
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve("upload"));
    Files.deleteIfExists(folder.resolve("rows"));
    Files.deleteIfExists(folder);
  }
}
