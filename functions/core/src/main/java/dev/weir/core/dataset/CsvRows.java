package dev.weir.core.dataset;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Reads RFC 4180. A ragged row is bad; a quote that never closes ends the file. */
final class CsvRows {

  private static final int BUFFER_MAX_CHARS = 1 << 20;

  private CsvRows() {}

  /** Returns the header's columns. */
  static List<String> read(Reader reader, DatasetLimits limits, Consumer<Line> rows)
      throws IOException {
    try (CsvReader<CsvRecord> csv =
        CsvReader.builder()
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowExtraCharsAfterClosingQuote(false)
            .maxBufferSize(BUFFER_MAX_CHARS)
            .ofCsvRecord(reader)) {
      Iterator<CsvRecord> records = csv.iterator();
      if (!records.hasNext()) {
        throw new ProblemException(Problem.invalid("no rows: the file is empty"));
      }
      List<String> header = header(records.next(), limits);
      while (records.hasNext()) {
        rows.accept(row(header, records.next(), limits));
      }
      return header;
    } catch (CsvParseException e) {
      String detail = e.getMessage() == null ? "unreadable" : e.getMessage();
      throw new ProblemException(Problem.invalid("malformed CSV: " + detail), e);
    }
  }

  private static List<String> header(CsvRecord first, DatasetLimits limits) {
    List<String> names = first.getFields().stream().map(CsvRows::withoutMark).toList();
    if (names.size() > limits.columnsMax()) {
      throw new ProblemException(
          Problem.tooLarge("columns " + names.size() + " > " + limits.columnsMax()));
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isBlank()) {
        throw new ProblemException(
            Problem.invalid("line 1: column " + (seen.size() + 1) + " has no name"));
      }
      if (!seen.add(name)) {
        throw new ProblemException(Problem.invalid("line 1: two columns are named '" + name + "'"));
      }
    }
    return names;
  }

  private static String withoutMark(String name) {
    return name.startsWith("\uFEFF") ? name.substring(1) : name;
  }

  private static Line row(List<String> header, CsvRecord csv, DatasetLimits limits) {
    long line = csv.getStartingLineNumber();
    if (csv.getFieldCount() != header.size()) {
      return new Line.Bad(
          line, csv.getFieldCount() + " fields, the header has " + header.size() + " columns");
    }
    Map<String, Object> cells = HashMap.newHashMap(header.size());
    for (int i = 0; i < header.size(); i++) {
      String cell = csv.getField(i);
      if (cell.length() > limits.cellMaxChars()) {
        return new Line.Bad(
            line,
            "column %s: %d characters > %d"
                .formatted(header.get(i), cell.length(), limits.cellMaxChars()));
      }
      if (!cell.isEmpty()) {
        cells.put(header.get(i), cell);
      }
    }
    return new Line.Good(line, cells);
  }
}
