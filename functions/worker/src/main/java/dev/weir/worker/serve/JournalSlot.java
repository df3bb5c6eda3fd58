package dev.weir.worker.serve;

import dev.weir.core.meter.BatchSink;
import dev.weir.core.meter.Journal;
import dev.weir.core.meter.JournalReplay;
import dev.weir.core.meter.SourceName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A place for one process's journal among those of one host. A lock that ends with its process says
 * whether a place is taken; who starts sends on what killed processes left in free ones.
 */
final class JournalSlot implements AutoCloseable {

  private static final int SLOTS_MAX = 64;

  private final FileChannel channel;
  private final Journal journal;

  private JournalSlot(FileChannel channel, Journal journal) {
    this.channel = channel;
    this.journal = journal;
  }

  Journal journal() {
    return journal;
  }

  /**
   * Takes the first free place and replays all free ones.
   *
   * @param boot of this process, never used before
   * @throws IOException where a journal cannot be sent on; serving must not begin then
   */
  static JournalSlot open(Path folder, String boot, BatchSink sink) throws IOException {
    Files.createDirectories(folder);
    @Nullable JournalSlot mine = null;
    for (int slot = 0; slot < SLOTS_MAX; slot++) {
      Path place = folder.resolve("slot-" + slot);
      if (mine != null && !Files.exists(place)) {
        return mine;
      }
      Files.createDirectories(place);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("slot-" + slot + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        continue;
      }
      String host = hostName() + ":" + place.toAbsolutePath();
      new JournalReplay(place, host, sink).run();
      if (mine == null) {
        mine = new JournalSlot(channel, Journal.open(place, new SourceName(host, boot)));
      } else {
        channel.close();
      }
    }
    if (mine == null) {
      throw new IOException("all " + SLOTS_MAX + " journal places of this host are taken");
    }
    return mine;
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** Lets the place go; the journal is finished by its flusher. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
