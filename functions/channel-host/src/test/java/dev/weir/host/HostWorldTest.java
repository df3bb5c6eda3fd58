package dev.weir.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weir.core.channel.Channels;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.loader.CloudCredentials;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a plugin is given. */
final class HostWorldTest {

  private final Probe probe = new Probe();
  private final ChannelContext context =
      OpenChannel.context(
          probe.ports,
          Probe.manifest(),
          Probe.config(),
          () -> new CloudCredentials("id", "secret", Optional.empty()));

  @Test
  void secretsAreDeclaredOnesOfThisChannelReadAtEachCall() {
    var unset = assertThrows(ChannelException.class, () -> context.secrets().get("signing"));
    assertEquals(ErrorCode.UNAUTHORIZED, unset.code());
    probe.ports.secrets().put(Channels.secretName(Probe.ID, "signing"), "one");
    assertEquals("one", context.secrets().get("signing"));
    probe.ports.secrets().put(Channels.secretName(Probe.ID, "signing"), "two");
    assertEquals("two", context.secrets().get("signing"));
    probe.ports.secrets().put(Channels.secretName(Probe.ID, "other"), "x");
    assertThrows(ChannelException.class, () -> context.secrets().get("other"));
  }

  @Test
  void bindingsSecretsSettingsAndStateAreTheChannelsOwn() {
    Binding binding = Binding.of("T1", "Acme");
    context.secrets().put(binding, "token", "xoxb-1");
    assertEquals(Optional.of("xoxb-1"), context.secrets().of(binding, "token"));
    assertEquals("red", context.settings().get("color"));
    assertTrue(context.state().putIfAbsent("k", "v", Probe.NOW.plusSeconds(9)));
    assertEquals(Optional.of("v"), context.state().get("k"));
    probe.clock.advance(Duration.ofSeconds(9));
    assertEquals(Optional.empty(), context.state().get("k"));
    assertEquals(Probe.ID, context.channelId());
  }

  @Test
  void idsAreFresh() {
    assertNotEquals(context.ids().next(), context.ids().next());
    assertEquals(26, context.ids().next().length());
    assertEquals(16, context.ids().random(16).length);
    assertThrows(IllegalArgumentException.class, () -> context.ids().random(1 << 20));
  }

  @Test
  void credentialsComeFromTheEnvironment() {
    Credentials plain =
        new Credentials(
            Map.of("AWS_ACCESS_KEY_ID", "AKID", "AWS_SECRET_ACCESS_KEY", "s"), probe.clock);
    assertEquals(new CloudCredentials("AKID", "s", Optional.empty()), plain.get());
    var none = assertThrows(ChannelException.class, new Credentials(Map.of(), probe.clock)::get);
    assertEquals(ErrorCode.UNAUTHORIZED, none.code());
  }

  @Test
  void credentialsOfARestoredSnapshotComeFromTheEndpointAndAreRenewed() throws IOException {
    SettableClock clock = probe.clock;
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean known = "tok".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body =
              ("{\"AccessKeyId\":\"AKID"
                      + asked.incrementAndGet()
                      + "\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\"Expiration\":\""
                      + clock.instant().plus(Duration.ofHours(1))
                      + "\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 403, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String uri = "http://127.0.0.1:" + server.getAddress().getPort() + "/creds";
      Credentials credentials =
          new Credentials(
              Map.of(
                  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                  uri,
                  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                  "tok"),
              clock);
      assertEquals("AKID1", credentials.get().accessKeyId());
      assertEquals("AKID1", credentials.get().accessKeyId());
      clock.advance(Duration.ofMinutes(56));
      assertEquals("AKID2", credentials.get().accessKeyId());
      assertEquals(Optional.of("t"), credentials.get().sessionToken());
    } finally {
      server.stop(0);
    }
  }
}
