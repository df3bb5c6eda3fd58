package dev.weir.local.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.PortException;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalServerTest {

  private final Toys.Echo echo = new Toys.Echo();
  private final HttpClient client = HttpClient.newHttpClient();
  private LocalServer server;
  private String url;

  @BeforeEach
  void start() throws IOException {
    LocalServer.Bound bound = LocalServer.bind("127.0.0.1", 0);
    url = bound.url();
    Route function =
        new HttpFunction(
            LambdaInvoker.of(echo, Duration.ofSeconds(30)),
            InstantSource.system(),
            Duration.ofMillis(700));
    StreamingRoute stream =
        (request, body) ->
            new String(body, UTF_8).contains("stream")
                ? Optional.of(
                    new Answer(
                        200,
                        Map.of("content-type", List.of("text/event-stream")),
                        new Answer.Live(LocalServerTest::twoEvents)))
                : Optional.empty();
    server =
        bound.serve(
            Map.of(
                "/v1",
                function,
                "/v1/chat",
                stream.before(function),
                "/refused",
                request -> {
                  throw new ProblemException(Problem.tooMany("3 > 2", 7));
                },
                "/full",
                request -> {
                  throw new PortException("disk full: cannot store an object after 10 B");
                },
                "/broken",
                request -> {
                  throw new IllegalStateException("secret detail");
                }));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static void twoEvents(OutputStream out) throws IOException {
    out.write("data: 1\n\n".getBytes(UTF_8));
    out.flush();
    out.write("data: 2\n\n".getBytes(UTF_8));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(url + path));
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), UTF_8);
  }

  @Test
  void requestBecomesTheEventThatApiGatewayWouldSend() throws Exception {
    HttpResponse<byte[]> response =
        send(
            to("/v1/models/a/predict?a=1&a=2&b=%E4%BD%A0&c")
                .header("X-Twice", "1")
                .header("X-Twice", "2")
                .header("Content-Type", "application/json; charset=utf-8")
                .header("Cookie", "k=v; l=w")
                .POST(BodyPublishers.ofString("{\"text\":\"你好\"}")));
    assertEquals(201, response.statusCode());
    assertEquals("{\"text\":\"你好\"}", text(response));
    var event = echo.seen.getFirst();
    assertEquals("2.0", event.getVersion());
    assertEquals("$default", event.getRouteKey());
    assertEquals("/v1/models/a/predict", event.getRawPath());
    assertEquals("a=1&a=2&b=%E4%BD%A0&c", event.getRawQueryString());
    assertEquals(Map.of("a", "1,2", "b", "你", "c", ""), event.getQueryStringParameters());
    assertEquals("1,2", event.getHeaders().get("x-twice"));
    assertEquals(List.of("k=v", "l=w"), event.getCookies());
    assertFalse(event.getIsBase64Encoded());
    assertEquals("POST", event.getRequestContext().getHttp().getMethod());
    assertEquals("127.0.0.1", event.getRequestContext().getHttp().getSourceIp());
    assertTrue(event.getRequestContext().getTimeEpoch() > 0);
  }

  @Test
  void headersCookiesAndBytesOfTheAnswerArrive() throws Exception {
    HttpResponse<byte[]> response = send(to("/v1/bytes"));
    assertArrayEquals(new byte[] {0, (byte) 0xff, 1}, response.body());
    assertEquals("yes", response.headers().firstValue("x-weir").orElseThrow());
    assertEquals(List.of("a=1", "b=2"), response.headers().allValues("set-cookie"));
    assertEquals(204, send(to("/v1/none")).statusCode());
  }

  @Test
  void bodyThatIsNoUtf8TravelsAsBase64() throws Exception {
    byte[] body = {(byte) 0xc3, 0x28};
    send(
        to("/v1/x")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body)));
    var event = echo.seen.getFirst();
    assertTrue(event.getIsBase64Encoded());
    assertArrayEquals(body, Base64.getDecoder().decode(event.getBody()));
  }

  @Test
  void oversizeBodyIsRefusedBeforeTheFunction() throws Exception {
    HttpResponse<byte[]> response =
        send(
            to("/v1/x")
                .POST(BodyPublishers.ofByteArray(new byte[HttpFunction.BODY_MAX_BYTES + 1])));
    assertEquals(413, response.statusCode());
    assertTrue(text(response).contains("body > 4194304 B"), text(response));
    assertTrue(echo.seen.isEmpty());
  }

  @Test
  void slowFunctionEndsAtItsTimeout() throws Exception {
    HttpResponse<byte[]> response = send(to("/v1/slow"));
    assertEquals(503, response.statusCode());
    assertEquals("1", response.headers().firstValue("retry-after").orElseThrow());
  }

  @Test
  void defectAnswersAProblemWithoutItsDetail() throws Exception {
    for (String path : List.of("/v1/throws", "/broken")) {
      HttpResponse<byte[]> response = send(to(path));
      assertEquals(500, response.statusCode());
      assertEquals(
          "application/problem+json", response.headers().firstValue("content-type").orElseThrow());
      assertFalse(text(response).contains("defect") || text(response).contains("secret"));
    }
  }

  @Test
  void fullDiskIsSaidOnEveryRoute() throws Exception {
    HttpResponse<byte[]> response = send(to("/full").PUT(BodyPublishers.ofString("x")));
    assertEquals(503, response.statusCode());
    assertEquals(
        "application/problem+json", response.headers().firstValue("content-type").orElseThrow());
    assertTrue(text(response).contains("disk full: cannot store"), text(response));
    assertTrue(response.headers().firstValue("retry-after").isPresent());
  }

  @Test
  void problemOfARouteIsItsAnswer() throws Exception {
    HttpResponse<byte[]> response = send(to("/refused"));
    assertEquals(429, response.statusCode());
    assertEquals("7", response.headers().firstValue("retry-after").orElseThrow());
  }

  @Test
  void unknownPathIsNotFound() throws Exception {
    assertEquals(404, send(to("/nowhere/at/all")).statusCode());
    assertEquals(404, send(to("/v10")).statusCode());
  }

  @Test
  void requestForAStreamGoesPastTheHandler() throws Exception {
    HttpResponse<byte[]> streamed =
        send(to("/v1/chat/completions").POST(BodyPublishers.ofString("stream")));
    assertEquals("data: 1\n\ndata: 2\n\n", text(streamed));
    assertTrue(echo.seen.isEmpty());
    HttpResponse<byte[]> whole =
        send(
            to("/v1/chat/completions")
                .header("content-type", "text/plain")
                .POST(BodyPublishers.ofString("once")));
    assertEquals("once", text(whole));
  }

  @Test
  void takenPortIsNamedInOneSentence() {
    int port = URI.create(url).getPort();
    IOException e = assertThrows(IOException.class, () -> LocalServer.bind("127.0.0.1", port));
    assertTrue(
        e.getMessage().startsWith("port " + port + " on 127.0.0.1 cannot be taken"),
        e.getMessage());
  }

  @Test
  void handlerWithoutTypesIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> LambdaInvoker.of(new Toys.Untyped(), Duration.ofSeconds(1)));
  }
}
