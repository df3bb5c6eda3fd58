package dev.weir.local.simulate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The AWS plugin's jar, with all that it brings; its module is packaged before this one is. */
final class ShippedPlugin {

  private static final Path TARGET = Path.of("../../plugins/marketplace-aws/target");

  static final List<Path> CLASSES = List.of(jar());

  private ShippedPlugin() {}

  private static Path jar() {
    try (Stream<Path> files = Files.list(TARGET)) {
      return files
          .filter(file -> file.getFileName().toString().matches("marketplace-aws-.*\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no plugin's jar in " + TARGET));
    } catch (IOException e) {
      throw new UncheckedIOException("the AWS plugin is not packaged: " + TARGET, e);
    }
  }

  static AwsPlugin load() {
    return AwsPlugin.in(CLASSES);
  }
}
