package dev.weir.worker.serve;

import java.io.IOException;
import java.net.BindException;
import java.time.Clock;

/** The program {@code serve}. */
public final class ServeProgram {

  private static final int CONFIGURATION = 78;
  private static final int UNAVAILABLE = 69;
  private static final int DISK = 74;

  private ServeProgram() {}

  /** Serves until SIGTERM, or until it can record no usage; the exit code where it ends itself. */
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
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::close));
      System.out.println("serving " + settings.endpoint() + " on " + process.address());
      System.err.println("serve: usage cannot be recorded: " + process.awaitBroken());
      return DISK;
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
