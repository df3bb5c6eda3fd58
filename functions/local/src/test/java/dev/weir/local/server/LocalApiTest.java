package dev.weir.local.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.problem.ProblemException;
import dev.weir.loader.PluginSigner;
import dev.weir.local.plugin.PluginStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalApiTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @TempDir Path folder;

  private LocalApi api(boolean testClock) throws IOException {
    MovableClock clock = MovableClock.open(InstantSource.fixed(NOW), folder.resolve("clock"));
    LambdaInvoker schedule = LambdaInvoker.of(new Toys.Clockwork(), Duration.ofSeconds(60));
    return new LocalApi(
        clock,
        testClock,
        new Engine(new Ticker(schedule, clock, () -> {}, () -> 0)),
        PluginStore.open(folder),
        "secret",
        plugin -> {});
  }

  private static Request request(String method, String path, String token, String body) {
    return new Request(
        method,
        path,
        "",
        Map.of("authorization", List.of("Bearer " + token)),
        "127.0.0.1",
        new ByteArrayInputStream(body.getBytes(UTF_8)));
  }

  private static JsonNode json(Optional<Answer> answer) {
    return Json.parseTree(new String(((Answer.Bytes) answer.orElseThrow().body()).bytes(), UTF_8));
  }

  private static int refusal(LocalApi api, String path, String body) {
    return assertThrows(
            ProblemException.class, () -> api.handle(request("POST", path, "secret", body)))
        .problem()
        .status();
  }

  @Test
  void onlyHealthNeedsNoToken() throws IOException {
    LocalApi api = api(true);
    assertTrue(json(api.handle(request("GET", "/local/v1/health", "", ""))).path("ok").asBoolean());
    ProblemException e =
        assertThrows(
            ProblemException.class,
            () -> api.handle(request("GET", "/local/v1/clock", "wrong", "")));
    assertEquals(401, e.problem().status());
  }

  @Test
  void clockMovesOnlyInATest() throws IOException {
    String hour = "{\"advanceSeconds\":3600}";
    assertEquals(409, refusal(api(false), "/local/v1/clock", hour));
    JsonNode moved = json(api(true).handle(request("POST", "/local/v1/clock", "secret", hour)));
    assertEquals("2026-11-22T11:00:00Z", moved.path("now").asText());
  }

  @Test
  void badInputIsAProblem() throws IOException {
    LocalApi api = api(true);
    assertEquals(422, refusal(api, "/local/v1/clock", "{\"advanceSeconds\":-1}"));
    assertEquals(400, refusal(api, "/local/v1/clock", "{\"advanceSeconds\":"));
    assertEquals(400, refusal(api, "/local/v1/clock", "{\"advanceSecond\":1}"));
    assertEquals(400, refusal(api, "/local/v1/plugins", "{\"jar\":\"###\",\"signature\":\"\"}"));
    assertTrue(api.handle(request("GET", "/local/v1/nothing", "secret", "")).isEmpty());
  }

  @Test
  void pluginNeedsATrustedPublisher() throws IOException {
    assertEquals(
        409, refusal(api(true), "/local/v1/plugins", "{\"jar\":\"AAAA\",\"signature\":\"\"}"));
  }

  @Test
  void refusedPluginIsNamedAndLeavesNothing() throws IOException {
    LocalApi api = api(true);
    PluginSigner.Keys keys = PluginSigner.generate();
    api.handle(
        request(
            "POST",
            "/local/v1/publishers",
            "secret",
            Json.write(Map.of("name", "ours", "publicKey", keys.publicKey()))));
    assertEquals(
        "ours",
        json(api.handle(request("GET", "/local/v1/publishers", "secret", "")))
            .at("/items/0/name")
            .asText());
    Path jar = Files.writeString(folder.resolve("p.jar"), "no zip");
    PluginSigner.sign(jar, keys.privateKey());
    String signed = Files.readString(PluginSigner.signatureOf(jar));
    String bytes = Base64.getEncoder().encodeToString(Files.readAllBytes(jar));
    assertTrue(refusalText(api, bytes, signed).contains("BROKEN_JAR"));
    assertTrue(refusalText(api, bytes, "AAAA").contains("SIGNATURE_WRONG"));
    try (var left = Files.list(folder.resolve("plugins"))) {
      assertEquals(0, left.count());
    }
  }

  private static String refusalText(LocalApi api, String jar, String signature) {
    String body = Json.write(Map.of("jar", jar, "signature", signature));
    return assertThrows(
            ProblemException.class,
            () -> api.handle(request("POST", "/local/v1/plugins", "secret", body)))
        .getMessage();
  }

  @Test
  void publisherThatIsNoKeyIsRefused() throws IOException {
    assertEquals(
        422, refusal(api(true), "/local/v1/publishers", "{\"name\":\"a\",\"publicKey\":\"x\"}"));
  }

  @Test
  void presignedUrlReadsAndWritesOneBlob() throws IOException {
    MemoryPorts ports = new MemoryPorts(InstantSource.fixed(NOW));
    BlobRoute route =
        new BlobRoute(
            ports.blobs(),
            (method, name, expires, signature) ->
                signature.equals(method + name)
                    ? Optional.empty()
                    : Optional.of("the URL was not signed for " + method));
    Request put =
        new Request(
            "PUT",
            "/blobs/a/b",
            "expires=1&signature=PUTa/b",
            Map.of(),
            "127.0.0.1",
            new ByteArrayInputStream("hello".getBytes(UTF_8)));
    assertEquals(5, json(route.handle(put)).path("bytes").asInt());
    Request get =
        new Request(
            "GET", "/blobs/a/b", "signature=GETa/b", Map.of(), "", InputStream.nullInputStream());
    Answer.Stream stream = (Answer.Stream) route.handle(get).orElseThrow().body();
    assertEquals("hello", new String(stream.stream().readAllBytes(), UTF_8));
    Request forged =
        new Request(
            "GET", "/blobs/a/c", "signature=GETa/b", Map.of(), "", InputStream.nullInputStream());
    assertEquals(
        403, assertThrows(ProblemException.class, () -> route.handle(forged)).problem().status());
  }
}
