package dev.weir.loader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The folder that a plugin is loaded from, which only this process's user can read. */
record PrivateFolder(Path folder, Path jar) {

  private static final System.Logger LOG = System.getLogger(PrivateFolder.class.getName());

  static PrivateFolder holding(byte[] bytes) throws IOException {
    Path folder =
        Files.createTempDirectory(
            "weir-plugin-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new PrivateFolder(folder, Files.write(folder.resolve("plugin.jar"), bytes));
  }

  void remove() {
    try {
      Files.deleteIfExists(jar);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, folder + " stays behind", e);
    }
  }
}
