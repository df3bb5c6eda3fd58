package dev.weir.social.slack;

import dev.weir.kit.MessageMeters;
import dev.weir.kit.RecentAnswers;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Delivery;
import dev.weir.spi.Health;
import dev.weir.spi.Inbound;
import dev.weir.spi.Measuring;
import dev.weir.spi.Onboarding;
import java.util.Map;
import java.util.Optional;

/** One Slack app, installed in any number of workspaces. Thread-safe; keeps nothing. */
final class SlackChannel implements Channel {

  private final SlackApi api;
  private final SlackOnboarding onboarding;
  private final SlackInbound inbound;
  private final SlackDelivery delivery;

  SlackChannel(ChannelContext context) {
    RecentAnswers answers = new RecentAnswers(context.state(), context.clock());
    api = new SlackApi(context);
    onboarding = new SlackOnboarding(context, api);
    inbound = new SlackInbound(context, answers);
    delivery = new SlackDelivery(context, api, answers);
  }

  @Override
  public Health check() {
    try {
      api.form("api.test", Optional.empty(), Map.of());
      return Health.up();
    } catch (ChannelException e) {
      return Health.down(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Optional<Onboarding> onboarding() {
    return Optional.of(onboarding);
  }

  @Override
  public Optional<Inbound> inbound() {
    return Optional.of(inbound);
  }

  @Override
  public Optional<Delivery> delivery() {
    return Optional.of(delivery);
  }

  @Override
  public Optional<Measuring> measuring() {
    return Optional.of(new MessageMeters());
  }
}
