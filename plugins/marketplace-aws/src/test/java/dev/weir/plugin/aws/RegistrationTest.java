package dev.weir.plugin.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.loader.CloudCredentials;
import dev.weir.spi.Binding;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Onboarding.Entitlement;
import dev.weir.spi.Step;
import dev.weir.tck.TestContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrationTest {

  @TempDir static Path data;
  private static Market market;

  private TestContext world;
  private Channel channel;

  @BeforeAll
  static void startMarket() {
    market = new Market(data);
  }

  @AfterAll
  static void stopMarket() {
    market.close();
  }

  @BeforeEach
  void open() {
    market.reset();
    world = market.world(Market.PRODUCT).build();
    channel = new AwsMarketplaceFactory().open(world);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aBuyerIsBoundByHisLicence() {
    JsonNode bought = market.subscribe(Map.of());
    Step step =
        Market.post(channel, bought.path("token").asText(), bought.path("agreementId").asText());
    Binding binding = assertInstanceOf(Step.Bound.class, step).binding();
    String arn = bought.path("licenseArn").asText();
    assertEquals(arn, binding.id());
    assertEquals(
        List.of(arn.substring(arn.lastIndexOf(':') + 1), bought.path("agreementId").asText()),
        binding.aliases());
    assertEquals(bought.path("account").asText(), binding.attributes().get(Licence.ACCOUNT));
  }

  @Test
  void aTokenThatIsPostedAgainIsAnsweredTheSame() {
    JsonNode bought = market.subscribe(Map.of());
    String token = bought.path("token").asText();
    Step first = Market.post(channel, token, "agmt-1");
    world.clock().advance(Duration.ofHours(5));
    // The market itself would refuse it twice over: spent and expired.
    assertEquals(first, Market.post(channel, token, "agmt-1"));
    long resolved =
        market.sim.get("/sim/requests").findValuesAsText("body").stream()
            .filter(b -> b.contains(token))
            .count();
    assertEquals(1, resolved);
  }

  @Test
  void oneAccountMayHoldTwoAgreements() {
    String account = "123456789012";
    List<Binding> bindings =
        List.of(1, 2).stream()
            .map(i -> market.subscribe(Map.of("account", account)))
            .map(b -> Market.post(channel, b.path("token").asText(), "a" + b.path("agreementId")))
            .map(s -> ((Step.Bound) s).binding())
            .toList();
    assertNotEquals(bindings.get(0).id(), bindings.get(1).id());
    assertFalse(bindings.get(0).aliases().contains(account));
  }

  @Test
  void aLegacyBuyerIsBoundByHisIdentifier() {
    try (TestContext legacy = market.world("legacy1").build()) {
      JsonNode bought = market.subscribe(Map.of("product", "legacy1"));
      Step step =
          Market.post(
              new AwsMarketplaceFactory().open(legacy), bought.path("token").asText(), "agmt-9");
      Binding binding = ((Step.Bound) step).binding();
      assertEquals(bought.path("customerIdentifier").asText(), binding.id());
      assertEquals(List.of(bought.path("account").asText(), "agmt-9"), binding.aliases());
    }
  }

  @Test
  void aMigratedProductKeepsTheOldIdentifierAsAnAlias() {
    try (TestContext both = market.world("both1").build()) {
      JsonNode bought = market.subscribe(Map.of("product", "both1"));
      Step step =
          Market.post(
              new AwsMarketplaceFactory().open(both), bought.path("token").asText(), "agmt-8");
      Binding binding = ((Step.Bound) step).binding();
      assertEquals(bought.path("licenseArn").asText(), binding.id());
      assertTrue(binding.aliases().contains(bought.path("customerIdentifier").asText()));
    }
  }

  @Test
  void anExpiredOrInventedTokenIsRefusedWithAWayOut() {
    String token = market.subscribe(Map.of()).path("token").asText();
    market.moveTo(Market.NOON.plus(Duration.ofHours(5)));
    world.clock().advance(Duration.ofHours(5));
    for (String bad : List.of(token, "invented")) {
      Step.Refused refused =
          assertInstanceOf(Step.Refused.class, Market.post(channel, bad, "agmt-1"));
      assertTrue(refused.reason().contains("Set up your account"));
      assertFalse(refused.reason().contains(bad));
    }
  }

  @Test
  void aTokenInAnAddressIsRefused() {
    String token = market.subscribe(Map.of()).path("token").asText();
    for (String method : List.of("GET", "POST")) {
      Step step =
          channel
              .onboarding()
              .orElseThrow()
              .begin(Market.applicant(method, Market.form(token, "a"), ""));
      assertInstanceOf(Step.Refused.class, step);
    }
  }

  @Test
  void aFormWithoutATokenIsRefused() {
    for (String form : List.of("", "x-amzn-marketplace-token=", "a=b")) {
      Step step = channel.onboarding().orElseThrow().begin(Market.applicant("POST", "", form));
      assertInstanceOf(Step.Refused.class, step);
    }
  }

  @Test
  void aPurchaseOfAnotherProductIsRefused() {
    String token = market.subscribe(Map.of("product", "other1")).path("token").asText();
    assertInstanceOf(Step.Refused.class, Market.post(channel, token, "agmt-1"));
  }

  @Test
  void aThrottledRegistrationIsALimitAndCanBeRepeated() {
    String token = market.subscribe(Map.of()).path("token").asText();
    market.sim.post("/sim/fault", Map.of("kind", "throttle", "operation", "ResolveCustomer"));
    ChannelException e =
        assertThrows(ChannelException.class, () -> Market.post(channel, token, "agmt-1"));
    assertEquals(ErrorType.LIMIT, e.code().type());
    assertInstanceOf(Step.Bound.class, Market.post(channel, token, "agmt-1"));
  }

  @Test
  void entitlementsAreReadPastEmptyPages() {
    JsonNode bought =
        market.subscribe(
            Map.of(
                "entitlements",
                List.of(
                    Map.of("dimension", "calls", "value", 1000, "expires", "2027-11-15T00:00:00Z"),
                    Map.of("dimension", "resolved_conversations", "value", 50))));
    Binding binding =
        ((Step.Bound) Market.post(channel, bought.path("token").asText(), "agmt-1")).binding();
    market.sim.post("/sim/mode", Map.of("emptyPages", 3, "pageSize", 1));
    List<Entitlement> found = channel.onboarding().orElseThrow().entitlements(binding);
    assertEquals(
        List.of(
            new Entitlement("calls", "1000", "2027-11-15T00:00:00Z"),
            new Entitlement("resolved_conversations", "50", "2099-01-01T00:00:00Z")),
        found);
  }

  @Test
  void theCheckProvesEndpointCredentialsAndProduct() {
    assertTrue(channel.check().ok(), channel.check().detail());
    try (TestContext wrongKey =
            market
                .world(Market.PRODUCT)
                .credentials(new CloudCredentials("AKIAOTHER", "x", Optional.empty()))
                .build();
        TestContext wrongProduct = market.world("nothing").build()) {
      assertFalse(new AwsMarketplaceFactory().open(wrongKey).check().ok());
      assertFalse(new AwsMarketplaceFactory().open(wrongProduct).check().ok());
    }
  }
}
