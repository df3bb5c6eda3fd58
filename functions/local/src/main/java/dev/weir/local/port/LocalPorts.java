package dev.weir.local.port;

import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Secrets;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A deployment's outside world in one folder: {@code weir.db} (or a PostgreSQL database by URL),
 * {@code blobs}, {@code hosts}, {@code secrets}. One process at a time may open a folder.
 */
public final class LocalPorts implements AutoCloseable {

  private static final String BLOBS_KEY = "blobs/url-key";

  private final FileChannel lock;
  private final JdbcStore store;
  private final ProcessHosts hosts;
  private final BlobSignatures signatures;
  private final Ports ports;

  private LocalPorts(
      FileChannel lock,
      JdbcStore store,
      ProcessHosts hosts,
      BlobSignatures signatures,
      Ports ports) {
    this.lock = lock;
    this.store = store;
    this.hosts = hosts;
    this.signatures = signatures;
    this.ports = ports;
  }

  /**
   * Opens a folder, which is made where there is none.
   *
   * @param jdbcUrl of a PostgreSQL database, or empty for SQLite in the folder
   * @param publicUrl where this server answers, for presigned URLs
   * @param worker the command of the worker's program: the image {@code weir/worker}. A launch's
   *     own command is appended; {@code {memoryMb}} in it becomes the memory asked for
   * @throws PortException where the folder is in use, cannot be written, or the database cannot be
   *     reached
   */
  public static LocalPorts open(
      Path dataFolder,
      Optional<String> jdbcUrl,
      URI publicUrl,
      InstantSource clock,
      List<String> worker) {
    Path folder = dataFolder.toAbsolutePath();
    FileChannel lock = lock(folder);
    try {
      String url = jdbcUrl.orElse("jdbc:sqlite:" + folder.resolve("weir.db"));
      FileSecrets secrets = new FileSecrets(folder.resolve("secrets"));
      BlobSignatures signatures = new BlobSignatures(blobsKey(secrets), clock);
      FileBlobs blobs = new FileBlobs(folder.resolve("blobs"), publicUrl, signatures, clock);
      JdbcStore store = JdbcStore.open(url, clock);
      ProcessHosts hosts = new ProcessHosts(folder.resolve("hosts"), worker);
      Ports ports = new Ports(store.table(), blobs, store::queue, hosts, secrets, clock);
      return new LocalPorts(lock, store, hosts, signatures, ports);
    } catch (RuntimeException e) {
      close(lock);
      throw e;
    }
  }

  private static FileChannel lock(Path folder) {
    try {
      DurableFiles.makeFolder(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new PortException("data folder " + folder + " is in use by another process");
      }
      return channel;
    } catch (OverlappingFileLockException e) {
      throw new PortException("data folder " + folder + " is in use by this process", e);
    } catch (IOException e) {
      throw DurableFiles.failed("cannot open data folder " + folder, e);
    }
  }

  private static byte[] blobsKey(Secrets secrets) {
    Optional<String> known = secrets.get(BLOBS_KEY);
    if (known.isPresent()) {
      return HexFormat.of().parseHex(known.get());
    }
    byte[] fresh = new byte[32];
    new SecureRandom().nextBytes(fresh);
    secrets.put(BLOBS_KEY, HexFormat.of().formatHex(fresh));
    return fresh;
  }

  public Ports ports() {
    return ports;
  }

  /** Checks presigned URLs; the HTTP server asks before it serves {@code /blobs/}. */
  public BlobSignatures blobSignatures() {
    return signatures;
  }

  /** Deletes items that expired a day ago, to be called now and then; how many. */
  public int sweep() {
    return store.sweep();
  }

  /** Waits for changes under way. Launched processes go on. */
  @Override
  public void close() {
    hosts.close();
    store.close();
    close(lock);
  }

  private static void close(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw DurableFiles.failed("cannot release the data folder", e);
    }
  }
}
