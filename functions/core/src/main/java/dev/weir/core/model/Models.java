package dev.weir.core.model;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Names;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Paged;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The registry: immutable versions, and aliases that move. Thread-safe. */
public final class Models {

  private static final String COUNTER = "version";
  private static final int COMMITS_MAX = 10;
  private static final Paged.Request LATEST = new Paged.Request(1, Optional.empty());

  private final Ports ports;

  public Models(Ports ports) {
    this.ports = ports;
  }

  private record Alias(int version) {}

  /** Takes the next version number of a model; one that is then not used leaves a gap. */
  public int reserve(String name) {
    Names.check("model", name);
    for (int i = 0; i < COMMITS_MAX; i++) {
      long last = ports.table().get(Keys.head(name)).map(h -> h.counter(COUNTER)).orElse(0L);
      Outcome outcome =
          ports
              .table()
              .commit(
                  List.of(
                      Write.add(
                          Keys.head(name), Map.of(COUNTER, 1L), Condition.equalTo(COUNTER, last))));
      if (outcome.applied()) {
        return Math.toIntExact(last + 1);
      }
    }
    throw new PortException("no version number of model " + name + " could be taken");
  }

  /** The blob of a file of a version. */
  public static String blob(String name, int version, String file) {
    return "models/" + name + "/" + version + "/" + file;
  }

  /** The writes that publish a version, for the commit that completes its job. */
  public List<Write> writes(ModelVersion version) {
    Names.check("model", version.name());
    ModelSummary summary =
        new ModelSummary(
            version.name(),
            version.version(),
            version.task(),
            version.metrics(),
            version.createdAt());
    return List.of(
        Write.put(
            Keys.version(version.name(), version.version()), Json.write(version), Condition.ABSENT),
        Write.put(Keys.name(version.name()), Json.write(summary)));
  }

  public Optional<ModelVersion> get(String name, int version) {
    Names.check("model", name);
    return ports
        .table()
        .get(Keys.version(name, version))
        .map(i -> Json.read(i.body(), ModelVersion.class));
  }

  /**
   * Finds {@code name} (latest), {@code name:3}, or {@code name:champion} (an alias); a 404 problem
   * where there is none.
   */
  public ModelVersion require(String reference) {
    int colon = reference.indexOf(':');
    String name = colon < 0 ? reference : reference.substring(0, colon);
    Names.check("model", name);
    Optional<Integer> version;
    if (colon < 0) {
      version = versions(name, LATEST).items().stream().map(ModelVersion::version).findFirst();
    } else {
      String which = reference.substring(colon + 1);
      version =
          which.matches("[1-9][0-9]{0,8}")
              ? Optional.of(Integer.parseInt(which))
              : alias(name, which);
    }
    return version
        .flatMap(v -> get(name, v))
        .orElseThrow(
            () -> new ProblemException(Problem.notFound("there is no model " + reference)));
  }

  public Optional<Integer> alias(String name, String alias) {
    Names.check("model", name);
    Names.check("alias", alias);
    return ports
        .table()
        .get(Keys.alias(name, alias))
        .map(i -> Json.read(i.body(), Alias.class).version());
  }

  /** Points an alias to a version that exists; 404 where it does not. An alias is not a number. */
  public void setAlias(String name, String alias, int version) {
    Names.check("model", name);
    Names.check("alias", alias);
    if (alias.matches("[0-9]+")) {
      throw new ProblemException(Problem.invalid("alias '" + alias + "' is a number"));
    }
    Outcome outcome =
        Tables.commit(
            ports.table(),
            List.of(
                Write.check(Keys.version(name, version), Condition.PRESENT),
                Write.put(Keys.alias(name, alias), Json.write(new Alias(version)))));
    switch (outcome) {
      case Outcome.Applied _ -> {}
      case Outcome.Refused _ ->
          throw new ProblemException(Problem.notFound("there is no model " + name + ":" + version));
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("alias " + name + ":" + alias + " could not be set");
    }
  }

  /** All aliases of a model with their versions. */
  public Map<String, Integer> aliases(String name) {
    Names.check("model", name);
    Map<String, Integer> aliases = new TreeMap<>();
    for (Item item : Tables.list(ports.table(), Table.Query.prefix(Keys.model(name), Keys.ALIAS))) {
      aliases.put(
          item.key().sort().substring(Keys.ALIAS.length()),
          Json.read(item.body(), Alias.class).version());
    }
    return aliases;
  }

  /** Every model with its latest version, by name. */
  public Paged<ModelSummary> list(Paged.Request page) {
    Table.Page rows = ports.table().query(page.of(Table.Query.all(Keys.NAMES)));
    return paged(rows, ModelSummary.class);
  }

  /** The versions of a model, newest first. */
  public Paged<ModelVersion> versions(String name, Paged.Request page) {
    Names.check("model", name);
    Table.Query query = Table.Query.prefix(Keys.model(name), Keys.VERSION).backwards();
    return paged(ports.table().query(page.of(query)), ModelVersion.class);
  }

  private static <T> Paged<T> paged(Table.Page rows, Class<T> type) {
    List<T> items = new ArrayList<>();
    rows.items().forEach(i -> items.add(Json.read(i.body(), type)));
    return new Paged<>(items, rows.next());
  }
}
