package dev.weir.local.port;

import dev.weir.core.port.Blobs;
import dev.weir.core.port.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;

/**
 * An object that is whole and synchronised but has no name yet; closing removes what was not named.
 */
record IncomingFile(Path path, long bytes, String sha256) implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 << 10;

  /**
   * Stores content.
   *
   * @param length exact, or −1
   * @throws IOException where the content breaks off or has another length
   * @throws dev.weir.core.port.PortException where the disk is full
   */
  static IncomingFile receive(Path folder, InputStream content, long length) throws IOException {
    return receive(folder.resolve(UUID.randomUUID().toString()), true, content, length);
  }

  static IncomingFile receive(Path path, boolean create, InputStream content, long length)
      throws IOException {
    StandardOpenOption open = create ? StandardOpenOption.CREATE_NEW : StandardOpenOption.WRITE;
    boolean whole = false;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, open)) {
      MessageDigest digest = Sha256.digest();
      long bytes = copy(content, channel, digest, length);
      force(channel, path);
      whole = true;
      return new IncomingFile(path, bytes, HexFormat.of().formatHex(digest.digest()));
    } finally {
      if (!whole && create) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static long copy(
      InputStream content, FileChannel channel, MessageDigest digest, long length)
      throws IOException {
    long max = length < 0 ? Blobs.OBJECT_MAX_BYTES : length;
    byte[] buffer = new byte[BUFFER_BYTES];
    long bytes = 0;
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      bytes += n;
      if (bytes > max) {
        throw new IOException("content > " + max + " B" + (length < 0 ? "" : ", as announced"));
      }
      digest.update(buffer, 0, n);
      write(channel, ByteBuffer.wrap(buffer, 0, n), bytes);
    }
    if (length >= 0 && bytes != length) {
      throw new IOException("content " + bytes + " B, announced " + length);
    }
    return bytes;
  }

  private static void write(FileChannel channel, ByteBuffer buffer, long bytes) throws IOException {
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw DurableFiles.failed("cannot store an object after " + bytes + " B", e);
    }
  }

  private static void force(FileChannel channel, Path path) throws IOException {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw DurableFiles.failed("cannot synchronise " + path, e);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
