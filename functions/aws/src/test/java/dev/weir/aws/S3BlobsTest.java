package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Blobs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class S3BlobsTest {

  private static final String SHA_OF_HELLO =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  private final FakeHttp http = new FakeHttp();
  private final Blobs blobs = http.ports().blobs();

  private static InputStream hello() {
    return new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8));
  }

  private static String error(String code) {
    return "<Error><Code>" + code + "</Code><Message>because</Message></Error>";
  }

  @Test
  void putSendsTheContentWithItsHash() throws IOException {
    http.answers("");

    assertEquals(
        new Blobs.Stat("models/m/1/model.onnx", 5, SHA_OF_HELLO),
        blobs.put("models/m/1/model.onnx", hello(), 5));

    FakeHttp.Sent sent = http.only();
    assertEquals("PUT", sent.method());
    assertEquals("weir-bucket.s3.us-east-1.amazonaws.com", sent.uri().getHost());
    assertEquals("/models/m/1/model.onnx", sent.uri().getPath());
    assertEquals(Optional.of(SHA_OF_HELLO), sent.header("x-amz-meta-sha256"));
    assertEquals(Optional.empty(), sent.header("if-none-match"));
    assertTrue(sent.body().contains("hello"));
  }

  @Test
  void wrongLengthSendsNothing() {
    IOException e = assertThrows(IOException.class, () -> blobs.put("a", hello(), 6));
    assertEquals("content is 5 B, not 6 B as said", e.getMessage());
    assertEquals(List.of(), http.sent());
  }

  @Test
  void putIfAbsentAsksForAnEmptyPlace() throws IOException {
    http.answers("").answers(412, error("PreconditionFailed"), Map.of());

    assertTrue(blobs.putIfAbsent("invoices/1", hello(), 5));
    assertFalse(blobs.putIfAbsent("invoices/1", hello(), 5));
    assertEquals(Optional.of("*"), http.sent().getFirst().header("if-none-match"));
  }

  @Test
  void putThatMeetsAnotherTriesAgainUntilItKnows() throws IOException {
    http.answers(409, error("ConditionalRequestConflict"), Map.of())
        .answers(412, error("PreconditionFailed"), Map.of());

    assertFalse(blobs.putIfAbsent("invoices/1", hello(), 5));
    assertEquals(2, http.sent().size());
  }

  @Test
  void putThatAlwaysMeetsAnotherFails() {
    for (int i = 0; i < S3Blobs.CONFLICTS_MAX; i++) {
      http.answers(409, error("ConditionalRequestConflict"), Map.of());
    }
    assertThrows(IOException.class, () -> blobs.putIfAbsent("invoices/1", hello(), 5));
  }

  @Test
  void lostAnswerAndThrottleAreErrorsThatNameTheObject() {
    http.losesAnswer().answers(503, error("SlowDown"), Map.of());

    for (int i = 0; i < 2; i++) {
      IOException e = assertThrows(IOException.class, () -> blobs.put("a/b", hello(), 5));
      assertTrue(String.valueOf(e.getMessage()).startsWith("put a/b in bucket weir-bucket: "));
    }
  }

  @Test
  void rangeEndsWithTheObject() throws IOException {
    Map<String, String> head = Map.of("content-length", "8", "x-amz-meta-sha256", SHA_OF_HELLO);
    http.answers(200, "", head).answers(206, "lo", Map.of());

    try (InputStream in = blobs.open("a", 6, 100).orElseThrow()) {
      assertEquals("lo", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertEquals("HEAD", http.sent().get(0).method());
    assertEquals(Optional.of("bytes=6-7"), http.sent().get(1).header("range"));
  }

  @Test
  void absentObjectIsEmpty() throws IOException {
    http.answers(404, error("NoSuchKey"), Map.of()).answers(404, "", Map.of());

    assertEquals(Optional.empty(), blobs.open("a"));
    assertEquals(Optional.empty(), blobs.stat("a"));
  }

  @Test
  void contentThatIsThereIsNotSentAgain() throws IOException {
    http.answers(200, "", Map.of("content-length", "5", "x-amz-meta-sha256", SHA_OF_HELLO));

    assertEquals("sha256/" + SHA_OF_HELLO, blobs.putContent(hello()));
    assertEquals("HEAD", http.only().method());
  }

  @Test
  void listGoesOnAfterAName() throws IOException {
    http.answers(
        "<ListBucketResult><Contents><Key>facts/2</Key></Contents>"
            + "<Contents><Key>facts/3</Key></Contents></ListBucketResult>");

    assertEquals(List.of("facts/2", "facts/3"), blobs.list("facts/", "facts/1", 2));
    String query = http.only().uri().getRawQuery();
    for (String part : List.of("list-type=2", "max-keys=2", "start-after=facts%2F1")) {
      assertTrue(query.contains(part), query);
    }
  }

  @Test
  void presignedUrlsNeedNothingButThemselves() {
    for (URI url :
        List.of(
            blobs.presignGet("models/m/1/model.onnx", Duration.ofHours(1)),
            blobs.presignPut("jobs/1/checkpoint", Duration.ofHours(1)))) {
      assertTrue(url.getHost().startsWith("weir-bucket.s3."), url.toString());
      assertTrue(url.getRawQuery().contains("X-Amz-Expires=3600"), url.toString());
      assertTrue(url.getRawQuery().contains("X-Amz-SignedHeaders=host&"), url.toString());
    }
    assertEquals(List.of(), http.sent());
  }
}
