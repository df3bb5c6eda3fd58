package dev.weir.social.feishu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lark.oapi.core.request.EventReq;
import com.lark.oapi.core.utils.Decryptor;
import com.lark.oapi.event.EventDispatcher;
import dev.weir.kit.AesCbc;
import dev.weir.kit.Signatures;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Inbound;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Verdict;
import dev.weir.tck.TestClock;
import dev.weir.tck.TestContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeishuInboundTest {

  // The vector of the official SDK's own TestDecryptor.
  private static final String VECTOR_KEY = "1212121212";
  private static final String VECTOR =
      "4T4ivT/PR2APX9OYkhRKtu54s1rtIpj9xJU69Hs1yWQ/1RutbufsBs9xjx5YC3u/0hMRF49sN0kevQiEL8iB3bVE"
          + "dpfyJXzXGDfKUjvKQTmG64GbMdTW6qRpadVPem3f32jHuT6fc+4TRg4BigwoUId+l/D+vcIwu3mDgAEbaqzW"
          + "fmvccmpiRMfQbh9JhdK/akmrRjo/CXPLM+hZciFXJMSpKueV3SjZJoSls5y0ZTHC8zak/Mp/DSl1wa4mYe5l"
          + "aP367Lnl4ylGiXBKx3Ku29oWv79rYcO/5QT63H4rkl8bwYmAzScpb2KNnV11L3xiDzJp3hFdfXczUvm93FXu"
          + "4Lw8eDAsRzIWCccKrqHh0UvtDJD95tNn6LvYew4+Xbk1RD4k7UzWJS9AMobOK778NLNxfQ+Kn7MKzBHilXnS"
          + "IVY5V+dcsOOdfqJviW4yWmT73JHYKq1qJip7Cw7lbkmRMUmettUwdVFWxeXH6iTex3YXCgqoriCx/MzeQhdN"
          + "EycipooB/vHItRt1CF44uFWj9tf8n3TdbdH4dNMD0hw8ejHJSbEHb9HAGCugUniN8BzL9wxE959JU4cu3BKj"
          + "DuIk5oS9hLR1mSc3vKBuSa3VKOE=";

  private static final String KEY = "encrypt-key";
  private static final String EVENT =
      "{\"schema\":\"2.0\",\"header\":{\"event_id\":\"e1\",\"event_type\":\"other\",\"token\":"
          + "\"token\",\"app_id\":\"cli_1\",\"tenant_key\":\"t1\",\"create_time\":"
          + "\"1700000000000\"},\"event\":{}}";
  private static final String TIMESTAMP = "1700000000";
  private static final String NONCE = "nonce-1";

  private final TestClock clock = new TestClock(Instant.ofEpochSecond(1700000000));
  private final TestContext context =
      TestContext.of("feishu-cn")
          .setting("app_id", "cli_1")
          .secret("app_secret", "secret")
          .secret("encrypt_key", KEY)
          .secret("verification_token", "token")
          .clock(clock)
          .build();
  private final Channel channel = new FeishuFactory().open(context);
  private final Inbound inbound = channel.inbound().orElseThrow();

  @AfterEach
  void close() {
    channel.close();
    context.close();
  }

  @Test
  void publishedCiphertextIsTrustedAsTheSdkDecryptsIt() {
    context.secret("encrypt_key", VECTOR_KEY);
    context.secret("verification_token", "v");
    String body = "{\"encrypt\":\"" + VECTOR + "\"}";
    // The vector's application.
    Verdict verdict = inbound.verify(signed(body, VECTOR_KEY));
    assertEquals(
        "sent for another app", assertInstanceOf(Verdict.Untrusted.class, verdict).reason());
    try (TestContext other =
        TestContext.of("feishu-cn")
            .setting("app_id", "cli_xxxxxxxx")
            .secret("app_secret", "secret")
            .secret("encrypt_key", VECTOR_KEY)
            .secret("verification_token", "v")
            .clock(clock)
            .build()) {
      Inbound its = new FeishuFactory().open(other).inbound().orElseThrow();
      Verdict.Trusted trusted =
          assertInstanceOf(Verdict.Trusted.class, its.verify(signed(body, VECTOR_KEY)));
      String plain = new String(trusted.payload(), StandardCharsets.UTF_8);
      assertTrue(plain.contains("f7984f25108f8137722bb63cee927e66"));
      assertEquals(new Decryptor(VECTOR_KEY).decrypt(VECTOR), plain);
    }
  }

  @Test
  void documentedCiphertextDecrypts() {
    byte[] sealed = Base64.getDecoder().decode("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=");
    byte[] plain =
        AesCbc.decrypt(
                Signatures.sha256(Signatures.utf8("test key")),
                java.util.Arrays.copyOf(sealed, 16),
                java.util.Arrays.copyOfRange(sealed, 16, sealed.length),
                AesCbc.BLOCK_BYTES)
            .orElseThrow();
    assertEquals("hello world", new String(plain, StandardCharsets.UTF_8));
  }

  @Test
  void whatWeTrustTheOfficialDispatcherTrustsAndItSeesTheSameEvent() throws Throwable {
    String body = seal(EVENT);
    assertInstanceOf(Verdict.Trusted.class, inbound.verify(signed(body, KEY)));
    AtomicReference<String> seen = new AtomicReference<>();
    EventDispatcher official =
        EventDispatcher.newBuilder("token", KEY)
            .onCustomizedEvent(
                "other",
                new com.lark.oapi.event.CustomEventHandler() {
                  @Override
                  public void handle(EventReq event) {
                    seen.set(event.getPlain());
                  }
                })
            .build();
    var accepted = official.handle(official(signed(body, KEY)));
    assertEquals(
        200, accepted.getStatusCode(), new String(accepted.getBody(), StandardCharsets.UTF_8));
    assertEquals(EVENT, seen.get());
    String altered = body.replace("}", " }");
    assertInstanceOf(Verdict.Untrusted.class, inbound.verify(raw(altered, headers(body, KEY))));
    var refused = official.handle(official(raw(altered, headers(body, KEY))));
    assertEquals(500, refused.getStatusCode());
    assertTrue(new String(refused.getBody(), StandardCharsets.UTF_8).contains("signature"));
  }

  private static EventReq official(RawRequest request) {
    EventReq req = new EventReq();
    req.setHeaders(request.headers());
    req.setBody(request.body());
    req.setHttpPath("/events");
    return req;
  }

  @Test
  void plaintextIsRefusedEvenWhenSigned() {
    untrusted(raw(EVENT, Map.of()));
    untrusted(signed(EVENT, KEY));
    untrusted(signed("{\"encrypt\":\"\"}", KEY));
    untrusted(
        raw("{\"type\":\"url_verification\",\"token\":\"token\",\"challenge\":\"c\"}", Map.of()));
  }

  @Test
  void bytesAfterTheEnvelopeAreRefusedEvenWhenTheHashHolds() {
    String body = seal(EVENT);
    untrusted(signed(body + "{}", KEY));
    untrusted(signed(body.replace("}", ",\"schema\":\"2.0\"}"), KEY));
    untrusted(signed(body.replace("{", "{\"encrypt\":\"x\","), KEY));
    assertInstanceOf(Verdict.Trusted.class, inbound.verify(signed(body + " \n", KEY)));
  }

  @Test
  void timestampIsSecondsInDigits() {
    String body = seal(EVENT);
    for (String timestamp : List.of("", "-1", "1700000000.5", "2023-11-14 22:13:20 +0000 UTC")) {
      untrusted(raw(body, headers(body, KEY, timestamp)));
    }
  }

  @Test
  void badCiphertextIsRefused() {
    for (String sealed :
        List.of(
            "not base64!",
            "AAAA",
            Base64.getEncoder().encodeToString(new byte[16]),
            Base64.getEncoder().encodeToString(new byte[32]),
            Base64.getEncoder().encodeToString(new byte[33]))) {
      untrusted(signed("{\"encrypt\":\"" + sealed + "\"}", KEY));
    }
    String body = seal(EVENT);
    assertTrue(body.contains("="), "the test needs a padded text");
    untrusted(signed(body.replace("=", ""), KEY));
    untrusted(signed(body.replace("\":\"", "\":\" "), KEY));
    untrusted(signed(seal("not json"), KEY));
    untrusted(signed(seal(EVENT + "{}"), KEY));
  }

  @Test
  void addressCheckNeedsTheKeyAndTheToken() {
    String challenge = "{\"challenge\":\"c-1\",\"token\":\"token\",\"type\":\"url_verification\"}";
    for (RawRequest request :
        List.of(raw(seal(challenge), Map.of()), signed(seal(challenge), KEY))) {
      Verdict.Challenge answer = assertInstanceOf(Verdict.Challenge.class, inbound.verify(request));
      assertEquals(
          "{\"challenge\":\"c-1\"}", new String(answer.response().body(), StandardCharsets.UTF_8));
    }
    untrusted(raw(seal(challenge.replace("\"token\":\"token\"", "\"token\":\"x\"")), Map.of()));
    untrusted(raw(seal(challenge.replace("c-1", "c".repeat(257))), Map.of()));
    untrusted(signed(seal(challenge), "another-key"));
  }

  @Test
  void eventWithAnotherTokenOrForAnotherAppIsRefused() {
    untrusted(signed(seal(EVENT.replace("\"token\":\"token\"", "\"token\":\"x\"")), KEY));
    untrusted(signed(seal(EVENT.replace("cli_1", "cli_2")), KEY));
  }

  @Test
  void windowOutOfRangeIsRefusedAtOpening() {
    try (TestContext wrong =
        TestContext.of("feishu-cn")
            .setting("app_id", "cli_1")
            .setting("window_seconds", "86401")
            .build()) {
      ChannelException e =
          assertThrows(ChannelException.class, () -> new FeishuFactory().open(wrong));
      assertEquals("SETTING_UNUSABLE: window_seconds 86401 not in 30..86400", e.getMessage());
    }
  }

  private void untrusted(RawRequest request) {
    assertInstanceOf(Verdict.Untrusted.class, inbound.verify(request));
  }

  private static String seal(String plain) {
    byte[] iv = new byte[16];
    java.util.Arrays.fill(iv, (byte) 7);
    byte[] key = Signatures.sha256(Signatures.utf8(KEY));
    byte[] sealed = AesCbc.encrypt(key, iv, Signatures.utf8(plain), AesCbc.BLOCK_BYTES);
    return "{\"encrypt\":\""
        + Base64.getEncoder().encodeToString(Signatures.concat(iv, sealed))
        + "\"}";
  }

  private static RawRequest signed(String body, String key) {
    return raw(body, headers(body, key));
  }

  private static Map<String, List<String>> headers(String body, String key) {
    return headers(body, key, TIMESTAMP);
  }

  private static Map<String, List<String>> headers(String body, String key, String timestamp) {
    String signature = Signatures.sha256Hex(Signatures.utf8(timestamp + NONCE + key + body));
    return Map.of(
        FeishuInbound.TIMESTAMP, List.of(timestamp),
        FeishuInbound.NONCE, List.of(NONCE),
        FeishuInbound.SIGNATURE, List.of(signature));
  }

  private static RawRequest raw(String body, Map<String, List<String>> headers) {
    return new RawRequest("POST", "/events", "", headers, body.getBytes(StandardCharsets.UTF_8));
  }
}
