package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.memory.SettableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What all {@link Blobs} do. A store may be shared; each test uses a prefix of its own. */
public abstract class BlobsContract {

  protected final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  protected Blobs blobs;
  private String prefix = "";

  protected abstract Blobs open();

  /** Reads (no content) or writes by a presigned URL, as its holder would; empty if refused. */
  protected abstract Optional<byte[]> follow(URI url, Optional<byte[]> content) throws IOException;

  @BeforeEach
  void openBlobs() {
    prefix = "test-" + UUID.randomUUID() + "/";
    blobs = open();
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private String read(String name) throws IOException {
    try (InputStream in = blobs.open(name).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void aPutObjectIsReadBack() throws Exception {
    String name = prefix + "a/b.json";
    Blobs.Stat stat = blobs.put(name, in("水位"), 6);
    assertEquals(name, stat.name());
    assertEquals(6, stat.bytes());
    assertEquals("水位", read(name));
    Blobs.Stat again = blobs.stat(name).orElseThrow();
    assertEquals(6, again.bytes());
    String sha256 = sha256("水位".getBytes(StandardCharsets.UTF_8));
    assertTrue(again.sha256().isEmpty() || again.sha256().equals(sha256), again.sha256());
  }

  @Test
  void whatWasNeverPutIsAbsent() throws Exception {
    assertEquals(Optional.empty(), blobs.open(prefix + "a"));
    assertEquals(Optional.empty(), blobs.open(prefix + "a", 0, 1));
    assertEquals(Optional.empty(), blobs.stat(prefix + "a"));
    assertEquals(List.of(), blobs.list(prefix, "", 10));
    blobs.delete(prefix + "a");
  }

  @Test
  void putReplacesAndPutIfAbsentDoesNot() throws Exception {
    blobs.put(prefix + "a", in("1"), 1);
    blobs.put(prefix + "a", in("22"), -1);
    assertEquals("22", read(prefix + "a"));
    assertFalse(blobs.putIfAbsent(prefix + "a", in("333"), 3));
    assertEquals("22", read(prefix + "a"));
    assertTrue(blobs.putIfAbsent(prefix + "b", in("333"), 3));
    assertEquals("333", read(prefix + "b"));
  }

  @Test
  void contentIsFoundUnderItsOwnAddress() throws Exception {
    String text = prefix + "content";
    String name = blobs.putContent(in(text));
    assertEquals("sha256/" + sha256(text.getBytes(StandardCharsets.UTF_8)), name);
    assertEquals(name, blobs.putContent(in(text)));
    assertEquals(text, read(name));
  }

  @Test
  void rangesEndWithTheObject() throws Exception {
    blobs.put(prefix + "a", in("0123456789"), 10);
    assertEquals("345", range(3, 3));
    assertEquals("89", range(8, 100));
    assertEquals("", range(10, 5));
    assertEquals("", range(99, 5));
    assertEquals("", range(2, 0));
    assertThrows(IllegalArgumentException.class, () -> blobs.open(prefix + "a", -1, 5));
  }

  private String range(long offset, long length) throws IOException {
    try (InputStream in = blobs.open(prefix + "a", offset, length).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void anEmptyObjectIsAnObject() throws Exception {
    blobs.put(prefix + "empty", in(""), 0);
    assertEquals("", read(prefix + "empty"));
    assertEquals(0, blobs.stat(prefix + "empty").orElseThrow().bytes());
  }

  @Test
  void contentOfAnotherLengthIsNotPublished() throws Exception {
    blobs.put(prefix + "a", in("old"), 3);
    assertThrows(IOException.class, () -> blobs.put(prefix + "a", in("short"), 6));
    assertThrows(IOException.class, () -> blobs.put(prefix + "a", in("too long"), 6));
    assertThrows(IOException.class, () -> blobs.putIfAbsent(prefix + "b", in("short"), 6));
    assertEquals("old", read(prefix + "a"));
    assertEquals(List.of(prefix + "a"), blobs.list(prefix, "", 10));
  }

  @Test
  void aStreamThatBreaksPublishesNothing() throws Exception {
    blobs.put(prefix + "a", in("old"), 3);
    InputStream broken =
        new InputStream() {
          private int left = 100_000;

          @Override
          public int read() throws IOException {
            if (--left < 0) {
              throw new IOException("the sender went away");
            }
            return 'x';
          }
        };
    assertThrows(IOException.class, () -> blobs.put(prefix + "a", broken, -1));
    assertEquals("old", read(prefix + "a"));
    assertEquals(List.of(prefix + "a"), blobs.list(prefix, "", 10));
  }

  @Test
  void listsAreInOrderFromAfterWithALimit() throws Exception {
    List<String> names =
        List.of("A", "a", "a-b", "a.b", "a/b", "a/b.c", "a/b/c", "a/c", "a0", "ab/c", "b");
    for (String name : names.reversed()) {
      if (!name.equals("a/b")) {
        blobs.put(prefix + name, in(name), -1);
      }
    }
    List<String> all = names.stream().filter(n -> !n.equals("a/b")).map(n -> prefix + n).toList();
    assertEquals(all, blobs.list(prefix, "", 1000));
    List<String> paged = new ArrayList<>();
    for (List<String> page = blobs.list(prefix, "", 3); !page.isEmpty(); ) {
      paged.addAll(page);
      page = blobs.list(prefix, page.getLast(), 3);
    }
    assertEquals(all, paged);
    assertEquals(List.of(prefix + "a/b.c", prefix + "a/b/c"), blobs.list(prefix + "a/b", "", 1000));
    assertEquals(List.of(prefix + "a/c"), blobs.list(prefix + "a/", prefix + "a/b/c", 1000));
    assertThrows(IllegalArgumentException.class, () -> blobs.list(prefix, "", 1001));
  }

  @Test
  void deleteRemoves() throws Exception {
    blobs.put(prefix + "a/b", in("1"), 1);
    blobs.delete(prefix + "a/b");
    assertEquals(Optional.empty(), blobs.open(prefix + "a/b"));
    assertEquals(List.of(), blobs.list(prefix, "", 10));
  }

  @Test
  void namesThatAreNoPathsAreRefused() {
    String segment = "x".repeat(100);
    List<String> bad =
        List.of(
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/..",
            "../a",
            "a/./b",
            "a b",
            "a\\b",
            "水",
            "a\n",
            "a?b",
            "x".repeat(201),
            "a%2e",
            String.join("/", segment, segment, segment, segment, segment, "xxxxxxxx"));
    for (String name : bad) {
      assertThrows(
          IllegalArgumentException.class, () -> blobs.put(name, in("x"), 1), "name " + name);
      assertThrows(IllegalArgumentException.class, () -> blobs.open(name), "name " + name);
      assertThrows(
          IllegalArgumentException.class,
          () -> blobs.presignGet(name, Duration.ofMinutes(1)),
          "name " + name);
    }
  }

  @Test
  void presignedUrlsReadAndWriteUntilTheyExpire() throws Exception {
    byte[] bytes = "by url".getBytes(StandardCharsets.UTF_8);
    URI put = blobs.presignPut(prefix + "a/b", Duration.ofMinutes(5));
    URI get = blobs.presignGet(prefix + "a/b", Duration.ofMinutes(5));
    assertTrue(follow(get, Optional.empty()).isEmpty());
    assertTrue(follow(put, Optional.of(bytes)).isPresent());
    assertEquals("by url", read(prefix + "a/b"));
    assertArrayEquals(bytes, follow(get, Optional.empty()).orElseThrow());
    assertTrue(follow(get, Optional.of(bytes)).isEmpty(), "a reader's URL wrote");
    assertThrows(
        IllegalArgumentException.class, () -> blobs.presignGet(prefix + "a", Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class, () -> blobs.presignPut(prefix + "a", Duration.ofDays(8)));
  }

  @Test
  void anExpiredUrlIsRefused() throws Exception {
    blobs.put(prefix + "a", in("1"), 1);
    URI get = blobs.presignGet(prefix + "a", Duration.ofSeconds(1));
    URI put = blobs.presignPut(prefix + "a", Duration.ofSeconds(1));
    pass(Duration.ofSeconds(1));
    assertTrue(follow(get, Optional.empty()).isEmpty());
    assertTrue(follow(put, Optional.of(new byte[1])).isEmpty());
  }

  /** Lets time pass; a store whose time cannot be moved waits. */
  protected void pass(Duration duration) {
    clock.advance(duration);
  }

  @Test
  void largeObjectsAreStreamed() throws Exception {
    byte[] bytes = new byte[9_000_001];
    new Random(5).nextBytes(bytes);
    blobs.put(prefix + "large", new ByteArrayInputStream(bytes), bytes.length);
    try (InputStream in = blobs.open(prefix + "large").orElseThrow()) {
      assertEquals(sha256(bytes), sha256(in.readAllBytes()));
    }
  }

  @Test
  void ofManyPutsIfAbsentOneWins() throws Exception {
    AtomicInteger number = new AtomicInteger();
    List<Boolean> won =
        TableConcurrencyContract.together(
            8, () -> blobs.putIfAbsent(prefix + "a", in("from " + number.incrementAndGet()), -1));
    assertEquals(1, won.stream().filter(Boolean::booleanValue).count());
    assertTrue(read(prefix + "a").startsWith("from "));
  }

  @Test
  void readersSeeWholeObjects() throws Exception {
    blobs.put(prefix + "a", in("0".repeat(50_000)), -1);
    AtomicInteger number = new AtomicInteger();
    TableConcurrencyContract.together(
        4,
        () -> {
          int mine = number.incrementAndGet();
          for (int i = 0; i < 10; i++) {
            if (mine == 1) {
              blobs.put(prefix + "a", in(Integer.toString(i).repeat(50_000)), -1);
            }
            String text = read(prefix + "a");
            assertEquals(50_000, text.length());
            assertEquals(1, text.chars().distinct().count());
          }
          return 0;
        });
  }
}
