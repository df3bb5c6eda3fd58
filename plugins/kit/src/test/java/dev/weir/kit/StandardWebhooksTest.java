package dev.weir.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.spi.RawRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StandardWebhooksTest {

  /** standard-webhooks libraries/java, TestScenario. */
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final String OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final Instant AT = Instant.ofEpochSecond(1614265330);
  private static final byte[] BODY = Signatures.utf8("{\"test\": 2432232314}");
  private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  private final StandardWebhooks webhooks = StandardWebhooks.of(SECRET);

  @Test
  void publishedVectorIsReproducedAndAccepted() {
    assertEquals(SIGNATURE, webhooks.sign(ID, AT, BODY));
    assertTrue(webhooks.fault(request(webhooks.headers(ID, AT, BODY), BODY), AT).isEmpty());
  }

  @Test
  void everyAlteredByteOfTheBodyIsRefused() {
    for (int i = 0; i < BODY.length; i++) {
      byte[] altered = BODY.clone();
      altered[i] ^= 1;
      assertTrue(
          webhooks.fault(request(webhooks.headers(ID, AT, BODY), altered), AT).isPresent(),
          "byte " + i);
    }
  }

  @Test
  void windowIsTwoSided() {
    RawRequest request = request(webhooks.headers(ID, AT, BODY), BODY);
    Duration edge = Duration.ofMinutes(5);
    assertTrue(webhooks.fault(request, AT.plus(edge)).isEmpty());
    assertTrue(webhooks.fault(request, AT.minus(edge)).isEmpty());
    assertTrue(webhooks.fault(request, AT.plus(edge).plusMillis(1)).isPresent());
    assertTrue(webhooks.fault(request, AT.minus(edge).minusMillis(1)).isPresent());
  }

  @Test
  void rotationSignsWithBothAndAcceptsEither() {
    StandardWebhooks both = StandardWebhooks.of(List.of(OTHER, SECRET), TimeWindow.FIVE_MINUTES);
    assertEquals(2, both.sign(ID, AT, BODY).split(" ", -1).length);
    RawRequest fromBoth = request(both.headers(ID, AT, BODY), BODY);
    assertTrue(webhooks.fault(fromBoth, AT).isEmpty());
    assertTrue(StandardWebhooks.of(OTHER).fault(fromBoth, AT).isEmpty());
    RawRequest fromOld = request(webhooks.headers(ID, AT, BODY), BODY);
    assertTrue(both.fault(fromOld, AT).isEmpty());
    assertTrue(StandardWebhooks.of(OTHER).fault(fromOld, AT).isPresent());
  }

  @Test
  void missingRepeatedAndMalformedHeadersAreRefused() {
    for (String header : webhooks.headers(ID, AT, BODY).keySet()) {
      Map<String, String> without = new HashMap<>(webhooks.headers(ID, AT, BODY));
      without.remove(header);
      assertTrue(webhooks.fault(request(without, BODY), AT).isPresent(), header);

      Map<String, List<String>> twice = new HashMap<>();
      webhooks.headers(ID, AT, BODY).forEach((n, v) -> twice.put(n, List.of(v)));
      twice.computeIfPresent(header, (n, v) -> List.of(v.getFirst(), v.getFirst()));
      RawRequest repeated = new RawRequest("POST", "/", "", twice, BODY);
      assertTrue(webhooks.fault(repeated, AT).isPresent(), header);
    }
    Map<String, String> bad = new HashMap<>(webhooks.headers(ID, AT, BODY));
    bad.put(StandardWebhooks.TIMESTAMP, " 1614265330");
    assertTrue(webhooks.fault(request(bad, BODY), AT).isPresent());
    bad.put(StandardWebhooks.TIMESTAMP, "1614265330");
    bad.put(StandardWebhooks.SIGNATURE, SIGNATURE.replace("v1,", "v2,"));
    assertTrue(webhooks.fault(request(bad, BODY), AT).isPresent());
    bad.put(StandardWebhooks.SIGNATURE, (SIGNATURE + " ").repeat(17));
    assertTrue(webhooks.fault(request(bad, BODY), AT).isPresent());
  }

  @Test
  void dotInTheIdIsRefusedBothWays() {
    assertThrows(IllegalArgumentException.class, () -> webhooks.sign("a.b", AT, BODY));
    Map<String, String> headers = new HashMap<>(webhooks.headers(ID, AT, BODY));
    headers.put(StandardWebhooks.ID, "a.b");
    assertTrue(webhooks.fault(request(headers, BODY), AT).isPresent());
  }

  @Test
  void badSecretsAreRefusedWithoutQuotingThem() {
    for (String bad : List.of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAA", "whsec_!!!!")) {
      var e = assertThrows(IllegalArgumentException.class, () -> StandardWebhooks.of(bad));
      assertFalse(String.valueOf(e.getMessage()).contains(bad.replace("whsec_", "")));
    }
    assertThrows(IllegalArgumentException.class, StandardWebhooks::of);
  }

  private static RawRequest request(Map<String, String> headers, byte[] body) {
    Map<String, List<String>> lists = new HashMap<>();
    headers.forEach((n, v) -> lists.put(n, List.of(v)));
    return new RawRequest("POST", "/", "", lists, body);
  }
}
