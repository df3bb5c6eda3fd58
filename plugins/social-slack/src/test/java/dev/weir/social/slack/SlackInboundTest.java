package dev.weir.social.slack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.slack.api.app_backend.SlackSignature;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Inbound;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Verdict;
import dev.weir.tck.TestClock;
import dev.weir.tck.TestContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlackInboundTest {

  // The vector of the official SDK's own SlackSignatureTest.
  private static final String SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
  private static final String TIMESTAMP = "1531420618";
  private static final String BODY =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
          + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
          + "&command=%2Fwebhook-collect&text="
          + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
          + "%2F96rGlfmibIGlgcZRskXaIFfN"
          + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  private static final String SIGNATURE =
      "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

  private final TestClock clock = new TestClock(Instant.ofEpochSecond(1531420618));
  private final TestContext context =
      TestContext.of("slack-emea")
          .setting("client_id", "1.2")
          .secret("client_secret", "secret")
          .secret("signing_secret", SECRET)
          .clock(clock)
          .build();
  private final Channel channel = new SlackFactory().open(context);
  private final Inbound inbound = channel.inbound().orElseThrow();

  @AfterEach
  void close() {
    channel.close();
    context.close();
  }

  @Test
  void publishedVectorIsTrusted() {
    Verdict.Trusted trusted =
        assertInstanceOf(
            Verdict.Trusted.class, inbound.verify(request(BODY, TIMESTAMP, SIGNATURE)));
    assertEquals(BODY, new String(trusted.payload(), StandardCharsets.UTF_8));
  }

  @Test
  void whatTheOfficialSdkSignsIsTrustedAndWhatItRefusesIsNot() {
    SlackSignature.Generator generator = new SlackSignature.Generator(SECRET);
    SlackSignature.Verifier verifier = new SlackSignature.Verifier(generator);
    for (String body : List.of("", "{}", "{\"text\":\"你好 &\\u0000\"}", "x".repeat(100_000))) {
      String signature = generator.generate(TIMESTAMP, body);
      assertTrue(verifier.isValid(TIMESTAMP, body, signature, 1531420618_000L));
      assertInstanceOf(Verdict.Trusted.class, inbound.verify(request(body, TIMESTAMP, signature)));
      untrusted(request(body + " ", TIMESTAMP, signature));
    }
  }

  @Test
  void signatureHasOneSpelling() {
    untrusted(request(BODY, TIMESTAMP, SIGNATURE.toUpperCase(Locale.ROOT)));
    untrusted(request(BODY, TIMESTAMP, "v0=" + SIGNATURE.substring(3).toUpperCase(Locale.ROOT)));
    untrusted(request(BODY, TIMESTAMP, SIGNATURE.substring(3)));
    untrusted(request(BODY, TIMESTAMP, "v1=" + SIGNATURE.substring(3)));
    untrusted(request(BODY, TIMESTAMP, SIGNATURE + " "));
    untrusted(request(BODY, TIMESTAMP, ""));
    untrusted(request(BODY, TIMESTAMP, "v0=" + "zz".repeat(32)));
  }

  @Test
  void timestampIsDigitsOnly() {
    for (String timestamp : List.of("", "-1", "+1531420618", " 1531420618", "1531420618.0", "x")) {
      String signature = new SlackSignature.Generator(SECRET).generate(timestamp, BODY);
      untrusted(request(BODY, timestamp, signature));
    }
  }

  @Test
  void urlVerificationIsAnsweredOnlyWhenSigned() {
    String body = "{\"type\":\"url_verification\",\"token\":\"x\",\"challenge\":\"3eZbrw\"}";
    String signature = new SlackSignature.Generator(SECRET).generate(TIMESTAMP, body);
    Verdict.Challenge challenge =
        assertInstanceOf(
            Verdict.Challenge.class, inbound.verify(request(body, TIMESTAMP, signature)));
    assertEquals(
        "{\"challenge\":\"3eZbrw\"}",
        new String(challenge.response().body(), StandardCharsets.UTF_8));
    untrusted(request(body, TIMESTAMP, SIGNATURE));
  }

  @Test
  void signedBodyThatIsNotJsonIsThePartnersFault() {
    for (String body : List.of("", "not json", "[]", "{\"a\":1}{\"b\":2}", "{\"a\":1,\"a\":2}")) {
      String signature = new SlackSignature.Generator(SECRET).generate(TIMESTAMP, body);
      Verdict.Trusted trusted =
          assertInstanceOf(
              Verdict.Trusted.class, inbound.verify(request(body, TIMESTAMP, signature)));
      ChannelException e = assertThrows(ChannelException.class, () -> inbound.parse(trusted), body);
      assertEquals(ErrorType.PARTNER, e.code().type());
    }
  }

  @Test
  void oversizeBodyNeverReachesThePlugin() {
    byte[] body = new byte[RawRequest.BODY_MAX_BYTES + 1];
    assertThrows(
        IllegalArgumentException.class,
        () -> new RawRequest("POST", "/events", "", Map.of(), body));
  }

  private void untrusted(RawRequest request) {
    assertInstanceOf(Verdict.Untrusted.class, inbound.verify(request));
  }

  private static Map<String, List<String>> headers(String timestamp, String signature) {
    return Map.of(
        "X-Slack-Request-Timestamp", List.of(timestamp), "X-Slack-Signature", List.of(signature));
  }

  private static RawRequest request(String body, String timestamp, String signature) {
    return raw(body, headers(timestamp, signature));
  }

  private static RawRequest raw(String body, Map<String, List<String>> headers) {
    return new RawRequest("POST", "/events", "", headers, body.getBytes(StandardCharsets.UTF_8));
  }
}
