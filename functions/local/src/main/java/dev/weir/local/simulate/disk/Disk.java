package dev.weir.local.simulate.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One machine's disk: a single folder of files. It does what a journal needs and refuses all else.
 * Not thread-safe; the simulation runs one thread at a time.
 */
public final class Disk extends FileSystemProvider {

  private static final int GARBLED_PERCENT = 30;
  private static final int UNDONE_PERCENT = 30;

  private final DiskFileSystem system = new DiskFileSystem(this);
  private final Map<String, StoredFile> files = new TreeMap<>();
  private final Map<String, StoredFile> removed = new TreeMap<>();
  private long operations;
  private long powerLossAt = -1;
  private int forcesToFail;

  /** The folder. */
  public Path folder() {
    return new DiskPath(system, "");
  }

  /** The power goes after so many more writes and forces. */
  public void losePowerAfter(int more) {
    powerLossAt = operations + more;
  }

  /** So many forces from now on fail, as a broken disk's do. */
  public void failForces(int count) {
    forcesToFail = count;
  }

  /** Whatever was to go wrong does not. */
  public void calm() {
    powerLossAt = -1;
    forcesToFail = 0;
  }

  /** Called by channels before each change; here the power goes. */
  void changing() {
    operations++;
    if (operations == powerLossAt) {
      throw new PowerLoss();
    }
  }

  void forcing() throws IOException {
    changing();
    if (forcesToFail > 0) {
      forcesToFail--;
      throw new IOException("injected: the disk failed");
    }
  }

  /** What a machine finds after the power came back: of what was not forced, any part. */
  public void powerCut(Random random) {
    calm();
    files.entrySet().removeIf(e -> !e.getValue().named && random.nextBoolean());
    for (Map.Entry<String, StoredFile> gone : removed.entrySet()) {
      if (random.nextInt(100) < UNDONE_PERCENT) {
        files.putIfAbsent(gone.getKey(), gone.getValue());
      }
    }
    removed.clear();
    for (StoredFile file : files.values()) {
      file.named = true;
      file.cut(random, GARBLED_PERCENT);
    }
  }

  /** What a copy of the disk holds that was made while the machine ran. */
  public Disk copied() {
    Disk copy = new Disk();
    files.forEach((name, file) -> copy.files.put(name, file.copied()));
    return copy;
  }

  @Override
  public String getScheme() {
    return "simulated";
  }

  private static String name(Path path) {
    return ((DiskPath) path).name();
  }

  private StoredFile file(Path path) throws NoSuchFileException {
    StoredFile file = files.get(name(path));
    if (file == null) {
      throw new NoSuchFileException(path.toString());
    }
    return file;
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    if (name(path).isEmpty()) {
      return new FolderChannel(this);
    }
    if (options.contains(StandardOpenOption.CREATE_NEW)) {
      if (files.containsKey(name(path))) {
        throw new FileAlreadyExistsException(path.toString());
      }
      changing();
      files.put(name(path), new StoredFile());
    }
    return new DiskChannel(this, file(path));
  }

  /** Names as they are now survive the next loss of power. */
  void forceNames() throws IOException {
    forcing();
    files.values().forEach(file -> file.named = true);
    removed.clear();
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) {
    Iterator<Path> paths =
        files.keySet().stream().map(name -> (Path) new DiskPath(system, name)).toList().iterator();
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return paths;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    throw new FileAlreadyExistsException(folder.toString()); // the one folder is always there
  }

  @Override
  public void delete(Path path) throws IOException {
    StoredFile file = file(path);
    changing();
    files.remove(name(path));
    if (file.named) {
      removed.put(name(path), file);
    }
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    if (!name(path).isEmpty()) {
      StoredFile _ = file(path);
    }
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    boolean folder = name(path).isEmpty();
    return type.cast(new Attributes(folder, folder ? 0 : file(path).size()));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) {
    throw new UnsupportedOperationException("attributes by name");
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options) {
    throw new UnsupportedOperationException("setting attributes");
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return null;
  }

  @Override
  public boolean isSameFile(Path path, Path other) {
    return path.equals(other);
  }

  @Override
  public boolean isHidden(Path path) {
    return false;
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException("by URI");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException("by URI");
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException("by URI");
  }

  @Override
  public void copy(Path from, Path to, CopyOption... options) {
    throw new UnsupportedOperationException("copying");
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) {
    throw new UnsupportedOperationException("moving");
  }

  @Override
  public FileStore getFileStore(Path path) {
    throw new UnsupportedOperationException("stores");
  }
}
