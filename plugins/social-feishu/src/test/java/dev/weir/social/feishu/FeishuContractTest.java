package dev.weir.social.feishu;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelFactory;
import dev.weir.spi.Delivery;
import dev.weir.spi.Inbound;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Step;
import dev.weir.spi.Verdict;
import dev.weir.tck.ChannelUnderTest;
import dev.weir.tck.DeliveryContract;
import dev.weir.tck.InboundContract;
import dev.weir.tck.ManifestContract;
import dev.weir.tck.MeasuringContract;
import dev.weir.tck.OnboardingContract;
import dev.weir.tck.Remote;
import dev.weir.tck.TestClock;
import dev.weir.tck.TestContext;
import dev.weir.tck.sim.Door;
import dev.weir.tck.sim.SimProcess;
import dev.weir.tck.sim.feishu.FeishuSim;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The suites that every channel must pass, against Feishu's simulator. */
final class FeishuContractTest {

  private static final String TENANT = "tenant-contract";

  @TempDir static Path data;
  private static SimProcess feishu;
  private static Door door;
  private static Instant signedAt;
  private static RawRequest ticket;
  private static RawRequest opened;
  private static RawRequest message;
  private static int chats;

  @BeforeAll
  static void start() {
    feishu = SimProcess.start(FeishuSim.class, data.resolve("feishu"));
    door = new Door(data.resolve("door"));
    feishu.post("/sim/app", Map.of("requestUrl", door.url().toString()));
    door.clear();
    signedAt = Instant.now();
    feishu.post("/sim/ticket", Map.of());
    feishu.post("/sim/install", Map.of("tenant", TENANT));
    feishu.post("/sim/say", Map.of("tenant", TENANT, "chat", "oc_first", "text", "怎么退货？"));
    ticket = door.arrived().get(0);
    opened = door.arrived().get(1);
    message = door.arrived().getLast();
  }

  @AfterAll
  static void stop() {
    door.close();
    feishu.close();
  }

  private static TestContext.Builder settings() {
    JsonNode app = feishu.get("/sim/app");
    return TestContext.of("feishu-cn")
        .setting("base_url", feishu.base().toString())
        .setting("app_id", app.get("appId").asText())
        .secret("app_secret", app.get("appSecret").asText())
        .secret("encrypt_key", app.get("encryptKey").asText())
        .secret("verification_token", app.get("verificationToken").asText())
        .clock(new TestClock(signedAt));
  }

  /** Each suite asks about this channel. */
  interface Feishu extends ChannelUnderTest {
    @Override
    default ChannelFactory factory() {
      return new FeishuFactory();
    }

    @Override
    default TestContext.Builder world() {
      return settings();
    }
  }

  @Nested
  final class Manifests extends ManifestContract implements Feishu {
    @Override
    protected List<Class<?>> suites() {
      return List.of(Inbounds.class, Onboardings.class, Deliveries.class, Measurings.class);
    }
  }

  @Nested
  final class Inbounds extends InboundContract implements Feishu {
    @Override
    protected List<RawRequest> samples() {
      return List.of(message, opened);
    }

    @Override
    protected List<String> proofHeaders() {
      return List.of(FeishuInbound.TIMESTAMP, FeishuInbound.NONCE, FeishuInbound.SIGNATURE);
    }

    @Override
    protected Duration tolerance() {
      return Duration.ofSeconds(300);
    }

    @Override
    protected void changeSecrets(TestContext context) {
      context.secret("encrypt_key", "another-key");
    }
  }

  @Nested
  final class Onboardings extends OnboardingContract implements Feishu {
    @Override
    protected Optional<RawRequest> firstRequest() {
      return Optional.empty();
    }

    @Override
    protected RawRequest comeBack(Step step, String state) {
      throw new AssertionError("nobody comes back from " + step);
    }

    @Override
    protected boolean endsBound() {
      return false;
    }

    @Override
    protected RawRequest bindingEvent() {
      return opened;
    }
  }

  @Nested
  final class Deliveries extends DeliveryContract implements Feishu {

    private final Map<String, Delivery.Reply> replies = new HashMap<>();

    @Override
    protected Remote remote() {
      return feishu;
    }

    @Override
    protected Binding binding() {
      // Without the platform's ticket there is no tenant token.
      Inbound inbound = channel().inbound().orElseThrow();
      inbound.parse((Verdict.Trusted) inbound.verify(ticket));
      return Binding.of(TENANT, "Tenant");
    }

    /** Each text in a chat of its own, because a chat takes five messages a second. */
    @Override
    protected Delivery.Reply reply(String text) {
      return replies.computeIfAbsent(
          text,
          t -> {
            String chat = "oc_contract_" + chats++;
            String asked =
                feishu
                    .post("/sim/say", Map.of("tenant", TENANT, "chat", chat, "text", "?"))
                    .get("message")
                    .asText();
            return new Delivery.Reply("call-1", chat, t, Map.of("message_id", asked));
          });
    }

    @Override
    protected int shown(String text) {
      return (int)
          StreamSupport.stream(feishu.get("/sim/messages").spliterator(), false)
              .filter(m -> m.get("text").asText().equals(text))
              .count();
    }
  }

  @Nested
  final class Measurings extends MeasuringContract implements Feishu {}
}
