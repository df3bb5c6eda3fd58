package dev.weir.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weir.spi.Capability;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Http;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Manifest, settings, egress, HTTP and log: what a plugin may see and reach. */
final class WorldTest {

  private static final String PROPERTIES =
      """
      id=slack
      kind=social
      api=1.0
      capabilities=inbound, delivery, measuring
      setting.api_url=url|optional|https://slack.com/api|where Slack's API is
      setting.tries=int|optional|3|how often
      setting.quiet=bool|optional||whether
      setting.team=string|required||which | team
      secret.signing_secret=of the app
      secret.signing_secret_old=optional|the one before
      egress=slack.com:443, hooks.slack.com:8443
      meter.messages=message|0|25|24|1|no|int32
      inbound.ack_ms=3000
      signature=body,timestamp
      """;

  @Test
  void manifestIsReadWhole() {
    Manifest manifest = manifest(PROPERTIES);
    assertEquals(
        Set.of(Capability.INBOUND, Capability.DELIVERY, Capability.MEASURING),
        manifest.capabilities());
    assertEquals("which | team", manifest.settings().get("team").help());
    assertEquals(
        Map.of(
            "signing_secret",
            new Manifest.Secret("signing_secret", true, "of the app"),
            "signing_secret_old",
            new Manifest.Secret("signing_secret_old", false, "the one before")),
        manifest.secrets());
    assertEquals(
        List.of(new Manifest.Host("slack.com", 443), new Manifest.Host("hooks.slack.com", 8443)),
        manifest.egress());
    Manifest.Meter meter = manifest.meters().get("messages");
    assertEquals(
        new Manifest.Meter("messages", "message", 0, 25, 24, 1, false, Manifest.Numeric.INT32),
        meter);
    assertEquals(Integer.MAX_VALUE, meter.quantityMax());
    assertEquals(Optional.of(3000), manifest.inboundAckMs());
  }

  @Test
  void aMeterIsASumUnlessTheManifestSaysHowItsFactsComeTogether() {
    assertEquals(
        Manifest.Aggregation.SUM, manifest(PROPERTIES).meters().get("messages").aggregation());
    Manifest.Meter seats =
        manifest(PROPERTIES.replace("|int32", "|int32|max")).meters().get("messages");
    assertEquals(Manifest.Aggregation.MAX, seats.aggregation());
    var e =
        assertThrows(
            PluginRefused.class, () -> manifest(PROPERTIES.replace("|int32", "|int32|mean")));
    assertTrue(e.getMessage().contains("mean"), e.getMessage());
  }

  @Test
  void everyFaultOfAManifestIsNamed() {
    Map<String, String> faults =
        Map.ofEntries(
            Map.entry("id=slack", "id=Slack!"),
            Map.entry("kind=social", "kind=other"),
            Map.entry("api=1.0", "api=1"),
            Map.entry("delivery, ", "delivery, delivery, "),
            Map.entry("|int32", "|int16"),
            Map.entry("|25|", "|5000|"),
            Map.entry("slack.com:443,", "slack.com,"),
            Map.entry("ack_ms=3000", "ack_ms=3"),
            Map.entry("signature=body,timestamp", "signature="),
            Map.entry("int|optional|3|", "number|optional|3|"),
            Map.entry("string|required||", "string|maybe||"),
            Map.entry("secret.signing_secret", "secret.Signing Secret"),
            Map.entry("kind=", "\\u00zz="));
    faults.forEach((right, wrong) -> {
      assertTrue(PROPERTIES.contains(right), right);
      var e =
          assertThrows(
              PluginRefused.class, () -> manifest(PROPERTIES.replace(right, wrong)), wrong);
      assertEquals(Refusal.MANIFEST, e.refusal());
    });
    var two = assertThrows(PluginRefused.class, () -> manifest("kind=x\nfoo=1\n"));
    assertTrue(two.getMessage().contains("id is absent"), two.getMessage());
    assertTrue(two.getMessage().contains("unknown key foo"), two.getMessage());
  }

  @Test
  void settingsAreCheckedByTypeAndDefaultsAreFilledIn() {
    CheckedSettings settings = CheckedSettings.of(manifest(PROPERTIES), Map.of("team", "T1"));
    assertEquals("https://slack.com/api", settings.get("api_url"));
    assertEquals("3", settings.get("tries"));
    assertEquals(Optional.empty(), settings.find("quiet"));
    assertThrows(ChannelException.class, () -> settings.get("quiet"));
    settingsRefused(Map.of(), "team is required");
    settingsRefused(Map.of("team", "T1", "nope", "x"), "unknown setting nope");
    settingsRefused(Map.of("team", "T1", "tries", "three"), "not a whole number");
    settingsRefused(Map.of("team", "T1", "quiet", "yes"), "neither true nor false");
    settingsRefused(Map.of("team", "x".repeat(3000)), "> 2048");
    for (String url :
        List.of(
            "slack.com",
            "ftp://slack.com",
            "http://slack.com",
            "https://me@slack.com",
            "https://slack.com/#x",
            "https:///x",
            "::")) {
      settingsRefused(Map.of("team", "T1", "api_url", url), "api_url");
    }
    CheckedSettings.of(manifest(PROPERTIES), Map.of("team", "T1", "api_url", "http://127.0.0.1:9"));
  }

  @Test
  void onlyDeclaredHostsAndUrlSettingsAreReached() {
    Egress egress =
        Egress.of(
            manifest(PROPERTIES),
            CheckedSettings.of(
                manifest(PROPERTIES), Map.of("team", "T", "api_url", "http://127.0.0.1:9000/x")));
    for (String allowed :
        List.of(
            "https://slack.com/api",
            "https://SLACK.com:443/",
            "https://hooks.slack.com:8443/a",
            "http://127.0.0.1:9000/other")) {
      assertTrue(egress.allows(URI.create(allowed)), allowed);
    }
    for (String refused :
        List.of(
            "http://slack.com/api",
            "https://slack.com:444/",
            "https://hooks.slack.com/",
            "https://evil.slack.com/",
            "https://slack.com.evil.example/",
            "https://slack.com@evil.example/",
            "https://me@slack.com/",
            "http://127.0.0.1:9001/",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "relative")) {
      assertFalse(egress.allows(URI.create(refused)), refused);
    }
  }

  @Test
  void httpKeepsItsLimits() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    List<String> seen = new ArrayList<>();
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          seen.add(exchange.getRequestMethod() + " " + path);
          switch (path) {
            case "/large" -> {
              exchange.sendResponseHeaders(200, 0);
              try {
                exchange.getResponseBody().write(new byte[Limits.HTTP_ANSWER_MAX_BYTES + 1]);
              } catch (IOException e) {
                // the client has hung up, as it must
              }
            }
            case "/slow" -> {
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write(1);
              exchange.getResponseBody().flush();
              try {
                Thread.sleep(3000);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
            case "/redirect" -> {
              exchange.getResponseHeaders().add("Location", "/ok");
              exchange.sendResponseHeaders(302, -1);
            }
            default -> {
              byte[] echo = exchange.getRequestBody().readAllBytes();
              exchange
                  .getResponseHeaders()
                  .add(
                      "X-Signed",
                      String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
              exchange.sendResponseHeaders(200, echo.length == 0 ? -1 : echo.length);
              exchange.getResponseBody().write(echo);
            }
          }
          exchange.close();
        });
    server.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    Egress egress =
        Egress.of(
            manifest(PROPERTIES),
            CheckedSettings.of(manifest(PROPERTIES), Map.of("team", "T", "api_url", url)));
    CloudCredentials credentials = new CloudCredentials("AKID", "secret", Optional.empty());
    try (GuardedHttp http =
        new GuardedHttp(egress, () -> credentials, InstantSource.fixed(Instant.EPOCH))) {
      assertEquals("你好", http.send(Http.Request.post(url + "/ok", "text/plain", "你好")).text());
      assertEquals(302, http.send(Http.Request.get(url + "/redirect")).status());
      assertEquals(ErrorType.PARTNER, failure(http, get(url + "/large", 0)).code().type());
      assertEquals(ErrorType.PARTNER, failure(http, get(url + "/slow", 200)).code().type());
      assertEquals(ErrorType.BUG, failure(http, get(url + "/ok", 60_001)).code().type());
      assertEquals(GuardedHttp.EGRESS_REFUSED, failure(http, get("http://127.0.0.1:1/", 0)).code());
      assertEquals(
          ErrorType.BUG, failure(http, get(url + "/ok", 0).with("host", "other")).code().type());
      var signed = http.signedByHost("metering", "us-east-1").send(get(url + "/ok", 0));
      assertTrue(signed.header("x-signed").orElse("").contains("AKID/19700101/us-east-1/metering"));
      assertEquals(
          GuardedHttp.EGRESS_REFUSED,
          assertThrows(
                  ChannelException.class,
                  () -> http.signedByHost("s", "r").send(get("http://127.0.0.1:1/", 0)))
              .code());
    } finally {
      server.stop(0);
    }
    assertFalse(seen.contains("GET /other"));
  }

  @Test
  void unreachableHostIsThePartnersFault() {
    Egress egress =
        Egress.of(
            manifest(PROPERTIES),
            CheckedSettings.of(
                manifest(PROPERTIES), Map.of("team", "T", "api_url", "http://127.0.0.1:1")));
    try (GuardedHttp http =
        new GuardedHttp(
            egress,
            () -> new CloudCredentials("", "", Optional.empty()),
            InstantSource.fixed(Instant.EPOCH))) {
      var e = failure(http, get("http://127.0.0.1:1/", 0));
      assertEquals(ErrorType.PARTNER, e.code().type());
    }
  }

  @Test
  void noSecretPassesTheLog() {
    List<String> lines = new ArrayList<>();
    Masks masks = new Masks();
    MaskedLog log = new MaskedLog(new ListLogger(lines), masks);
    masks.add("xoxb-secret");
    masks.add("abc");
    log.log(System.Logger.Level.INFO, "token {0} of {1}", "xoxb-secret", "T1");
    log.log(
        System.Logger.Level.ERROR,
        "failed with xoxb-secret",
        new IllegalStateException("bad xoxb-secret"));
    log.log(System.Logger.Level.INFO, "bad {pattern xoxb-secret", "x");
    assertEquals("token *** of T1", lines.getFirst());
    assertTrue(lines.stream().noneMatch(line -> line.contains("xoxb-secret")), lines.toString());
    assertTrue(lines.get(1).contains("IllegalStateException: bad ***"), lines.get(1));
  }

  private static Http.Request get(String url, int timeoutMs) {
    return new Http.Request("GET", URI.create(url), Map.of(), new byte[0], timeoutMs);
  }

  private static ChannelException failure(Http http, Http.Request request) {
    return assertThrows(ChannelException.class, () -> http.send(request));
  }

  private static void settingsRefused(Map<String, String> given, String said) {
    var e =
        assertThrows(PluginRefused.class, () -> CheckedSettings.of(manifest(PROPERTIES), given));
    assertEquals(Refusal.SETTINGS, e.refusal());
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  private static Manifest manifest(String properties) {
    return Manifest.read(new ByteArrayInputStream(properties.getBytes(StandardCharsets.UTF_8)));
  }

  private record ListLogger(List<String> lines) implements System.Logger {
    @Override
    public String getName() {
      return "list";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      lines.add(message);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... params) {
      lines.add(format);
    }
  }
}
