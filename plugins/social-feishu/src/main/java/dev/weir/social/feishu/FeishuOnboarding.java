package dev.weir.social.feishu;

import dev.weir.spi.Binding;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.Onboarding;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Step;
import java.time.Duration;

/**
 * A tenant's administrator installs the app in Feishu; the platform says so by an event, not by a
 * callback. {@link FeishuEvents} makes the binding of it.
 */
final class FeishuOnboarding implements Onboarding {

  private static final Duration PATIENCE = Duration.ofDays(30);

  private final ChannelContext context;
  private final FeishuTokens tokens;

  FeishuOnboarding(ChannelContext context, FeishuTokens tokens) {
    this.context = context;
    this.tokens = tokens;
  }

  @Override
  public Step begin(Applicant applicant) {
    return context
        .settings()
        .find("install_url")
        .<Step>map(url -> new Step.Redirect(url, ""))
        .orElseGet(() -> new Step.Wait(context.clock().instant().plus(PATIENCE), ""));
  }

  @Override
  public Step resume(Progress progress, RawRequest callback) {
    return new Step.Refused(
        "Feishu reports an installation by an event. Please install the app in Feishu.");
  }

  /** Forgets the tenant's token; Feishu has no call by which an app removes itself. */
  @Override
  public void offboard(Binding binding) {
    tokens.forget(binding);
  }
}
