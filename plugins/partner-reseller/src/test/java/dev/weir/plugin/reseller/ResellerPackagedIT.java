package dev.weir.plugin.reseller;

import dev.weir.tck.PackagedPluginContract;
import dev.weir.tck.TestContext;

final class ResellerPackagedIT extends PackagedPluginContract {

  @Override
  protected TestContext.Builder world() {
    return TestContext.of("acme-reseller").setting("webhook_url", "https://acme.example/weir");
  }
}
