package dev.weir.social.feishu;

import dev.weir.tck.PackagedPluginContract;
import dev.weir.tck.TestContext;

final class FeishuPackagedIT extends PackagedPluginContract {

  @Override
  protected TestContext.Builder world() {
    return TestContext.of("feishu-cn").setting("app_id", "cli_1");
  }
}
