import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Checks that every source file is formatted; with {@code fix} formats it. */
final class Format {

  public static void main(String[] args) throws IOException {
    boolean fix = args.length > 0 && args[0].equals("fix");
    List<Path> files = sources(Path.of("."));
    int wrong = 0;
    for (Path file : files) {
      String before = Files.readString(file);
      String after = format(file, before);
      if (before.equals(after)) {
        continue;
      }
      wrong++;
      if (fix) {
        Files.writeString(file, after);
      } else {
        System.err.println("not formatted: " + file);
      }
    }
    System.out.println(files.size() + " files, " + wrong + (fix ? " formatted" : " not formatted"));
    if (wrong > 0 && !fix) {
      System.err.println("run: mvn -N validate -Dformat=fix");
      System.exit(1);
    }
  }

  private static String format(Path file, String text) throws IOException {
    try {
      var formatter = new Formatter(JavaFormatterOptions.defaultOptions());
      String ordered = ImportOrderer.reorderImports(text, JavaFormatterOptions.Style.GOOGLE);
      return formatter.formatSource(RemoveUnusedImports.removeUnusedImports(ordered));
    } catch (FormatterException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(p -> p.toString().endsWith(".java"))
          .filter(p -> !p.toString().contains("/target/") && !p.toString().contains("/.git/"))
          .filter(p -> !p.toString().contains("archetype-resources"))
          .sorted()
          .toList();
    }
  }
}
