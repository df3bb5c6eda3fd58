package dev.weir.local.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Blobs;
import dev.weir.core.port.BlobsContract;
import dev.weir.core.port.PortException;
import dev.weir.local.port.BlobSignatures.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobsTest extends BlobsContract {

  @TempDir Path folder;

  private final BlobSignatures signatures = new BlobSignatures(new byte[32], clock);

  @Override
  protected Blobs open() {
    return new FileBlobs(folder, URI.create("http://127.0.0.1:1/"), signatures, clock);
  }

  /** What the HTTP server does with a request. */
  @Override
  protected Optional<byte[]> follow(URI url, Optional<byte[]> content) throws IOException {
    String name = url.getPath().substring("/blobs/".length());
    String method = content.isPresent() ? "PUT" : "GET";
    if (check(method, name, url) != Verdict.VALID) {
      return Optional.empty();
    }
    if (content.isPresent()) {
      blobs.put(name, new ByteArrayInputStream(content.get()), content.get().length);
      return content;
    }
    Optional<InputStream> in = blobs.open(name);
    return in.isEmpty() ? Optional.empty() : Optional.of(in.get().readAllBytes());
  }

  private Verdict check(String method, String name, URI url) {
    String[] query = url.getQuery().split("[=&]", -1);
    return signatures.check(method, name, query[1], query[3]);
  }

  @Test
  void aUrlIsGoodForItsNameMethodAndTimeOnly() {
    URI get = blobs.presignGet("a/b", Duration.ofMinutes(1));
    assertEquals("http://127.0.0.1:1/blobs/a/b", get.toString().replaceAll("\\?.*", ""));
    assertEquals(Verdict.VALID, check("GET", "a/b", get));
    assertEquals(Verdict.VALID, check("HEAD", "a/b", get));
    assertEquals(Verdict.FORGED, check("PUT", "a/b", get));
    assertEquals(Verdict.FORGED, check("GET", "a/c", get));
    String later = get.toString().replaceAll("expires=\\d+", "expires=9999999999999");
    assertEquals(Verdict.FORGED, check("GET", "a/b", URI.create(later)));
    assertEquals(Verdict.FORGED, signatures.check("GET", "a/b", "", ""));
    clock.advance(Duration.ofMinutes(1));
    assertEquals(Verdict.EXPIRED, check("GET", "a/b", get));
  }

  @Test
  void nothingHalfWrittenIsLeft() throws Exception {
    blobs.put("a", new ByteArrayInputStream(new byte[10]), 10);
    blobs.putIfAbsent("a", new ByteArrayInputStream(new byte[10]), 10);
    blobs.putContent(new ByteArrayInputStream(new byte[10]));
    assertThrows(
        IOException.class, () -> blobs.put("b", new ByteArrayInputStream(new byte[9]), 10));
    assertEquals(0, count(folder.resolve("incoming")));
    Files.write(folder.resolve("incoming").resolve("left by a crash"), new byte[10]);
    assertTrue(open().stat("a").isPresent());
    assertEquals(0, count(folder.resolve("incoming")));
  }

  private static long count(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.count();
    }
  }

  /** {@code /dev/full} answers every write as a full disk does. */
  @Test
  void aFullDiskIsSaidSo() {
    PortException full =
        assertThrows(
            PortException.class,
            () ->
                IncomingFile.receive(
                    Path.of("/dev/full"), false, new ByteArrayInputStream(new byte[10]), -1));
    assertEquals(
        "disk full: cannot store an object after 10 B: No space left on device", full.getMessage());
    assertFalse(DurableFiles.diskFull(new IOException("Permission denied")));
  }
}
