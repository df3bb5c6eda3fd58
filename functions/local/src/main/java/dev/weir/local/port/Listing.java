package dev.weir.local.port;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Walks folders in the order of the names: a folder counts as its name and a slash. Folders that
 * cannot hold a wanted name are not entered.
 */
final class Listing {

  private final String folderMark;
  private final String prefix;
  private final String after;
  private final int limit;
  private final List<String> names = new ArrayList<>();

  Listing(String folderMark, String prefix, String after, int limit) {
    this.folderMark = folderMark;
    this.prefix = prefix;
    this.after = after;
    this.limit = limit;
  }

  List<String> of(Path root) throws IOException {
    walk(root, "");
    return names;
  }

  private record Entry(Path path, String name, boolean folder) {}

  private void walk(Path folder, String path) throws IOException {
    for (Entry entry : entries(folder, path)) {
      if (names.size() == limit) {
        return;
      }
      if (!entry.folder()) {
        if (entry.name().startsWith(prefix) && entry.name().compareTo(after) > 0) {
          names.add(entry.name());
        }
      } else if (mayHold(entry.name())) {
        walk(entry.path(), entry.name());
      }
    }
  }

  private boolean mayHold(String folder) {
    boolean inPrefix = folder.startsWith(prefix) || prefix.startsWith(folder);
    boolean notBefore = folder.compareTo(after) > 0 || after.startsWith(folder);
    return inPrefix && notBefore;
  }

  private List<Entry> entries(Path folder, String path) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> entry(file, path))
          .sorted(Comparator.comparing(Entry::name))
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private Entry entry(Path file, String path) {
    String name = String.valueOf(file.getFileName());
    boolean folder = name.endsWith(folderMark);
    String plain = folder ? name.substring(0, name.length() - folderMark.length()) + "/" : name;
    return new Entry(file, path + plain, folder);
  }
}
