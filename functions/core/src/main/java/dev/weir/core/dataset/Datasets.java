package dev.weir.core.dataset;

import dev.weir.core.json.Json;
import dev.weir.core.port.Blobs;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Names;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Paged;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adds and finds datasets. An upload is validated as a whole before anything is stored; a version
 * never changes. Thread-safe.
 */
public final class Datasets {

  /** How long an upload's URL works. */
  public static final Duration UPLOAD_LIFETIME = Duration.ofHours(1);

  private static final int COMMITS_MAX = 10;

  private final Ports ports;
  private final DatasetLimits limits;

  public Datasets(Ports ports) {
    this(ports, DatasetLimits.DEFAULT);
  }

  public Datasets(Ports ports, DatasetLimits limits) {
    this.ports = ports;
    this.limits = limits;
  }

  /**
   * Validates, profiles and stores an upload as the next version. The same file under the same
   * schema is the version that is there already.
   *
   * @throws ProblemException 422 for what the file breaks, each bad row with its line; 413 for a
   *     limit
   */
  public DatasetVersion add(AddDataset command, InputStream content) {
    return add(command, content, Forgotten.NOBODY);
  }

  /**
   * The same; a row of whoever must be forgotten is a bad row.
   *
   * @param forgotten is asked for each row whose schema says whose words it holds
   */
  public DatasetVersion add(AddDataset command, InputStream content, Forgotten forgotten) {
    Names.check("dataset", command.name());
    try (Upload upload = Upload.receive(content, limits)) {
      Upload.Checked checked = upload.check(command, forgotten);
      Blobs blobs = ports.blobs();
      String rows;
      try (InputStream in = checked.rows()) {
        rows = blobs.putContent(in);
      }
      Optional<String> answers =
          command.answers().isEmpty()
              ? Optional.empty()
              : Optional.of(
                  blobs.putContent(
                      new ByteArrayInputStream(
                          Json.write(command.answers().get()).getBytes(StandardCharsets.UTF_8))));
      Optional<DatasetVersion.Subjects> subjects =
          checked.schema().subject().isEmpty()
              ? Optional.empty()
              : Optional.of(new Subjects(ports).store(checked.subjects()));
      return register(command, upload, checked, new Stored(rows, answers, subjects));
    } catch (IOException e) {
      throw new PortException("dataset " + command.name() + " could not be stored", e);
    }
  }

  private DatasetVersion register(
      AddDataset command, Upload upload, Upload.Checked checked, Stored stored) throws IOException {
    for (int i = 0; i < COMMITS_MAX; i++) {
      Optional<DatasetVersion> latest = latest(command.name());
      if (latest.isPresent() && same(latest.get(), checked, stored)) {
        return latest.get();
      }
      DatasetVersion version =
          new DatasetVersion(
              command.name(),
              latest.map(v -> v.version() + 1).orElse(1),
              command.format(),
              command.onBadRow(),
              checked.schema(),
              checked.profile(),
              upload.bytes(),
              upload.sha256(),
              stored.rows(),
              stored.answers(),
              stored.subjects(),
              ports.clock().instant());
      stored
          .subjects()
          .ifPresent(s ->
              new Subjects(ports)
                  .index(version.name(), version.version(), s.blob(), checked.subjects()));
      // The document may exceed a row's 64 KB: the row points to it.
      byte[] document = Json.MAPPER.writeValueAsBytes(version);
      String blob = ports.blobs().putContent(new ByteArrayInputStream(document));
      String row = Json.write(new Row(DatasetSummary.of(version), blob));
      Outcome outcome =
          ports
              .table()
              .commit(
                  List.of(
                      Write.put(
                          Keys.version(command.name(), version.version()), row, Condition.ABSENT),
                      Write.put(Keys.name(command.name()), row)));
      if (outcome.applied()) {
        return version;
      }
    }
    throw new ProblemException(
        Problem.unavailable("dataset " + command.name() + " is being written by others", 1));
  }

  private record Row(DatasetSummary summary, String blob) {}

  /** The blobs of a version to be. */
  private record Stored(
      String rows, Optional<String> answers, Optional<DatasetVersion.Subjects> subjects) {}

  private static boolean same(DatasetVersion latest, Upload.Checked checked, Stored stored) {
    return latest.rowsBlob().equals(stored.rows())
        && latest.schema().equals(checked.schema())
        && latest.answersBlob().equals(stored.answers())
        && latest.profile().badRows() == checked.profile().badRows();
  }

  /** Where to put a large upload, to be added by {@link #addUpload}. */
  public java.net.URI presignUpload(String uploadId) {
    return ports.blobs().presignPut(uploadBlob(uploadId), UPLOAD_LIFETIME);
  }

  /** Like {@link #add}, from what was put at {@link #presignUpload}; the upload is deleted. */
  public DatasetVersion addUpload(AddDataset command, String uploadId, Forgotten forgotten) {
    String blob = uploadBlob(uploadId);
    try (InputStream in =
        ports
            .blobs()
            .open(blob)
            .orElseThrow(() ->
                new ProblemException(Problem.notFound("upload " + uploadId + " has no content")))) {
      DatasetVersion version = add(command, in, forgotten);
      ports.blobs().delete(blob);
      return version;
    } catch (IOException e) {
      throw new PortException("upload " + uploadId + " could not be read", e);
    }
  }

  private static String uploadBlob(String uploadId) {
    return "uploads/" + Names.check("upload", uploadId);
  }

  /** The version, with schema and profile. */
  public Optional<DatasetVersion> get(String name, int version) {
    Names.check("dataset", name);
    return ports.table().get(Keys.version(name, version)).map(this::load);
  }

  public Optional<DatasetVersion> latest(String name) {
    Names.check("dataset", name);
    return ports.table().get(Keys.name(name)).map(this::load);
  }

  /** The version, or the latest where none is asked for; a 404 problem where there is none. */
  public DatasetVersion require(String name, Optional<Integer> version) {
    return (version.isEmpty() ? latest(name) : get(name, version.get()))
        .orElseThrow(() ->
            new ProblemException(
                Problem.notFound(
                    "there is no dataset " + name + version.map(v -> ":" + v).orElse(""))));
  }

  private DatasetVersion load(Item item) {
    String blob = Json.read(item.body(), Row.class).blob();
    try (InputStream in =
        ports
            .blobs()
            .open(blob)
            .orElseThrow(() -> new PortException("blob " + blob + " is missing"))) {
      return Json.MAPPER.readValue(in, DatasetVersion.class);
    } catch (IOException e) {
      throw new UncheckedIOException("blob " + blob + " is unreadable", e);
    }
  }

  /** The latest version of each dataset, by name. */
  public Paged<DatasetSummary> list(Paged.Request page) {
    return page(page.of(Table.Query.all(Keys.NAMES)));
  }

  /** The versions of a dataset, newest first. */
  public Paged<DatasetSummary> versions(String name, Paged.Request page) {
    Names.check("dataset", name);
    return page(page.of(Table.Query.all(Keys.versions(name)).backwards()));
  }

  /** A page of the ids of those whose words a version holds; none where it does not say. */
  public Paged<String> subjects(DatasetVersion version, Paged.Request page) {
    return version
        .subjects()
        .map(s -> new Subjects(ports).page(s.blob(), page))
        .orElseGet(() -> new Paged<>(List.of(), Optional.empty()));
  }

  /**
   * A page of the versions that hold words of a person, or of anybody of the binding where no user
   * is given. A page may hold fewer than asked for, and have a next one.
   */
  public Paged<DatasetSummary> holding(
      String channelId, String bindingId, Optional<String> user, Paged.Request page) {
    Paged<Subjects.Row> rows = new Subjects(ports).rows(channelId, bindingId, user, page);
    List<DatasetSummary> versions = new ArrayList<>();
    for (Subjects.Row row : rows.items()) {
      get(row.name(), row.version())
          .filter(v -> v.subjects().map(s -> s.blob().equals(row.blob())).orElse(false))
          .map(DatasetSummary::of)
          .ifPresent(versions::add);
    }
    return new Paged<>(versions, rows.next());
  }

  private Paged<DatasetSummary> page(Table.Query query) {
    Table.Page page = ports.table().query(query);
    List<DatasetSummary> summaries = new ArrayList<>();
    page.items().forEach(i -> summaries.add(Json.read(i.body(), Row.class).summary()));
    return new Paged<>(summaries, page.next());
  }
}
