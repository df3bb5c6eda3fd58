package dev.weir.tck;

import dev.weir.loader.Manifest;
import dev.weir.spi.Ack;
import dev.weir.spi.Binding;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Delivery;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Health;
import dev.weir.spi.Inbound;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.Measuring;
import dev.weir.spi.Onboarding;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Receipt;
import dev.weir.spi.Reporting;
import dev.weir.spi.Settlement;
import dev.weir.spi.Step;
import dev.weir.spi.Verdict;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A small channel that is right, and can be made wrong in one way at a time. */
final class ProbeChannel
    implements Channel, Inbound, Onboarding, Delivery, Measuring, Reporting, Settlement {

  /** What may be wrong with it. */
  enum Defect {
    IGNORES_BODY,
    ONE_SIDED_WINDOW,
    NO_WINDOW,
    TAKES_REPEATED_HEADERS,
    THROWS_ON_NONSENSE,
    NEW_DEDUPE_KEYS,
    TRUSTS_THE_UNSIGNED,
    TAKES_ANY_CASE,
    WIDE_WINDOW,
    FORGETS_KEYS,
    TAKES_429_FOR_FINAL,
    UNDECLARED_METER,
    IMPURE,
    LOSES_AN_ACK,
    COUNTS_AGAIN,
    BINDS_ANEW,
    TELLS_SECRETS,
    BINDS_BY_WAITING,
    FLUSHES_TWICE,
    READS_BACK_WRONG,
    ENDLESS_PAGES,
    NO_DELIVERY
  }

  static final String PROPERTIES =
      """
      id=probe
      kind=social
      api=1.0
      capabilities=onboarding,inbound,delivery,measuring,reporting,settlement
      secret.signing=key
      meter.messages=message|0|3|0|0|no|int64
      inbound.ack_ms=3000
      signature=body,timestamp
      """;

  /** The other side: what it shows and has on record, and whether it works. */
  static final class OtherSide implements Remote {
    final List<String> shown = new ArrayList<>();
    final Map<String, Long> record = new HashMap<>();
    final Map<SealedLine, Instant> reported = new HashMap<>();
    final List<String> statements = new ArrayList<>();
    int status = 200;

    @Override
    public void answerWith(int code) {
      status = code;
    }

    @Override
    public void recover() {
      status = 200;
    }
  }

  private final ChannelContext context;
  private final OtherSide other;
  private final Set<Defect> defects;
  private int counter;

  ProbeChannel(ChannelContext context, OtherSide other, Defect... defects) {
    this.context = context;
    this.other = other;
    this.defects = EnumSet.noneOf(Defect.class);
    this.defects.addAll(List.of(defects));
  }

  static TestContext.Builder world() {
    Manifest manifest =
        Manifest.read(new ByteArrayInputStream(PROPERTIES.getBytes(StandardCharsets.UTF_8)));
    return TestContext.of("probe-1", manifest).secret("signing", "the secret");
  }

  static RawRequest signed(Instant at, String secret, String body) {
    String timestamp = Long.toString(at.getEpochSecond());
    return new RawRequest(
        "POST",
        "/events",
        "",
        Map.of(
            "x-timestamp", List.of(timestamp),
            "x-signature", List.of(mac(secret, timestamp, body.getBytes(StandardCharsets.UTF_8)))),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static String mac(String secret, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean has(Defect defect) {
    return defects.contains(defect);
  }

  @Override
  public Health check() {
    return Health.up();
  }

  @Override
  public Optional<Inbound> inbound() {
    return Optional.of(this);
  }

  @Override
  public Optional<Onboarding> onboarding() {
    return Optional.of(this);
  }

  @Override
  public Optional<Delivery> delivery() {
    return has(Defect.NO_DELIVERY) ? Optional.empty() : Optional.of(this);
  }

  @Override
  public Optional<Measuring> measuring() {
    return Optional.of(this);
  }

  @Override
  public Optional<Reporting> reporting() {
    return Optional.of(this);
  }

  @Override
  public Optional<Settlement> settlement() {
    return Optional.of(this);
  }

  @Override
  public Verdict verify(RawRequest request) {
    if (has(Defect.TRUSTS_THE_UNSIGNED) && request.headers().isEmpty()) {
      return request.trusted(request.body());
    }
    String timestamp = header(request, "x-timestamp");
    String given = header(request, "x-signature");
    String signature = has(Defect.TAKES_ANY_CASE) ? given.toLowerCase(Locale.ROOT) : given;
    if (!timestamp.matches("\\d{1,11}") || signature.isEmpty()) {
      if (has(Defect.THROWS_ON_NONSENSE)) {
        throw new NumberFormatException(timestamp);
      }
      return new Verdict.Untrusted("headers");
    }
    Duration age =
        Duration.between(
            Instant.ofEpochSecond(Long.parseLong(timestamp)), context.clock().instant());
    Duration distance = has(Defect.ONE_SIDED_WINDOW) ? age : age.abs();
    Duration window = Duration.ofMinutes(has(Defect.WIDE_WINDOW) ? 6 : 5);
    if (!has(Defect.NO_WINDOW) && distance.compareTo(window) > 0) {
      return new Verdict.Untrusted("time");
    }
    String secret = context.secrets().get("signing");
    // Without the body in it, a signature of anything is a signature of everything.
    boolean holds =
        has(Defect.IGNORES_BODY)
            ? mac(secret, timestamp, "sample".getBytes(StandardCharsets.UTF_8)).equals(signature)
            : MessageDigest.isEqual(
                mac(secret, timestamp, request.body()).getBytes(StandardCharsets.UTF_8),
                signature.getBytes(StandardCharsets.UTF_8));
    return holds ? request.trusted(request.body()) : new Verdict.Untrusted("signature");
  }

  private String header(RawRequest request, String name) {
    List<String> values = request.headers().getOrDefault(name, List.of());
    boolean taken = values.size() == 1 || (values.size() > 1 && has(Defect.TAKES_REPEATED_HEADERS));
    return taken ? values.getFirst() : "";
  }

  @Override
  public List<InboundEvent> parse(Verdict.Trusted trusted) {
    String key = has(Defect.NEW_DEDUPE_KEYS) ? "e" + counter++ : "e1";
    return List.of(
        new InboundEvent.Message(key, context.clock().instant(), "T1", "C1", "U1", "hi", Map.of()));
  }

  @Override
  public Step begin(Applicant applicant) {
    if (has(Defect.BINDS_BY_WAITING)) {
      return new Step.Wait(context.clock().instant().plusSeconds(60), "");
    }
    return new Step.Redirect("https://other.example/?state=" + applicant.state(), "kept");
  }

  @Override
  public Step resume(Progress progress, RawRequest callback) {
    String id = has(Defect.BINDS_ANEW) ? "T" + counter++ : "T1";
    Map<String, String> facts =
        has(Defect.TELLS_SECRETS) ? Map.of("token", "xoxb-secret") : Map.of();
    return new Step.Bound(
        new Binding(id, "Team", List.of(), facts), Map.of("token", "xoxb-secret"));
  }

  @Override
  public void offboard(Binding binding) {}

  @Override
  public Receipt deliver(Binding binding, Reply reply, String key) {
    if (other.status == 429 && has(Defect.TAKES_429_FOR_FINAL)) {
      return new Receipt.Rejected(ErrorCode.THROTTLED, "429");
    }
    requireWorking();
    boolean fresh =
        context.state().putIfAbsent("sent-" + key, "", context.clock().instant().plusSeconds(60));
    if (fresh || has(Defect.FORGETS_KEYS)) {
      other.shown.add(reply.text());
    }
    return new Receipt.Sent("");
  }

  private void requireWorking() {
    if (other.status == 429) {
      throw new ChannelException(ErrorCode.THROTTLED, "429");
    }
    if (other.status != 200) {
      throw new ChannelException(ErrorCode.UNAVAILABLE, "" + other.status);
    }
  }

  @Override
  public List<Quantity> measure(Completion completion) {
    String meter = has(Defect.UNDECLARED_METER) ? "tokens" : "messages";
    return List.of(new Quantity(meter, has(Defect.IMPURE) ? counter++ : 1));
  }

  @Override
  public List<Ack> report(List<SealedLine> lines) {
    requireWorking();
    List<Ack> acks = new ArrayList<>();
    for (SealedLine line : lines) {
      other.reported.put(line, line.hour());
      String hour = line.binding().id() + line.hour();
      if (has(Defect.COUNTS_AGAIN)) {
        other.record.merge(hour, line.quantity(), Long::sum);
      } else {
        other.record.put(hour, line.quantity());
      }
      acks.add(new Ack.Accepted(line.id(), ""));
    }
    return has(Defect.LOSES_AN_ACK) ? acks.subList(1, acks.size()) : acks;
  }

  @Override
  public List<Ack> finalFlush(List<SealedLine> lines, Instant deadline) {
    List<Ack> acks = new ArrayList<>(report(lines));
    if (has(Defect.FLUSHES_TWICE)) {
      acks.addAll(report(lines));
    }
    return acks;
  }

  @Override
  public Optional<List<SealedLine>> readBack(Instant from, Instant to) {
    List<SealedLine> lines = new ArrayList<>();
    other.reported.forEach((line, at) -> {
      if (!at.isBefore(from) && at.isBefore(to)) {
        lines.add(
            new SealedLine(
                line.id(),
                line.binding(),
                line.meter(),
                at,
                line.quantity() + (has(Defect.READS_BACK_WRONG) ? 1 : 0),
                line.scale(),
                1));
      }
    });
    return Optional.of(lines);
  }

  @Override
  public Receipt send(Statement statement, String key) {
    if (!other.statements.contains(statement.id())) {
      other.statements.add(statement.id());
    }
    return new Receipt.Sent("");
  }

  @Override
  public Page settlements(Instant from, Instant to, Optional<String> cursor) {
    return new Page(List.of(), has(Defect.ENDLESS_PAGES) ? Optional.of("c") : Optional.empty());
  }
}
