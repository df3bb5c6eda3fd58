package dev.weir.local.simulate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The AWS plugin's classes; its module is built before this one. */
final class ShippedPlugin {

  static final List<Path> CLASSES =
      List.of(
          Path.of("../../plugins/marketplace-aws/target/classes"),
          Path.of("../../plugins/kit/target/classes"));

  private ShippedPlugin() {}

  static AwsPlugin load() {
    CLASSES.forEach(folder -> assertTrue(Files.isDirectory(folder), folder + " is not built"));
    return AwsPlugin.in(CLASSES);
  }
}
