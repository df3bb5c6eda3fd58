package dev.weir.worker.train;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says that the host wants the program to end, and lets it end in order. */
public final class StopSignal {

  private volatile boolean requested;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** The work ended because of the signal; what could be kept is in a checkpoint. */
  public static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped(long step) {
      super("stopped at step " + step);
    }
  }

  public boolean requested() {
    return requested;
  }

  public void request() {
    requested = true;
  }

  /** The work has ended, one way or another. */
  public void ended() {
    ended.countDown();
  }

  /** On SIGTERM: asks for the end and waits for it, at most {@code seconds}. */
  public void onTerminate(long seconds) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  request();
                  try {
                    if (!ended.await(seconds, TimeUnit.SECONDS)) {
                      System.err.println("not ended within " + seconds + " s of SIGTERM");
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "terminate"));
  }
}
