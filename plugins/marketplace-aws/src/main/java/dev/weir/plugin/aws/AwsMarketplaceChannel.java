package dev.weir.plugin.aws;

import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Health;
import dev.weir.spi.Inbound;
import dev.weir.spi.Onboarding;
import dev.weir.spi.Reporting;
import java.util.Map;
import java.util.Optional;

/** One listing of AWS Marketplace. */
final class AwsMarketplaceChannel implements Channel {

  private final ChannelContext context;
  private final AwsApi api;

  AwsMarketplaceChannel(ChannelContext context) {
    this.context = context;
    this.api = new AwsApi(context);
  }

  /** Asks for one entitlement of anybody: it proves endpoint, credentials and product code. */
  @Override
  public Health check() {
    try {
      api.entitlement(
          "GetEntitlements",
          Map.of("ProductCode", context.settings().get("product_code"), "MaxResults", 1));
      return Health.up();
    } catch (AwsFault e) {
      return Health.down(e.reason());
    } catch (ChannelException e) {
      return Health.down(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Optional<Onboarding> onboarding() {
    return Optional.of(new Registration(context, api));
  }

  @Override
  public Optional<Inbound> inbound() {
    return Optional.of(new Lifecycle(context));
  }

  @Override
  public Optional<Reporting> reporting() {
    return Optional.of(new Metering(context, api));
  }
}
