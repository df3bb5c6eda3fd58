package dev.weir.local.port;

import dev.weir.core.port.PortException;
import dev.weir.core.port.SecretRules;
import dev.weir.core.port.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

/**
 * {@link Secrets} as files, each an {@link Envelope} under the key in the file {@code key}, which
 * only its owner may read. Thread-safe.
 */
final class FileSecrets implements Secrets {

  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  private final Path values;
  private final Envelope envelope;

  /** Opens a folder; makes the key where there is none. */
  FileSecrets(Path root) {
    this.values = root.resolve("values");
    try {
      DurableFiles.makeFolder(values);
      this.envelope = new Envelope(key(root.resolve("key")));
    } catch (IOException e) {
      throw DurableFiles.failed("cannot open " + root, e);
    }
  }

  private static byte[] key(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] fresh = new byte[Envelope.KEY_BYTES];
      new SecureRandom().nextBytes(fresh);
      DurableFiles.write(file, fresh);
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (!OWNER.containsAll(permissions)) {
      throw new PortException(
          "key file "
              + file
              + " is open to others: "
              + PosixFilePermissions.toString(permissions)
              + ", should be rw-------");
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != Envelope.KEY_BYTES) {
      throw new PortException("key file " + file + " has " + key.length + " B, not 32");
    }
    return key;
  }

  /** No name has a dot, so none can pose as another. */
  private Path file(String name) {
    SecretRules.checkName(name);
    return values.resolve(name.replace('/', '.'));
  }

  @Override
  public Optional<String> get(String name) {
    Path file = file(name);
    try {
      byte[] value = envelope.open(name, Files.readAllBytes(file));
      return Optional.of(new String(value, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw DurableFiles.failed("cannot read secret " + name, e);
    }
  }

  @Override
  public void put(String name, String value) {
    Path file = file(name);
    SecretRules.checkValue(name, value);
    try {
      DurableFiles.write(file, envelope.seal(name, value.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw DurableFiles.failed("cannot store secret " + name, e);
    }
  }

  @Override
  public void delete(String name) {
    try {
      if (Files.deleteIfExists(file(name))) {
        DurableFiles.syncFolder(values);
      }
    } catch (IOException e) {
      throw DurableFiles.failed("cannot delete secret " + name, e);
    }
  }
}
