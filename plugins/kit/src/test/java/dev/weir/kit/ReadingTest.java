package dev.weir.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Http;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReadingTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  @Test
  void fieldsAreReadByPath() {
    JsonObject o = Json.object("{\"a\":{\"b\":\"c\",\"n\":7,\"t\":true,\"l\":[{\"x\":\"y\"},3]}}");
    assertEquals(Optional.of("c"), o.text("a", "b"));
    assertEquals(7, o.requireNumber("a", "n"));
    assertEquals(Optional.of(true), o.flag("a", "t"));
    assertEquals("y", o.objects("a", "l").getFirst().requireText("x"));
    assertEquals(Optional.empty(), o.text("a", "n"));
    assertEquals(Optional.empty(), o.text("z", "b"));
    var e = assertThrows(ChannelException.class, () -> o.requireText("a", "z"));
    assertEquals("MALFORMED: no text at /a/z", e.getMessage());
  }

  @Test
  void whatIsNotExactlyOneObjectIsRefused() {
    for (String bad :
        List.of(
            "", "{", "[]", "null", "{} {}", "{}x", "{\"a\":1,\"a\":2}", "{\"a\":01}", "{'a':1}")) {
      var e = assertThrows(ChannelException.class, () -> Json.object(bad), bad);
      assertEquals(ErrorCode.MALFORMED, e.code());
    }
    byte[] notUtf8 = {'{', '"', (byte) 0xc3, '"', ':', '1', '}'};
    assertThrows(ChannelException.class, () -> Json.object(notUtf8));
    assertTrue(Json.object(" {} \n").names().isEmpty());
  }

  @Test
  void deeplyNestedJsonIsRefusedAndDoesNotOverflow() {
    String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
    assertThrows(ChannelException.class, () -> Json.object(deep));
  }

  @Test
  void writingKeepsOrderAndText() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("text", "我\"\n");
    fields.put("list", List.of(1, 2L, true));
    assertEquals("{\"text\":\"我\\\"\\n\",\"list\":[1,2,true]}", Json.write(fields));
  }

  @Test
  void formsAreReadAndWritten() {
    Form form = Form.parse("a=1&b=%E4%BD%A0+x&c&a=2&");
    assertEquals(Optional.empty(), form.one("a"));
    assertEquals(List.of("1", "2"), form.all("a"));
    assertEquals(Optional.of("你 x"), form.one("b"));
    assertEquals(Optional.of(""), form.one("c"));
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("scope", "a b");
    fields.put("state", "x&y");
    assertEquals("scope=a%20b&state=x%26y", Form.encode(fields));
    assertEquals("https://h/p?q=1&scope=a%20b&state=x%26y", Form.url("https://h/p?q=1", fields));
    assertThrows(ChannelException.class, () -> Form.parse("a=%zz"));
    assertThrows(ChannelException.class, () -> Form.parse("a=1&".repeat(1001)));
  }

  @Test
  void retryAfterIsReadAsSecondsAndAsDateAndBounded() {
    assertEquals(Optional.of(Duration.ofSeconds(3)), after("3"));
    assertEquals(Optional.of(Duration.ofSeconds(10)), after("Sun, 01 Nov 2026 00:00:10 GMT"));
    assertEquals(Optional.of(Duration.ZERO), after("Sat, 31 Oct 2026 00:00:10 GMT"));
    assertEquals(Optional.of(Duration.ofHours(1)), after("999999999"));
    for (String bad : List.of("", "-1", "1.5", "soon", "9999999999")) {
      assertEquals(Optional.empty(), after(bad), bad);
    }
  }

  @Test
  void failuresSayWhoseFaultTheyAre() {
    assertEquals(Optional.empty(), failure(204).map(ChannelException::code));
    assertEquals(ErrorCode.THROTTLED, failure(429).orElseThrow().code());
    assertEquals(ErrorCode.UNAUTHORIZED, failure(401).orElseThrow().code());
    assertEquals(ErrorCode.NOT_FOUND, failure(410).orElseThrow().code());
    assertEquals(Retry.REFUSED, failure(422).orElseThrow().code());
    assertEquals(ErrorCode.UNAVAILABLE, failure(503).orElseThrow().code());
    assertEquals(ErrorCode.UNAVAILABLE, failure(302).orElseThrow().code());
  }

  @Test
  void backoffDoublesToItsCapAndJitterTakesOffAtMostHalf() {
    assertEquals(Duration.ofSeconds(1), Retry.backoff(1, (byte) 0));
    assertEquals(Duration.ofSeconds(8), Retry.backoff(4, (byte) 0));
    assertEquals(Duration.ofMinutes(10), Retry.backoff(64, (byte) 0));
    assertTrue(Retry.backoff(1, (byte) 255).toMillis() >= 500);
    assertThrows(IllegalArgumentException.class, () -> Retry.backoff(0, (byte) 0));
  }

  @Test
  void timesAreDigitsOnly() {
    assertEquals(Optional.of(Instant.ofEpochSecond(5)), TimeWindow.epochSeconds("5"));
    for (String bad : List.of("", "+5", "-5", " 5", "５", "123456789012")) {
      assertEquals(Optional.empty(), TimeWindow.epochSeconds(bad), bad);
    }
  }

  private static Optional<Duration> after(String value) {
    return Retry.after(
        new Http.Response(429, Map.of("retry-after", List.of(value)), new byte[0]), NOW);
  }

  private static Optional<ChannelException> failure(int status) {
    return Retry.failure(new Http.Response(status, Map.of(), new byte[0]), "call", NOW);
  }
}
