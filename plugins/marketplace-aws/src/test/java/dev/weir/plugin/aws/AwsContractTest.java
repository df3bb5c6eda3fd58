package dev.weir.plugin.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelFactory;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Step;
import dev.weir.tck.ChannelUnderTest;
import dev.weir.tck.InboundContract;
import dev.weir.tck.ManifestContract;
import dev.weir.tck.OnboardingContract;
import dev.weir.tck.Remote;
import dev.weir.tck.ReportingContract;
import dev.weir.tck.TestContext;
import dev.weir.tck.sim.Door;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The suites that every channel must pass, against the market's simulator. */
final class AwsContractTest {

  @TempDir static Path data;
  private static Market market;
  private static Door door;
  private static List<RawRequest> events;

  @BeforeAll
  static void start() {
    market = new Market(data.resolve("market"));
    market.reset();
    door = new Door(data.resolve("door"));
    market.sim.post(
        "/sim/events", Map.of("url", door.url().toString(), "secret", Market.EVENT_SECRET));
    String agreement = market.subscribe(Map.of()).path("agreementId").asText();
    door.clear();
    for (String type : List.of("License Updated", "License Deprovisioned")) {
      market.sim.post("/sim/event", Map.of("agreementId", agreement, "type", type));
    }
    events = door.arrived();
  }

  @AfterAll
  static void stop() {
    door.close();
    market.close();
  }

  /** Each suite asks about this channel. */
  interface AwsMarket extends ChannelUnderTest {
    @Override
    default ChannelFactory factory() {
      return new AwsMarketplaceFactory();
    }

    @Override
    default TestContext.Builder world() {
      return market.world(Market.PRODUCT);
    }
  }

  @Nested
  final class Manifests extends ManifestContract implements AwsMarket {
    @Override
    protected List<Class<?>> suites() {
      return List.of(Inbounds.class, Onboardings.class, Reportings.class);
    }
  }

  @Nested
  final class Inbounds extends InboundContract implements AwsMarket {
    @Override
    protected List<RawRequest> samples() {
      return events;
    }

    @Override
    protected List<String> proofHeaders() {
      return List.of("x-weir-event-secret");
    }

    @Override
    protected Duration tolerance() {
      return Duration.ofMinutes(5);
    }

    @Override
    protected void changeSecrets(TestContext context) {
      context.secret("event_secret", "another-secret-that-is-longer-than-the-least");
    }
  }

  @Nested
  final class Onboardings extends OnboardingContract implements AwsMarket {
    @Override
    protected Optional<RawRequest> firstRequest() {
      JsonNode bought = market.subscribe(Map.of());
      String form = Market.form(bought.path("token").asText(), bought.path("agreementId").asText());
      return Market.applicant("POST", "", form).request();
    }

    @Override
    protected RawRequest comeBack(Step step, String state) {
      throw new AssertionError("the market sends its buyers once, not " + step);
    }
  }

  @Nested
  final class Reportings extends ReportingContract implements AwsMarket {
    @Override
    protected Remote remote() {
      return market.sim;
    }

    @Override
    protected Binding newBinding() {
      moveTo(Market.NOON.minus(Duration.ofHours(8)));
      Binding buyer = market.buyer(channel(), Market.PRODUCT);
      moveTo(Market.NOON);
      return buyer;
    }

    /** Both clocks: the market checks the time in our signature, too. */
    private void moveTo(Instant now) {
      market.moveTo(now);
      context().clock().set(now);
    }

    @Override
    protected String meter() {
      return "calls";
    }

    @Override
    protected long onRecord(Binding binding, Instant hour) {
      long quantity = 0;
      for (JsonNode record : market.sim.get("/sim/usage").path("records")) {
        if (record.path("licenseArn").asText().equals(binding.id())
            && Instant.parse(record.path("timestamp").asText()).equals(hour)) {
          quantity += record.path("quantity").asLong();
        }
      }
      return quantity;
    }
  }
}
