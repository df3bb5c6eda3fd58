package dev.weir.local.port;

import dev.weir.core.port.BlobRules;
import dev.weir.core.port.Blobs;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@link Blobs} as files. An object is written beside the others, synchronised, and then given its
 * name. A folder's name ends with {@code +}, which no blob name contains, so that {@code a} and
 * {@code a/b} can both be objects. Thread-safe, across processes too.
 */
final class FileBlobs implements Blobs {

  private static final String FOLDER = "+";

  private final Path objects;
  private final Path incoming;
  private final String publicUrl;
  private final BlobSignatures signatures;
  private final InstantSource clock;

  /**
   * Opens a folder and removes what a crash left half-written in it.
   *
   * @param publicUrl of the server that answers presigned URLs
   */
  FileBlobs(Path root, URI publicUrl, BlobSignatures signatures, InstantSource clock) {
    this.objects = root.resolve("objects");
    this.incoming = root.resolve("incoming");
    this.publicUrl = publicUrl.toString().replaceAll("/+$", "") + "/blobs/";
    this.signatures = signatures;
    this.clock = clock;
    try {
      DurableFiles.makeFolder(objects);
      DurableFiles.makeFolder(incoming);
      try (Stream<Path> leftovers = Files.list(incoming)) {
        for (Path leftover : leftovers.toList()) {
          Files.delete(leftover);
        }
      }
    } catch (IOException e) {
      throw DurableFiles.failed("cannot open " + root, e);
    }
  }

  private Path path(String name) {
    BlobRules.checkName(name);
    Path path = objects;
    String[] segments = name.split("/", -1);
    for (int i = 0; i < segments.length - 1; i++) {
      path = path.resolve(segments[i] + FOLDER);
    }
    return path.resolve(segments[segments.length - 1]);
  }

  @Override
  public Stat put(String name, InputStream content, long length) throws IOException {
    Path path = path(name);
    try (IncomingFile file = IncomingFile.receive(incoming, content, length)) {
      publish(file, path, true);
      return new Stat(name, file.bytes(), file.sha256());
    }
  }

  @Override
  public boolean putIfAbsent(String name, InputStream content, long length) throws IOException {
    Path path = path(name);
    try (IncomingFile file = IncomingFile.receive(incoming, content, length)) {
      return publish(file, path, false);
    }
  }

  @Override
  public String putContent(InputStream content) throws IOException {
    try (IncomingFile file = IncomingFile.receive(incoming, content, -1)) {
      String name = "sha256/" + file.sha256();
      publish(file, path(name), false);
      return name;
    }
  }

  /** A link fails where the name is taken; a move replaces. */
  private static boolean publish(IncomingFile file, Path path, boolean replace) throws IOException {
    Path folder = DurableFiles.folder(path);
    try {
      DurableFiles.makeFolder(folder);
      if (replace) {
        Files.move(file.path(), path, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.createLink(path, file.path());
      }
      DurableFiles.syncFolder(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      if (DurableFiles.diskFull(e)) {
        throw DurableFiles.failed("cannot store " + path.getFileName(), e);
      }
      throw e;
    }
  }

  @Override
  public Optional<InputStream> open(String name) throws IOException {
    try {
      return Optional.of(Files.newInputStream(path(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<InputStream> open(String name, long offset, long length) throws IOException {
    BlobRules.checkRange(offset, length);
    Path path = path(name);
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      channel.position(offset);
      return Optional.of(new RangeStream(Channels.newInputStream(channel), length));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Stat> stat(String name) throws IOException {
    try {
      BasicFileAttributes file = Files.readAttributes(path(name), BasicFileAttributes.class);
      String known = name.startsWith("sha256/") ? name.substring("sha256/".length()) : "";
      return Optional.of(new Stat(name, file.size(), known));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<String> list(String prefix, String after, int limit) throws IOException {
    BlobRules.checkList(limit);
    return new Listing(FOLDER, prefix, after, limit).of(objects);
  }

  @Override
  public void delete(String name) throws IOException {
    Path path = path(name);
    if (Files.deleteIfExists(path)) {
      DurableFiles.syncFolder(DurableFiles.folder(path));
    }
  }

  @Override
  public URI presignGet(String name, Duration lifetime) {
    return presign("GET", name, lifetime);
  }

  @Override
  public URI presignPut(String name, Duration lifetime) {
    return presign("PUT", name, lifetime);
  }

  private URI presign(String method, String name, Duration lifetime) {
    BlobRules.checkName(name);
    BlobRules.checkLifetime(lifetime);
    String query = signatures.query(method, name, clock.instant().plus(lifetime));
    return URI.create(publicUrl + name + "?" + query);
  }
}
