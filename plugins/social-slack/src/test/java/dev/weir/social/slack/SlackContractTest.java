package dev.weir.social.slack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.kit.Form;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelFactory;
import dev.weir.spi.Delivery;
import dev.weir.spi.Onboarding;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Step;
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
import dev.weir.tck.sim.slack.SlackSim;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The suites that every channel must pass, against Slack's simulator. */
final class SlackContractTest {

  private static final String TEAM = "T-CONTRACT";
  private static final String ROOM = "D-CONTRACT";

  @TempDir static Path data;
  private static SimProcess slack;
  private static Door door;
  private static Instant signedAt;
  private static RawRequest message;

  @BeforeAll
  static void start() throws Exception {
    slack = SimProcess.start(SlackSim.class, data.resolve("slack"));
    door = new Door(data.resolve("door"));
    slack.post("/sim/app", Map.of("requestUrl", door.url().toString()));
    slack.post("/sim/mode", Map.of("readsPerMinute", 100));
    try (TestContext context = settings().build()) {
      install(new SlackFactory().open(context).onboarding().orElseThrow());
    }
    door.clear();
    signedAt = Instant.now();
    slack.post("/sim/say", Map.of("team", TEAM, "channel", ROOM, "text", "怎么退货？"));
    message = door.arrived().getFirst();
  }

  @AfterAll
  static void stop() {
    door.close();
    slack.close();
  }

  private static TestContext.Builder settings() {
    JsonNode app = slack.get("/sim/app");
    return TestContext.of("slack-emea")
        .setting("base_url", slack.base().toString())
        .setting("client_id", app.get("clientId").asText())
        .secret("client_secret", app.get("clientSecret").asText())
        .secret("signing_secret", app.get("signingSecret").asText())
        .clock(new TestClock(Instant.now()));
  }

  private static Step.Bound install(Onboarding onboarding) throws Exception {
    String callback = "https://weir.example/callback";
    var applicant = new Onboarding.Applicant("s-1", callback, Optional.empty(), Map.of());
    Step.Redirect redirect = (Step.Redirect) onboarding.begin(applicant);
    return (Step.Bound)
        onboarding.resume(
            new Onboarding.Progress("s-1", callback, redirect.data()), allow(redirect.location()));
  }

  /** Presses Allow on Slack's page: what the browser then brings to the callback. */
  private static RawRequest allow(String location) throws IOException, InterruptedException {
    int cut = location.indexOf('?');
    String form = location.substring(cut + 1) + "&" + Form.encode(Map.of("team", TEAM));
    try (HttpClient browser = HttpClient.newHttpClient()) {
      String back =
          browser
              .send(
                  HttpRequest.newBuilder(URI.create(location.substring(0, cut)))
                      .header("content-type", "application/x-www-form-urlencoded")
                      .POST(HttpRequest.BodyPublishers.ofString(form))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .headers()
              .firstValue("location")
              .orElseThrow();
      String query = URI.create(back).getRawQuery();
      return new RawRequest("GET", "/onboard/callback", query, Map.of(), new byte[0]);
    }
  }

  /** Each suite asks about this channel. */
  interface Slack extends ChannelUnderTest {
    @Override
    default ChannelFactory factory() {
      return new SlackFactory();
    }

    @Override
    default TestContext.Builder world() {
      return settings();
    }
  }

  @Nested
  final class Manifests extends ManifestContract implements Slack {
    @Override
    protected List<Class<?>> suites() {
      return List.of(Inbounds.class, Onboardings.class, Deliveries.class, Measurings.class);
    }
  }

  @Nested
  final class Inbounds extends InboundContract implements Slack {
    @Override
    public TestContext.Builder world() {
      return settings().clock(new TestClock(signedAt));
    }

    @Override
    protected List<RawRequest> samples() {
      return List.of(message);
    }

    @Override
    protected List<String> proofHeaders() {
      return List.of(SlackInbound.TIMESTAMP, SlackInbound.SIGNATURE);
    }

    @Override
    protected Duration tolerance() {
      return Duration.ofMinutes(5);
    }

    @Override
    protected void changeSecrets(TestContext context) {
      context.secret("signing_secret", "another-secret");
    }
  }

  @Nested
  final class Onboardings extends OnboardingContract implements Slack {
    @Override
    protected Optional<RawRequest> firstRequest() {
      return Optional.empty();
    }

    @Override
    protected RawRequest comeBack(Step step, String state) {
      try {
        return allow(((Step.Redirect) step).location());
      } catch (IOException e) {
        throw new AssertionError(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  @Nested
  final class Deliveries extends DeliveryContract implements Slack {
    @Override
    protected Remote remote() {
      return slack;
    }

    @Override
    protected Binding binding() {
      Binding binding = Binding.of(TEAM, "Team");
      JsonNode installs = slack.get("/sim/installs");
      String token = installs.get(installs.size() - 1).get("token").asText();
      context().seal(binding, Map.of(SlackOnboarding.BOT_TOKEN, token));
      return binding;
    }

    @Override
    protected Delivery.Reply reply(String text) {
      return new Delivery.Reply(
          "call-1", ROOM + "/today", text, Map.of("channel", ROOM, "thread", ""));
    }

    @Override
    protected int shown(String text) {
      return (int)
          StreamSupport.stream(slack.get("/sim/messages").spliterator(), false)
              .filter(m -> m.get("text").asText().equals(text))
              .count();
    }
  }

  @Nested
  final class Measurings extends MeasuringContract implements Slack {}
}
