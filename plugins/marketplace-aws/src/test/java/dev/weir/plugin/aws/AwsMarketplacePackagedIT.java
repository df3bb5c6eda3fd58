package dev.weir.plugin.aws;

import dev.weir.tck.PackagedPluginContract;
import dev.weir.tck.TestContext;

final class AwsMarketplacePackagedIT extends PackagedPluginContract {

  @Override
  protected TestContext.Builder world() {
    return TestContext.of("aws-marketplace").setting("product_code", "weir1example");
  }
}
