package dev.weir.social.slack;

import dev.weir.tck.PackagedPluginContract;
import dev.weir.tck.TestContext;

final class SlackPackagedIT extends PackagedPluginContract {

  @Override
  protected TestContext.Builder world() {
    return TestContext.of("slack-emea").setting("client_id", "1.2");
  }
}
