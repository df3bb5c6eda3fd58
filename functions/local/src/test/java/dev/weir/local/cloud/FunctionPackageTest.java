package dev.weir.local.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What {@code mvn package} left for the cloud. Runs after it, in {@code mvn verify}. */
final class FunctionPackageTest {

  /** Classes, jars, and the font that invoices are printed in. */
  private static final List<String> ROOTS = List.of("dev/", "lib/", "fonts/");

  /** Lambda's limit of a function with its layers, unzipped. */
  private static final long UNZIPPED_MAX_BYTES = 250L << 20;

  private static final String FUNCTION = "AWS::Serverless::Function";

  private static Path built(Template template, Template.Resource resource, String property) {
    Path file = template.file().resolveSibling(resource.text(property)).normalize();
    assertTrue(Files.exists(file), file + " is not built");
    return file;
  }

  @Test
  void everyHandlerIsInItsZipAndCanBeMade() throws IOException {
    int handlers = 0;
    for (Template template : Template.all()) {
      for (Template.Resource function : template.resources(FUNCTION)) {
        Path file = built(template, function, "CodeUri");
        try (ZipFile zip = new ZipFile(file.toFile())) {
          String name = function.text("Handler");
          ZipEntry entry = zip.getEntry(name.replace('.', '/') + ".class");
          assertTrue(entry != null, name + " is not in " + file);
          assertTrue(ClassFiles.canBeMade(zip.getInputStream(entry).readAllBytes()), name);
          handlers++;
        }
      }
    }
    assertEquals(9, handlers);
  }

  @Test
  void zipsHaveClassesAtTheRootAndJarsUnderLibAndFitLambda() throws IOException {
    for (Template template : List.of(Template.main(), Template.channel())) {
      Path file = built(template, template.resources(FUNCTION).getFirst(), "CodeUri");
      try (ZipFile zip = new ZipFile(file.toFile())) {
        long bytes = 0;
        for (ZipEntry entry : Collections.list(zip.entries())) {
          String name = entry.getName();
          assertTrue(ROOTS.stream().anyMatch(name::startsWith), name);
          assertTrue(!name.endsWith(".jar") || name.startsWith("lib/"), name);
          bytes += entry.getSize();
        }
        assertTrue(bytes < UNZIPPED_MAX_BYTES, file + " unzipped: " + bytes + " B");
      }
    }
  }

  @Test
  void everyPluginIsOneJarInALayer() throws IOException {
    Template plugins = Template.read(Template.ROOT.resolve("infra/plugins.yaml"));
    List<Template.Resource> layers = plugins.resources("AWS::Serverless::LayerVersion");
    assertEquals(4, layers.size());
    for (Template.Resource layer : layers) {
      Path folder = built(plugins, layer, "ContentUri").resolve("weir/plugins");
      try (Stream<Path> files = Files.list(folder)) {
        List<Path> jars = files.filter(f -> f.toString().endsWith(".jar")).toList();
        assertEquals(1, jars.size(), folder + " holds " + jars);
        try (ZipFile jar = new ZipFile(jars.getFirst().toFile())) {
          assertTrue(jar.getEntry("META-INF/weir/channel.properties") != null, jars.toString());
          assertTrue(jar.getEntry("META-INF/extensions.idx") != null, jars.toString());
        }
      }
    }
  }
}
