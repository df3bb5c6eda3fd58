package dev.weir.core.meter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One file of a journal, {@code journal-<source>-<after>.wal}: a header frame with host and boot,
 * then a frame per fact, numbered {@code after + 1} on.
 */
record Segment(Path file, long after) {

  /** When a journal begins its next file. */
  static final int MAX_BYTES = 16 << 20;

  private static final String PREFIX = "journal-";
  private static final String SUFFIX = ".wal";

  static Segment of(Path folder, SourceName source, long after) {
    return new Segment(
        folder.resolve("%s%s-%019d%s".formatted(PREFIX, source.id(), after, SUFFIX)), after);
  }

  /** All journal files of a folder, those of one source together and in order. */
  static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(PREFIX))
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .sorted(Comparator.comparing(file -> file.getFileName().toString()))
          .toList();
    }
  }

  static boolean isOf(Path file, SourceName source) {
    return file.getFileName().toString().startsWith(PREFIX + source.id() + "-");
  }

  /** Whether its header was written whole; a file killed before that holds no fact. */
  static boolean begun(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    return Frames.read(bytes, 0) instanceof Frames.Found.Frame || Frames.find(bytes, 0) >= 0;
  }

  /** What a closed file holds. */
  record Content(SourceName source, long after, List<UsageFact> facts, boolean torn) {}

  /**
   * Reads a file that nobody writes any more. A tail that is no whole frame is what a crash leaves:
   * nobody was told that it is durable. Nor was anybody of the rest of that group, where a disk
   * kept its later frames and not the earlier ones. Damage before a frame of a later group is
   * something else: that group was only written when the damaged one was durable.
   *
   * @throws JournalException naming the offset of the damage
   */
  static Content read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    Frames.Found first = Frames.read(bytes, 0);
    if (!(first instanceof Frames.Found.Frame header)) {
      throw new JournalException(file, "offset 0: no header");
    }
    SourceName source = Frames.decodeHeader(header.payload());
    List<UsageFact> facts = new ArrayList<>();
    long number = header.number();
    int at = header.end();
    while (true) {
      switch (Frames.read(bytes, at)) {
        case Frames.Found.End _ -> {
          return new Content(source, header.number(), facts, false);
        }
        case Frames.Found.Damaged damaged -> {
          int next = laterGroup(bytes, at, number + 1);
          if (next >= 0) {
            throw new JournalException(
                file,
                "offset %d: %s, but a whole frame follows at offset %d; facts from number %d on"
                        .formatted(at, damaged.why(), next, number + 1)
                    + " may be lost");
          }
          return new Content(source, header.number(), facts, true);
        }
        case Frames.Found.Frame frame -> {
          if (frame.number() != number + 1) {
            throw new JournalException(
                file,
                "offset %d: number %d follows number %d".formatted(at, frame.number(), number));
          }
          number++;
          facts.add(UsageFact.of(source.factKey(number), Frames.decode(frame.payload())));
          at = frame.end();
        }
      }
    }
  }

  /** Where a whole frame of a later group than a damaged frame's begins; −1 where none does. */
  private static int laterGroup(ByteBuffer bytes, int from, long damaged) {
    int at = Frames.find(bytes, from + 1);
    while (at >= 0 && Frames.read(bytes, at) instanceof Frames.Found.Frame frame) {
      if (frame.first() > damaged) {
        return at;
      }
      at = Frames.find(bytes, frame.end());
    }
    return at;
  }

  /** Makes a new name in a folder durable. */
  static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
