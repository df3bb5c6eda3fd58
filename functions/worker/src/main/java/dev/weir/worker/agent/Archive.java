package dev.weir.worker.agent;

import dev.weir.core.port.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A flat folder as one file, the same bytes for the same content. */
final class Archive {

  /** The most files of an archive. */
  static final int FILES_MAX = 100;

  private Archive() {}

  static void pack(Path folder, Path archive) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(Files::isRegularFile).sorted().toList();
    }
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Path file : files) {
        ZipEntry entry = new ZipEntry(file.getFileName().toString());
        entry.setTime(0);
        zip.putNextEntry(entry);
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
  }

  /** Unpacks into a folder that appears whole. */
  static void unpack(Path archive, Path folder) throws IOException {
    Path hidden = folder.resolveSibling("." + folder.getFileName());
    Files.createDirectories(hidden);
    try (InputStream in = Files.newInputStream(archive);
        ZipInputStream zip = new ZipInputStream(in)) {
      int files = 0;
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (++files > FILES_MAX || !entry.getName().matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
          throw new IOException("archive entry " + files + " '" + entry.getName() + "' refused");
        }
        Files.copy(zip, hidden.resolve(entry.getName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(hidden, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  static String sha256(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), Sha256.digest())) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    }
  }
}
