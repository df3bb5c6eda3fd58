package dev.weir.local.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A defect that somebody might make, as a change of a shipped class's source.
 *
 * @param name what it does wrong
 * @param file from the root of the repository
 * @param find a piece of it that occurs exactly once
 * @param replace what stands there instead
 */
record Mutation(String name, String file, String find, String replace) {

  private static final Path ROOT = Path.of("..", "..");

  static Mutation core(String name, String type, String find, String replace) {
    return new Mutation(
        name, "functions/core/src/main/java/dev/weir/core/" + type + ".java", find, replace);
  }

  static Mutation host(String name, String type, String find, String replace) {
    return new Mutation(
        name,
        "functions/channel-host/src/main/java/dev/weir/host/" + type + ".java",
        find,
        replace);
  }

  static Mutation aws(String name, String type, String find, String replace) {
    return new Mutation(
        name,
        "plugins/marketplace-aws/src/main/java/dev/weir/plugin/aws/" + type + ".java",
        find,
        replace);
  }

  /** The whole source with the defect in it. */
  String source() {
    try {
      String shipped = Files.readString(ROOT.resolve(file));
      int at = shipped.indexOf(find);
      int occurrences = at < 0 ? 0 : shipped.indexOf(find, at + 1) < 0 ? 1 : 2;
      assertEquals(1, occurrences, () -> "in " + file + ": " + find);
      return shipped.replace(find, replace);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String className() {
    int from = file.indexOf("dev/weir/");
    return file.substring(from, file.length() - ".java".length()).replace('/', '.');
  }

  @Override
  public String toString() {
    return name;
  }
}
