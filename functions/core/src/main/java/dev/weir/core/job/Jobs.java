package dev.weir.core.job;

import dev.weir.core.json.Json;
import dev.weir.core.port.Paged;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import java.util.ArrayList;
import java.util.List;

/** Reads jobs. Thread-safe. */
public final class Jobs {

  private final Ports ports;
  private final JobStore store;

  public Jobs(Ports ports) {
    this.ports = ports;
    this.store = new JobStore(ports);
  }

  /** The job; a 404 problem where there is none. */
  public Job require(String id) {
    return store.require(id).job();
  }

  /** All jobs, newest first. */
  public Paged<JobSummary> list(Paged.Request page) {
    return page(page.of(Table.Query.all(Keys.JOBS).backwards()), JobSummary.class);
  }

  /** The metric points of a job by step. */
  public Paged<MetricPoint> metrics(String id, Paged.Request page) {
    store.require(id);
    return page(page.of(Table.Query.prefix(Keys.job(id), Keys.METRIC)), MetricPoint.class);
  }

  private <T> Paged<T> page(Table.Query query, Class<T> type) {
    Table.Page rows = ports.table().query(query);
    List<T> items = new ArrayList<>();
    rows.items().forEach(i -> items.add(Json.read(i.body(), type)));
    return new Paged<>(items, rows.next());
  }
}
