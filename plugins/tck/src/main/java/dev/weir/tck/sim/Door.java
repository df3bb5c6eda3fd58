package dev.weir.tck.sim;

import dev.weir.spi.RawRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands where Weir would: takes every {@code POST /events}, answers 200 and keeps the exact
 * request, so that a test has what the other side's own code signed. Thread-safe.
 */
public final class Door implements AutoCloseable {

  private final Simulator server;
  private final List<RawRequest> arrived = new CopyOnWriteArrayList<>();

  public Door(Path data) {
    server = Simulator.open(0, data);
    server.route("POST", "/events", this::keep).start();
  }

  private SimResponse keep(SimRequest r) {
    arrived.add(new RawRequest(r.method(), r.path(), r.rawQuery(), r.headers(), r.body()));
    return SimResponse.empty(200);
  }

  /** Where the other side must send its events. */
  public URI url() {
    return server.base().resolve("/events");
  }

  /** What came, oldest first. */
  public List<RawRequest> arrived() {
    return List.copyOf(arrived);
  }

  /** Forgets what came. */
  public void clear() {
    arrived.clear();
  }

  @Override
  public void close() {
    server.close();
  }
}
