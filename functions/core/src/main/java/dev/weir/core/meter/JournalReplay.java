package dev.weir.core.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Applies what journals of earlier boots of this host still hold. Run it before serving. */
public final class JournalReplay {

  private final Path folder;
  private final String host;
  private final BatchSink sink;

  public JournalReplay(Path folder, String host, BatchSink sink) {
    this.folder = folder;
    this.host = host;
    this.sink = sink;
  }

  /**
   * Applies and then deletes every journal in the folder. Call it before this boot's own journal is
   * opened.
   *
   * @return how many facts were read; those applied before the crash count again, and are skipped
   *     by their numbers
   * @throws JournalException where a journal is another host's or damaged in the middle; it stays,
   *     and so do those after it
   */
  public long run() throws IOException {
    long facts = 0;
    List<Path> files = begun();
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i);
      Segment.Content content = Segment.read(file);
      if (!content.source().host().equals(host)) {
        throw new JournalException(
            file, "of host " + content.source().host() + ", this is host " + host);
      }
      boolean last = i + 1 == files.size() || !sameSource(file, files.get(i + 1));
      if (content.torn() && !last) {
        throw new JournalException(file, "its end is damaged and another file follows");
      }
      apply(content, last);
      facts += content.facts().size();
      Files.delete(file);
    }
    return facts;
  }

  private List<Path> begun() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path file : Segment.files(folder)) {
      if (Segment.begun(file)) {
        files.add(file);
      } else {
        Files.delete(file);
      }
    }
    return files;
  }

  private void apply(Segment.Content content, boolean closing) throws IOException {
    List<UsageFact> facts = content.facts();
    int from = 0;
    do {
      int to = Math.min(facts.size(), from + UsageBatch.FACTS_MAX);
      boolean end = to == facts.size();
      Applied applied =
          sink.apply(
              new UsageBatch(
                  content.source(),
                  content.after() + from,
                  facts.subList(from, to),
                  Optional.empty(),
                  end && closing));
      if (applied.seq() < content.after() + to) {
        throw new IOException(
            "batch to number %d applied only to %d".formatted(content.after() + to, applied.seq()));
      }
      from = to;
    } while (from < facts.size());
  }

  private static boolean sameSource(Path file, Path next) {
    return sourceOf(file).equals(sourceOf(next));
  }

  private static String sourceOf(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.lastIndexOf('-'));
  }
}
