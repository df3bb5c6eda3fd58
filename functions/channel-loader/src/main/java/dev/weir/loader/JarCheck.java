package dev.weir.loader;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ClassFileFormatVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.pf4j.DefaultVersionManager;

/**
 * Looks into a jar whose signature held, without loading any class of it. The jar's central
 * directory is read, which is what the class loader reads too.
 */
final class JarCheck {

  private static final String INDEX = "META-INF/extensions.idx";
  private static final int CLASS_MAGIC = 0xCAFEBABE;
  private static final int PREVIEW_MINOR = 0xFFFF;
  private static final int HEAD_MAX_BYTES = 64 << 10;

  private JarCheck() {}

  /** What a jar says about itself. */
  record Content(Manifest manifest, String factory) {}

  static Content of(Path jar, List<String> wantedId) {
    try (JarFile zip = new JarFile(jar.toFile(), false, ZipFile.OPEN_READ)) {
      checkSize(zip);
      checkBundled(zip);
      Manifest manifest = manifest(zip);
      Attributes attributes = attributes(zip);
      checkApi(manifest, attributes);
      checkId(manifest, attributes, wantedId);
      checkClasses(zip);
      return new Content(manifest, factory(zip));
    } catch (IOException e) {
      throw new PluginRefused(
          Refusal.BROKEN_JAR, jar.getFileName() + " is not a readable jar: " + e.getMessage(), e);
    }
  }

  private static void checkSize(JarFile zip) {
    if (zip.size() > Limits.JAR_ENTRIES_MAX) {
      throw new PluginRefused(
          Refusal.TOO_LARGE, "entries " + zip.size() + " > " + Limits.JAR_ENTRIES_MAX);
    }
    long unpacked = 0;
    for (ZipEntry entry : Collections.list(zip.entries())) {
      unpacked += Math.max(0, entry.getSize());
    }
    if (unpacked > Limits.JAR_UNPACKED_MAX_BYTES) {
      throw new PluginRefused(
          Refusal.TOO_LARGE, "unpacked " + unpacked + " B > " + Limits.JAR_UNPACKED_MAX_BYTES);
    }
  }

  private static void checkBundled(JarFile zip) {
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName();
      String inPackage =
          name.startsWith("META-INF/versions/")
              ? name.substring(name.indexOf('/', "META-INF/versions/".length()) + 1)
              : name;
      if (name.endsWith(".class")
          && (inPackage.startsWith("dev/weir/spi/")
              || inPackage.startsWith("org/pf4j/")
              || inPackage.startsWith("org/jspecify/"))) {
        throw new PluginRefused(
            Refusal.BUNDLES_SPI,
            name + " is provided by the host: give the dependency the scope provided");
      }
    }
  }

  private static Manifest manifest(JarFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(Manifest.PATH);
    if (entry == null) {
      throw new PluginRefused(Refusal.MANIFEST, Manifest.PATH + " is absent");
    }
    return Manifest.read(new ByteArrayInputStream(head(zip, entry, Limits.MANIFEST_MAX_BYTES)));
  }

  private static Attributes attributes(JarFile zip) throws IOException {
    java.util.jar.Manifest jarManifest = zip.getManifest();
    if (jarManifest == null) {
      throw new PluginRefused(Refusal.MANIFEST, "META-INF/MANIFEST.MF is absent");
    }
    Attributes attributes = jarManifest.getMainAttributes();
    for (String name : List.of("Plugin-Id", "Plugin-Version", "Plugin-Requires")) {
      if (attributes.getValue(name) == null || attributes.getValue(name).isBlank()) {
        throw new PluginRefused(Refusal.MANIFEST, name + " is absent from META-INF/MANIFEST.MF");
      }
    }
    for (String name : List.of("Plugin-Class", "Plugin-Dependencies", "Class-Path")) {
      if (attributes.getValue(name) != null) {
        throw new PluginRefused(Refusal.MANIFEST, name + " is not allowed in META-INF/MANIFEST.MF");
      }
    }
    return attributes;
  }

  private static void checkApi(Manifest manifest, Attributes attributes) {
    if (!ApiVersion.CURRENT.satisfies(manifest.api())) {
      throw new PluginRefused(
          Refusal.API_UNSATISFIED,
          "plugin "
              + manifest.id()
              + " is for api "
              + manifest.api()
              + ", this host has "
              + ApiVersion.CURRENT);
    }
    String range = attributes.getValue("Plugin-Requires");
    boolean inRange;
    try {
      inRange =
          new DefaultVersionManager().checkVersionConstraint(ApiVersion.CURRENT.semantic(), range);
    } catch (RuntimeException e) {
      throw new PluginRefused(
          Refusal.MANIFEST, "Plugin-Requires \"" + range + "\" is not a range of versions", e);
    }
    if (!inRange) {
      throw new PluginRefused(
          Refusal.API_UNSATISFIED,
          "plugin "
              + manifest.id()
              + " requires api "
              + range
              + ", this host has "
              + ApiVersion.CURRENT.semantic());
    }
  }

  private static void checkId(Manifest manifest, Attributes attributes, List<String> wanted) {
    String jarId = attributes.getValue("Plugin-Id");
    if (!manifest.id().equals(jarId)) {
      throw new PluginRefused(Refusal.WRONG_ID, "Plugin-Id " + jarId + " != id " + manifest.id());
    }
    if (!wanted.isEmpty() && !wanted.contains(manifest.id())) {
      throw new PluginRefused(
          Refusal.WRONG_ID, "plugin " + manifest.id() + " is not " + String.join(", ", wanted));
    }
  }

  private static void checkClasses(JarFile zip) throws IOException {
    int newest = ClassFileFormatVersion.latest().major();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      if (!entry.getName().endsWith(".class")) {
        continue;
      }
      try (DataInputStream in = new DataInputStream(zip.getInputStream(entry))) {
        if (in.readInt() != CLASS_MAGIC) {
          throw new PluginRefused(Refusal.BROKEN_JAR, entry.getName() + " is not a class file");
        }
        int minor = in.readUnsignedShort();
        int major = in.readUnsignedShort();
        if (major > newest || minor == PREVIEW_MINOR) {
          throw new PluginRefused(
              Refusal.CLASS_TOO_NEW,
              entry.getName()
                  + " is of class-file version "
                  + major
                  + (minor == PREVIEW_MINOR ? " with preview features" : "")
                  + ", this Java reads up to "
                  + newest);
        }
      }
    }
  }

  private static String factory(JarFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(INDEX);
    List<String> named =
        entry == null
            ? List.of()
            : new String(head(zip, entry, HEAD_MAX_BYTES), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    if (named.isEmpty()) {
      throw new PluginRefused(
          Refusal.NO_INDEX,
          INDEX
              + (entry == null ? " is absent" : " is empty")
              + ": was PF4J among the annotation processors, and the factory marked @Extension?");
    }
    if (named.size() > 1) {
      throw new PluginRefused(
          Refusal.SEVERAL_FACTORIES, INDEX + " names " + String.join(", ", named));
    }
    return named.getFirst();
  }

  private static byte[] head(JarFile zip, ZipEntry entry, int max) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readNBytes(max + 1);
    }
  }
}
