package dev.weir.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.loader.Manifest.Cover;
import dev.weir.spi.Inbound;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a webhook's verification must hold against. What the manifest says that the signature does
 * not cover is not asked of the plugin; what it says to be covered is.
 */
public abstract class InboundContract extends ChannelContract {

  private static final int BODY_MAX_BYTES = 64 << 10;

  /**
   * Golden requests, signed within a second of the world's time: at least one, signed by the other
   * side's own code or a published vector where there is one. None of them a handshake.
   */
  protected abstract List<RawRequest> samples();

  /** The headers that prove who sent it; without any one of them nothing is believed. */
  protected abstract List<String> proofHeaders();

  /** How far a signed time may be away; asked for where the manifest covers {@code timestamp}. */
  protected abstract Duration tolerance();

  /** Gives the world other secrets than the samples were signed with. */
  protected abstract void changeSecrets(TestContext context);

  @Test
  public final void goldenSamplesAreTrustedAndRead() {
    assertFalse(samples().isEmpty(), "no sample");
    for (RawRequest sample : samples()) {
      Verdict.Trusted trusted = trusted(sample);
      assertSame(sample, trusted.request(), "trusted must be made of the request asked about");
      List<InboundEvent> events = inbound().parse(trusted);
      assertTrue(events.size() <= 100, "events " + events.size() + " > 100");
      int status = inbound().acknowledge(trusted).status();
      assertEquals(2, status / 100, "acknowledged with " + status);
    }
  }

  @Test
  public final void redeliveryCarriesTheSameDedupeKeys() {
    for (RawRequest sample : samples()) {
      assertEquals(keys(sample), keys(copy(sample, sample.headers(), sample.body())));
    }
  }

  private List<String> keys(RawRequest request) {
    return inbound().parse(trusted(request)).stream().map(InboundEvent::dedupeKey).toList();
  }

  @Test
  public final void eachAlteredByteOfACoveredBodyIsRefused() {
    if (!covers(Cover.BODY)) {
      return;
    }
    for (RawRequest sample : samples()) {
      byte[] body = sample.body();
      assertTrue(body.length <= BODY_MAX_BYTES, "a sample of at most 64 KB");
      for (int i = 0; i < body.length; i++) {
        byte[] altered = body.clone();
        altered[i] ^= 1;
        untrusted(copy(sample, sample.headers(), altered), "body byte " + i);
      }
      byte[] longer = new byte[body.length + 1];
      System.arraycopy(body, 0, longer, 0, body.length);
      longer[body.length] = '\n';
      untrusted(copy(sample, sample.headers(), longer), "one byte more");
      untrusted(copy(sample, sample.headers(), new byte[0]), "no body");
    }
  }

  @Test
  public final void eachAlteredCharacterOfAProofIsRefused() {
    for (RawRequest sample : samples()) {
      for (String name : proofHeaders()) {
        String value = sample.header(name).orElseThrow(() -> new AssertionError("no " + name));
        for (int i = 0; i < value.length(); i++) {
          char other = value.charAt(i) == '0' ? '1' : '0';
          String altered = value.substring(0, i) + other + value.substring(i + 1);
          untrusted(with(sample, name, List.of(altered)), name + " character " + i);
        }
        untrusted(with(sample, name, List.of("")), "empty " + name);
        untrusted(with(sample, name, List.of(value + "0")), "longer " + name);
        untrusted(with(sample, name, List.of("\u0000é")), "strange " + name);
        for (String cased :
            List.of(value.toUpperCase(Locale.ROOT), value.toLowerCase(Locale.ROOT))) {
          if (!cased.equals(value)) {
            untrusted(with(sample, name, List.of(cased)), name + " in other case");
          }
        }
      }
    }
  }

  @Test
  public final void unsignedRequestIsRefused() {
    for (RawRequest sample : samples()) {
      untrusted(copy(sample, Map.of(), sample.body()), "no header at all");
      Map<String, List<String>> headers = new HashMap<>(sample.headers());
      proofHeaders().forEach(name -> headers.remove(name.toLowerCase(Locale.ROOT)));
      untrusted(copy(sample, headers, sample.body()), "no proof at all");
    }
  }

  @Test
  public final void missingAndRepeatedProofsAreRefused() {
    assertFalse(proofHeaders().isEmpty(), "no proof header");
    for (RawRequest sample : samples()) {
      for (String name : proofHeaders()) {
        String value = sample.header(name).orElseThrow(() -> new AssertionError("no " + name));
        untrusted(with(sample, name, List.of()), "without " + name);
        untrusted(with(sample, name, List.of(value, value)), "twice " + name);
        untrusted(with(sample, name, List.of(value + "," + value)), "joined " + name);
      }
    }
  }

  @Test
  public final void staleAndFutureRequestsAreRefusedWhereTheTimeIsCovered() {
    if (!covers(Cover.TIMESTAMP)) {
      return;
    }
    for (RawRequest sample : samples()) {
      trusted(sample);
      for (int side : List.of(1, -1)) {
        String what = side > 0 ? "stale" : "from the future";
        Duration within = tolerance().minusSeconds(2).multipliedBy(side);
        Duration over = tolerance().plusSeconds(2).multipliedBy(side);
        at(within, () -> trusted(sample));
        at(over, () -> untrusted(sample, what));
        at(Duration.ofDays(3650L * side), () -> untrusted(sample, "years away, " + what));
      }
    }
  }

  private void at(Duration away, Runnable check) {
    context().clock().advance(away);
    try {
      check.run();
    } finally {
      context().clock().advance(away.negated());
    }
  }

  @Test
  public final void otherSecretsBelieveNothing() {
    samples().forEach(this::trusted);
    List<RawRequest> signedBefore = samples();
    changeSecrets(context());
    signedBefore.forEach(sample -> untrusted(sample, "another secret"));
  }

  @Test
  public final void nonsenseIsRefusedAndDoesNotThrow() {
    for (RawRequest sample : samples()) {
      for (String method : List.of("GET", "POST", "OPTIONS")) {
        RawRequest bare =
            new RawRequest(
                method, sample.path(), "", Map.of(), "{\"a\":".getBytes(StandardCharsets.UTF_8));
        untrusted(bare, "bare " + method);
      }
    }
  }

  private boolean covers(Cover cover) {
    return context().manifest().signature().contains(cover);
  }

  private Inbound inbound() {
    return channel().inbound().orElseThrow(() -> new AssertionError("no facet inbound"));
  }

  private Verdict.Trusted trusted(RawRequest request) {
    return assertInstanceOf(
        Verdict.Trusted.class, inbound().verify(request), "a golden sample is not believed");
  }

  private void untrusted(RawRequest request, String what) {
    Verdict verdict = inbound().verify(request);
    assertInstanceOf(Verdict.Untrusted.class, verdict, what);
  }

  private static RawRequest with(RawRequest request, String name, List<String> values) {
    Map<String, List<String>> headers = new HashMap<>(request.headers());
    headers.remove(name.toLowerCase(Locale.ROOT));
    if (!values.isEmpty()) {
      headers.put(name, new ArrayList<>(values));
    }
    return copy(request, headers, request.body());
  }

  private static RawRequest copy(
      RawRequest request, Map<String, List<String>> headers, byte[] body) {
    return new RawRequest(request.method(), request.path(), request.query(), headers, body);
  }
}
