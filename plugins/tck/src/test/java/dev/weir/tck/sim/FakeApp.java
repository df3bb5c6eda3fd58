package dev.weir.tck.sim;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An application on the other end of a simulator: keeps what it is sent, answers as told. */
public final class FakeApp implements AutoCloseable {

  private final Simulator server;
  private final List<SimRequest> requests = new CopyOnWriteArrayList<>();
  private volatile Simulator.Handler answer = r -> SimResponse.empty(200);

  public FakeApp(Path data) {
    server = Simulator.open(0, data);
    server.route("*", "/events", this::keep).route("*", "/callback", this::keep);
    server.start();
  }

  private SimResponse keep(SimRequest request) throws java.io.IOException, InterruptedException {
    requests.add(request);
    return answer.handle(request);
  }

  public void answers(Simulator.Handler handler) {
    answer = handler;
  }

  public URI url(String path) {
    return server.base().resolve(path);
  }

  public List<SimRequest> requests() {
    return requests;
  }

  public void clear() {
    requests.clear();
  }

  /** Waits up to ten seconds. */
  public static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("not within 10 s: " + what);
      }
      Thread.sleep(10);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
