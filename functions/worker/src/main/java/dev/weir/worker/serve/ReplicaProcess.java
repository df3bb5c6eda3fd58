package dev.weir.worker.serve;

import dev.weir.core.infer.Grant;
import dev.weir.core.infer.Replica;
import dev.weir.core.meter.Flusher;
import dev.weir.core.port.Ids;
import dev.weir.worker.OffsetClock;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.Function;

/**
 * A replica from start to drain: replays journals of killed processes, listens, leases, loads what
 * the lease says, sends usage. One thread leases, one flushes.
 */
public final class ReplicaProcess implements AutoCloseable {

  /** How long calls may take to end once it is stopped. */
  public static final Duration DRAIN_MAX = Duration.ofSeconds(20);

  private static final System.Logger LOG = System.getLogger(ReplicaProcess.class.getName());
  private static final Duration FLUSH_EVERY = Duration.ofSeconds(2);
  private static final long RETRY_MS = 500;
  private static final long RETRY_MAX_MS = 5_000;

  private final ServeSettings settings;
  private final Gateway gateway;
  private final OffsetClock clock;
  private final String bootId;
  private final JournalSlot slot;
  private final Flusher flusher;
  private final LoadedModels models;
  private final Batcher batcher = new Batcher();
  private final ReplicaServer server;
  private final Thread leasing;
  private final Thread flushing;
  private volatile boolean stopping;

  ReplicaProcess(
      ServeSettings settings, Function<String, TextEncoder> encoders, InstantSource hostClock)
      throws IOException {
    this.settings = settings;
    this.gateway = new Gateway(settings.gateway(), settings.token(), settings.endpoint());
    this.clock = new OffsetClock(hostClock);
    this.bootId = new Ids(hostClock).next();
    this.slot = JournalSlot.open(settings.folder().resolve("journal"), bootId, gateway);
    this.flusher = new Flusher(slot.journal(), gateway, clock, settings.flushEvery());
    this.models =
        new LoadedModels(
            gateway, settings.folder().resolve("models").resolve(bootId), encoders, Grant.LIFETIME);
    this.server = listen();
    this.leasing = Thread.ofPlatform().name("leasing").daemon().start(this::leaseLoop);
    this.flushing = Thread.ofPlatform().name("flushing").daemon().start(this::flushLoop);
  }

  private ReplicaServer listen() throws IOException {
    try {
      return new ReplicaServer(
          settings.endpoint(),
          ReplicaServer.address(settings.host(), settings.port()),
          models,
          batcher,
          slot.journal(),
          clock);
    } catch (IOException e) {
      batcher.close();
      slot.journal().close();
      slot.close();
      throw e;
    }
  }

  /** Where it listens: {@code http://host:port}. */
  public String address() {
    return "http://" + settings.host() + ":" + server.port();
  }

  /**
   * Waits until it can record no usage, such as on a full disk. It answers nothing from then on;
   * its host starts another, which sends on what this one recorded.
   *
   * @return why
   */
  String awaitBroken() throws InterruptedException {
    server.awaitBroken();
    return slot.journal().failure().map(IOException::getMessage).orElse("journal is closed");
  }

  private void leaseLoop() {
    long pauseMs = RETRY_MS;
    while (!stopping) {
      try {
        Replica.Leased leased = gateway.lease(lease(false));
        clock.offset(leased.clockOffsetMs());
        server.grantKey(Base64.getDecoder().decode(leased.grantKey()));
        // At once where versions changed, so that they get calls.
        pauseMs = models.want(leased.models()) ? 0 : leased.leaseMs() / 3;
      } catch (IOException | RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "no lease: " + e.getMessage());
        pauseMs = Math.min(RETRY_MAX_MS, Math.max(RETRY_MS, pauseMs * 2));
      }
      if (!paused(pauseMs)) {
        return;
      }
    }
  }

  private Replica.Lease lease(boolean leaving) throws IOException {
    return new Replica.Lease(
        settings.endpoint(),
        address(),
        InetAddress.getLocalHost().getHostName(),
        bootId,
        models.versions(),
        clock.hostMs(),
        leaving);
  }

  private void flushLoop() {
    while (!stopping) {
      flush();
      if (!paused(FLUSH_EVERY.toMillis())) {
        return;
      }
    }
  }

  private void flush() {
    try {
      flusher.flush();
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "usage waits: " + e.getMessage());
    }
  }

  private static boolean paused(long ms) {
    try {
      Thread.sleep(ms);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Leaves, lets calls end within {@link #DRAIN_MAX}, sends the rest of the usage. */
  @Override
  public void close() {
    stopping = true;
    leasing.interrupt();
    flushing.interrupt();
    try {
      leasing.join();
      gateway.lease(lease(true));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "its lease runs out by itself: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      if (!server.drain(DRAIN_MAX)) {
        LOG.log(System.Logger.Level.WARNING, "calls were cut off after " + DRAIN_MAX);
      }
      flushing.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.close();
    batcher.close();
    models.close();
    try (slot) {
      flusher.finish();
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the journal stays for the next start on this host: " + e.getMessage());
    }
  }
}
