import java.nio.file.Path;

/** Runs .ci/checks and tells it which JDK runs this: the one that the toolchain selected. */
final class Checks {

  private Checks() {}

  public static void main(String[] args) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    System.exit(new ProcessBuilder(".ci/checks", java.toString()).inheritIO().start().waitFor());
  }
}
