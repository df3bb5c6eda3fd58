package dev.weir.worker.serve;

import java.io.IOException;
import java.net.BindException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

/** The program {@code serve}. */
public final class ServeProgram {

  private static final int CONFIGURATION = 78;
  private static final int UNAVAILABLE = 69;

  private ServeProgram() {}

  /** Serves until SIGTERM; the exit code where it cannot begin. */
  public static int main() {
    ServeSettings settings;
    try {
      settings = ServeSettings.of(System.getenv());
    } catch (IllegalArgumentException e) {
      System.err.println("serve: " + e.getMessage());
      return CONFIGURATION;
    }
    try {
      ReplicaProcess process = new ReplicaProcess(settings, FrozenEncoder::open, Clock.systemUTC());
      CountDownLatch ended = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .unstarted(() -> {
                    process.close();
                    ended.countDown();
                  }));
      System.out.println("serving " + settings.endpoint() + " on " + process.address());
      ended.await();
      return 0;
    } catch (BindException e) {
      System.err.println("serve: port " + settings.port() + " is taken");
      return UNAVAILABLE;
    } catch (IOException e) {
      System.err.println("serve: " + e.getMessage());
      return UNAVAILABLE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNAVAILABLE;
    }
  }
}
