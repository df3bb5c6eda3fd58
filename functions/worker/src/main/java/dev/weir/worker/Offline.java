package dev.weir.worker;

/** Settings that DJL reads when it is first used. */
public final class Offline {

  private Offline() {}

  /**
   * No telemetry, no downloads, and one thread per operation: on small networks a second thread is
   * slower, and one thread adds in one order, which a bit-equal resume needs.
   */
  public static void set() {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
  }
}
