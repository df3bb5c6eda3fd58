package dev.weir.local.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.PortException;
import dev.weir.core.port.Secrets;
import dev.weir.core.port.SecretsContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSecretsTest extends SecretsContract {

  @TempDir Path folder;

  @Override
  protected Secrets open() {
    return new FileSecrets(folder);
  }

  @Test
  void secretsOutliveTheProcessAndAreUnreadableInTheirFiles() throws Exception {
    new FileSecrets(folder).put("control/token", "very secret");
    assertEquals(Optional.of("very secret"), new FileSecrets(folder).get("control/token"));
    Path file = folder.resolve("values/control.token");
    String stored = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    assertFalse(stored.contains("secret"));
    for (Path path : new Path[] {file, folder.resolve("key")}) {
      String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
      assertEquals("rw-------", permissions);
    }
  }

  @Test
  void aChangedOrMovedEnvelopeIsRefused() throws Exception {
    FileSecrets secrets = new FileSecrets(folder);
    secrets.put("a", "first");
    Path a = folder.resolve("values/a");
    Files.copy(a, folder.resolve("values/b"), StandardCopyOption.REPLACE_EXISTING);
    assertThrows(PortException.class, () -> secrets.get("b"));
    byte[] bytes = Files.readAllBytes(a);
    bytes[bytes.length - 1] ^= 1;
    Files.write(a, bytes);
    PortException refusal = assertThrows(PortException.class, () -> secrets.get("a"));
    assertTrue(refusal.getMessage().contains("not sealed with this key"), refusal.getMessage());
    Files.write(a, new byte[3]);
    assertThrows(PortException.class, () -> secrets.get("a"));
  }

  @Test
  void aKeyThatOthersCanReadIsRefused() throws Exception {
    new FileSecrets(folder).put("a", "x");
    Path key = folder.resolve("key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    PortException refusal = assertThrows(PortException.class, () -> new FileSecrets(folder));
    assertTrue(refusal.getMessage().contains("is open to others: rw-r--r--"));
  }
}
