package dev.weir.local.simulate.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiskTest {

  private final Random random = new Random(1);
  private final Disk disk = new Disk();
  private final Path file = disk.folder().resolve("a");

  private FileChannel created() throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private void forceFolder() throws IOException {
    try (FileChannel folder = FileChannel.open(disk.folder(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void write(FileChannel to, String text) throws IOException {
    to.write(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
  }

  @Test
  void powerCutKeepsWhatWasForcedAndAnyPartOfTheRest() throws IOException {
    Set<Integer> sizes = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      Disk one = new Disk();
      try (FileChannel out =
          FileChannel.open(
              one.folder().resolve("a"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        write(out, "forced");
        out.force(false);
        write(out, "not");
      }
      try (FileChannel folder = FileChannel.open(one.folder(), StandardOpenOption.READ)) {
        folder.force(true);
      }
      one.powerCut(random);
      byte[] left = Files.readAllBytes(one.folder().resolve("a"));
      assertEquals("forced", new String(left, 0, 6, java.nio.charset.StandardCharsets.US_ASCII));
      sizes.add(left.length);
    }
    assertEquals(Set.of(6, 7, 8, 9), sizes);
  }

  @Test
  void nameThatWasNotForcedMayBeGoneAndOneThatWasRemovedMayBeBack() throws IOException {
    int gone = 0;
    int back = 0;
    for (int i = 0; i < 50; i++) {
      Disk one = new Disk();
      Path path = one.folder().resolve("a");
      FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
      one.powerCut(random);
      if (!Files.exists(path)) {
        gone++;
        continue;
      }
      Files.delete(path);
      one.powerCut(random);
      back += Files.exists(path) ? 1 : 0;
    }
    assertTrue(gone > 5 && gone < 45, gone + " gone");
    assertTrue(back > 0, back + " back");
  }

  @Test
  void copyIsADiskOfItsOwn() throws IOException {
    try (FileChannel out = created()) {
      write(out, "both");
    }
    forceFolder();
    Disk copy = disk.copied();
    Files.delete(file);
    assertFalse(Files.exists(file));
    assertArrayEquals(
        new byte[] {'b', 'o', 't', 'h'}, Files.readAllBytes(copy.folder().resolve("a")));
  }

  @Test
  void powerGoesAndForcesFailWhenTold() throws IOException {
    try (FileChannel out = created()) {
      disk.failForces(1);
      assertThrows(IOException.class, () -> out.force(false));
      out.force(false);
      disk.losePowerAfter(2);
      write(out, "one");
      assertThrows(PowerLoss.class, () -> write(out, "two"));
    }
  }
}
