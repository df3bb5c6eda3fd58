package dev.weir.core.meter;

import static dev.weir.core.meter.MeterWorld.HOUR;
import static dev.weir.core.meter.MeterWorld.START;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  private static final SourceName BOOT = new SourceName("host", "boot-1");

  @TempDir private Path folder;
  private final MeterWorld world = new MeterWorld();
  private final ApplyBatch sink = new ApplyBatch(world.ports);

  private static List<Usage> usages(int from, int to) {
    List<Usage> usages = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      usages.add(MeterWorld.usage("a1", "call-" + i, 1, START));
    }
    return usages;
  }

  private Path write(int facts) throws IOException {
    try (Journal journal = Journal.open(folder, BOOT)) {
      for (Usage usage : usages(1, facts)) {
        journal.append(List.of(usage));
      }
    }
    return Segment.files(folder).getFirst();
  }

  private long replay() throws IOException {
    return new JournalReplay(folder, "host", sink).run();
  }

  /** The quantity that ends up sealed. */
  private long sealed() {
    world.toNextHour();
    world.tick();
    world.tick();
    return world.sealedQuantity();
  }

  @Test
  void appendedFactsAreFlushedOnceAndTheJournalEnds() throws Exception {
    Journal journal = Journal.open(folder, BOOT);
    Flusher flusher = new Flusher(journal, sink, world.clock);
    assertEquals(0, flusher.flush());
    journal.append(usages(1, 3));
    assertEquals(3, flusher.flush());
    journal.append(usages(4, 5000));
    assertEquals(5000, flusher.flush());
    assertEquals(5000, flusher.flush());
    journal.append(usages(5001, 5002));
    flusher.finish();

    assertTrue(Segment.files(folder).isEmpty());
    assertEquals(Source.State.CLOSED, new Sources(world.ports).find(BOOT).orElseThrow().state());
    assertEquals(5002, sealed());
  }

  @Test
  void factsWaitForOthersButNotForAFullBatchTheEndOfTheHourOrTheEnd() throws Exception {
    Journal journal = Journal.open(folder, BOOT);
    Flusher flusher = new Flusher(journal, sink, world.clock, Duration.ofMinutes(3));
    assertEquals(0, flusher.flush());
    journal.append(usages(1, 3));
    assertEquals(0, flusher.flush());
    world.clock.advance(Duration.ofMinutes(3));
    assertEquals(3, flusher.flush());

    journal.append(usages(4, 5010));
    assertEquals(3 + UsageBatch.FACTS_MAX, flusher.flush());
    world.clock.set(HOUR.plus(Duration.ofHours(1)));
    assertEquals(5010, flusher.flush());

    journal.append(usages(5011, 5012));
    assertEquals(5010, flusher.flush());
    flusher.finish();
    assertEquals(5012, new Sources(world.ports).find(BOOT).orElseThrow().seq());
  }

  @Test
  void aLostAnswerOfTheSinkCountsOnce() throws Exception {
    Journal journal = Journal.open(folder, BOOT);
    int[] calls = {0};
    BatchSink losing =
        batch -> {
          Applied applied = sink.apply(batch);
          if (calls[0]++ % 2 == 1) {
            throw new IOException("connection reset");
          }
          return applied;
        };
    Flusher flusher = new Flusher(journal, losing, world.clock);
    for (int i = 0; i < 20; i++) {
      journal.append(usages(i * 10 + 1, i * 10 + 10));
      try {
        flusher.flush();
      } catch (IOException e) {
        // called again with the next ones: other boundaries
      }
    }
    boolean finished = false;
    while (!finished) {
      try {
        flusher.finish();
        finished = true;
      } catch (IOException e) {
        // and so is its end
      }
    }

    assertEquals(200, sealed());
  }

  @Test
  void callersAtOnceGetTheirFactsDurableInOneOrder() throws Exception {
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Journal journal = Journal.open(folder, BOOT);
      List<Future<?>> waits = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        int call = i;
        waits.add(
            pool.submit(() -> {
              journal.append(usages(call, call));
              return null;
            }));
      }
      for (Future<?> wait : waits) {
        wait.get();
      }
      assertEquals(400, journal.durable());
      journal.close();
    }
    Segment.Content content = Segment.read(Segment.files(folder).getFirst());
    Set<String> calls = new HashSet<>(content.facts().stream().map(UsageFact::callId).toList());
    assertEquals(400, calls.size());
  }

  @Test
  void callIdsOfAnyCharactersAreReadAsTheyWere() throws Exception {
    List<String> ids = List.of("调用-1", "a\u0000b", "\ud83d\ude80", "\ud83d", "c".repeat(512));
    try (Journal journal = Journal.open(folder, BOOT)) {
      for (String id : ids) {
        journal.append(List.of(MeterWorld.usage("a1", id, 1, START)));
      }
    }
    Segment.Content content = Segment.read(Segment.files(folder).getFirst());
    assertEquals(ids, content.facts().stream().map(UsageFact::callId).toList());
  }

  @Test
  void aTornTailIsWhatNobodyWasTold() throws Exception {
    Path file = write(10);
    long whole = Files.size(file);
    for (int cut : List.of(1, 7, 19, 30)) {
      byte[] bytes = Files.readAllBytes(file);
      Path torn = folder.resolve("journal-torn-0000000000000000000.wal");
      Files.write(torn, Arrays.copyOf(bytes, (int) whole - cut));
      Segment.Content content = Segment.read(torn);
      assertTrue(content.torn());
      assertEquals(9, content.facts().size());
      Files.delete(torn);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      channel.write(ByteBuffer.wrap(new byte[100])); // blocks that a crash left as zeros
    }
    assertEquals(10, replay());
    assertEquals(10, sealed());
    assertTrue(Segment.files(folder).isEmpty());
  }

  @Test
  void aJournalCutInTheMiddleNamesTheOffsetAndStays() throws Exception {
    Path file = write(10);
    byte[] bytes = Files.readAllBytes(file);
    byte[] broken = bytes.clone();
    broken[bytes.length / 2] ^= 1;
    Files.write(file, broken);

    JournalException flipped = assertThrows(JournalException.class, this::replay);
    assertTrue(flipped.getMessage().matches(".*offset \\d+: .*whole frame follows at offset.*"));
    assertTrue(Files.exists(file));

    int frame = Frames.find(ByteBuffer.wrap(bytes), bytes.length / 2);
    int next = Frames.find(ByteBuffer.wrap(bytes), frame + 1);
    byte[] shorter = new byte[bytes.length - (next - frame)];
    System.arraycopy(bytes, 0, shorter, 0, frame);
    System.arraycopy(bytes, next, shorter, frame, bytes.length - next);
    Files.write(file, shorter);
    JournalException cut = assertThrows(JournalException.class, this::replay);
    assertContains(cut.getMessage(), "offset " + frame + ": number ", "follows number");
  }

  @Test
  void ofAGroupThatACrashToreNobodyWasToldWhicheverFramesTheDiskKept() throws Exception {
    try (Journal journal = Journal.open(folder, BOOT)) {
      for (Usage usage : usages(1, 4)) {
        journal.append(List.of(usage));
      }
      journal.append(usages(5, 9));
    }
    Path file = Segment.files(folder).getFirst();
    byte[] bytes = Files.readAllBytes(file);
    List<Integer> frames = new ArrayList<>();
    int at = Frames.find(ByteBuffer.wrap(bytes), 1);
    while (at >= 0) {
      frames.add(at);
      at = Frames.find(ByteBuffer.wrap(bytes), at + 1);
    }
    assertEquals(9, frames.size());
    for (int damaged = 0; damaged < frames.size(); damaged++) {
      byte[] broken = bytes.clone();
      broken[frames.get(damaged) + Frames.HEADER_BYTES + 5] ^= 1;
      Files.write(file, broken);
      if (damaged < 4) { // each of these was durable before the next was written
        assertThrows(JournalException.class, () -> Segment.read(file), "frame " + damaged);
      } else {
        Segment.Content content = Segment.read(file);
        assertTrue(content.torn());
        assertEquals(damaged, content.facts().size());
      }
    }
    assertEquals(8, replay()); // the last frame is the damaged one
    assertEquals(8, sealed());
  }

  @Test
  void aJournalOfAnotherHostIsRefused() throws Exception {
    write(3);

    JournalException refused =
        assertThrows(JournalException.class, () -> new JournalReplay(folder, "other", sink).run());
    assertContains(refused.getMessage(), "of host host, this is host other");
    assertEquals(1, Segment.files(folder).size());
  }

  @Test
  void aFileKilledBeforeItsHeaderHoldsNothing() throws Exception {
    Path file = write(0);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 9));

    assertEquals(0, replay());
    assertTrue(Segment.files(folder).isEmpty());
  }

  @Test
  void replayingWhatWasFlushedCountsOnce() throws Exception {
    Journal journal = Journal.open(folder, BOOT);
    Flusher flusher = new Flusher(journal, sink, world.clock);
    journal.append(usages(1, 30));
    flusher.flush();
    journal.append(usages(31, 50));
    journal.close(); // killed: the files stay

    assertEquals(50, replay());
    assertEquals(50, sealed());
  }

  @Test
  void fullFilesAreFollowedByNewOnesAndForgottenWhenApplied() throws Exception {
    Journal journal = Journal.open(folder, BOOT, 64 << 10);
    Flusher flusher = new Flusher(journal, sink, world.clock);
    List<Usage> many = usages(1, 100);
    for (int i = 0; i < 50; i++) {
      journal.append(many);
    }
    assertTrue(Segment.files(folder).size() > 1);
    assertEquals(5_000, flusher.flush());
    assertEquals(1, Segment.files(folder).size());
    journal.append(usages(1, 1));
    journal.close();

    assertTrue(replay() < 5_000);
    assertEquals(5_001, sealed());
  }

  @Test
  void aBootIsUsedOnce() throws Exception {
    write(1);
    assertThrows(FileAlreadyExistsException.class, () -> Journal.open(folder, BOOT));
  }

  @Test
  void aJournalThatCannotBeWrittenTakesNoMoreFacts() throws Exception {
    Journal journal = Journal.open(folder, BOOT);
    journal.close();

    IOException closed = assertThrows(IOException.class, () -> journal.append(usages(1, 1)));
    assertContains(closed.getMessage(), "journal takes no facts");
  }

  /** Three callers share a write of which the disk takes a part; all of them are refused. */
  @Test
  void onAFullDiskWhatWasAcknowledgedIsCountedAndNothingElse() throws Exception {
    int told = JournalWriter.untilFull(folder, 40);

    assertTrue(told > 50, told + " acknowledged");
    assertEquals(told, replay());
    assertEquals(told, sealed());
  }

  @Test
  void whatAKilledProcessWasToldIsDurableIsCountedOnce() throws Exception {
    for (int round = 0; round < 4; round++) {
      Path here = folder.resolve("round-" + round);
      MeterWorld fresh = new MeterWorld();
      ApplyBatch applies = new ApplyBatch(fresh.ports);
      int told = JournalWriter.killAfter(here, 150 + 70 * round);

      List<Path> files = Segment.files(here);
      assertFalse(files.isEmpty());
      long facts = new JournalReplay(here, "host", applies).run();
      assertTrue(facts >= told, facts + " facts in the journal, " + told + " acknowledged");
      fresh.toNextHour();
      fresh.tick();
      assertEquals(facts, fresh.sealedQuantity());
      assertEquals(
          Optional.of(Source.State.CLOSED),
          new Sources(fresh.ports)
              .list().stream()
                  .filter(source -> source.name().host().equals("host"))
                  .map(Source::state)
                  .findFirst());
    }
  }
}
