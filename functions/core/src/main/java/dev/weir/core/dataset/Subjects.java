package dev.weir.core.dataset;

import dev.weir.core.json.Json;
import dev.weir.core.port.Item;
import dev.weir.core.port.Paged;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whose words a version holds: a list of hashed ids in a blob, and rows that lead from a person, or
 * a whole binding, to the versions. The rows are written before the version is, and count only
 * where the version that they name holds the same list.
 */
final class Subjects {

  private final Ports ports;

  Subjects(Ports ports) {
    this.ports = ports;
  }

  record Row(String name, int version, String blob) {}

  /** A version's list: one id a line, ascending. */
  DatasetVersion.Subjects store(Collection<Subject> subjects) throws IOException {
    StringBuilder lines = new StringBuilder();
    subjects.stream().map(Subject::id).sorted().forEach(id -> lines.append(id).append('\n'));
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    return new DatasetVersion.Subjects(
        ports.blobs().putContent(new ByteArrayInputStream(bytes)), subjects.size());
  }

  void index(String name, int version, String blob, Collection<Subject> subjects) {
    String body = Json.write(new Row(name, version, blob));
    List<Write> writes = new ArrayList<>();
    subjects.stream()
        .flatMap(s -> Keys.subject(s, name, version).stream())
        .distinct()
        .forEach(key -> writes.add(Write.put(key, body)));
    for (int from = 0; from < writes.size(); from += Table.WRITES_MAX) {
      List<Write> some = writes.subList(from, Math.min(writes.size(), from + Table.WRITES_MAX));
      if (!Tables.commit(ports.table(), some).applied()) {
        throw new PortException("subjects may not be stored (dataset " + name + ")");
      }
    }
  }

  /** A page of a version's ids. */
  Paged<String> page(String blob, Paged.Request page) {
    try (InputStream in =
            ports
                .blobs()
                .open(blob)
                .orElseThrow(() -> new PortException("blob " + blob + " is missing"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      String after = page.token().orElse("");
      List<String> ids =
          lines.lines().filter(id -> id.compareTo(after) > 0).limit(page.limit() + 1L).toList();
      return ids.size() <= page.limit()
          ? new Paged<>(ids, Optional.empty())
          : new Paged<>(ids.subList(0, page.limit()), Optional.of(ids.get(page.limit() - 1)));
    } catch (IOException e) {
      throw new UncheckedIOException("blob " + blob + " is unreadable", e);
    }
  }

  /** A page of the versions that may hold words of a person, or of anybody of a binding. */
  Paged<Row> rows(String channelId, String bindingId, Optional<String> user, Paged.Request page) {
    Table.Page found =
        ports.table().query(page.of(Keys.subjectVersions(channelId, bindingId, user)));
    return new Paged<>(
        found.items().stream().map(Item::body).map(b -> Json.read(b, Row.class)).toList(),
        found.next());
  }
}
