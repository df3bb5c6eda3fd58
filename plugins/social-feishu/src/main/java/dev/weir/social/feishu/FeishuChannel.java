package dev.weir.social.feishu;

import dev.weir.kit.MessageMeters;
import dev.weir.kit.RecentAnswers;
import dev.weir.kit.TimeWindow;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Delivery;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Health;
import dev.weir.spi.Inbound;
import dev.weir.spi.Measuring;
import dev.weir.spi.Onboarding;
import java.time.Duration;
import java.util.Optional;

/** One store app, installed by any number of tenants. Thread-safe; keeps nothing. */
final class FeishuChannel implements Channel {

  static final ErrorCode SETTING_UNUSABLE = new ErrorCode("SETTING_UNUSABLE", ErrorType.USER);

  private static final long WINDOW_MIN_SECONDS = 30;
  private static final long WINDOW_MAX_SECONDS = 86_400;

  private final FeishuTokens tokens;
  private final FeishuOnboarding onboarding;
  private final FeishuInbound inbound;
  private final FeishuDelivery delivery;

  FeishuChannel(ChannelContext context) {
    RecentAnswers answers = new RecentAnswers(context.state(), context.clock());
    FeishuApi api = new FeishuApi(context);
    tokens = new FeishuTokens(context, api);
    onboarding = new FeishuOnboarding(context, tokens);
    inbound = new FeishuInbound(context, window(context), new FeishuEvents(tokens, answers));
    delivery = new FeishuDelivery(context, api, tokens, answers);
  }

  private static TimeWindow window(ChannelContext context) {
    long seconds = Long.parseLong(context.settings().get("window_seconds"));
    if (seconds < WINDOW_MIN_SECONDS || seconds > WINDOW_MAX_SECONDS) {
      throw new ChannelException(
          SETTING_UNUSABLE,
          "window_seconds "
              + seconds
              + " not in "
              + WINDOW_MIN_SECONDS
              + ".."
              + WINDOW_MAX_SECONDS);
    }
    return new TimeWindow(Duration.ofSeconds(seconds));
  }

  @Override
  public Health check() {
    return tokens.hasTicket()
        ? Health.up()
        : Health.down("no app_ticket has arrived; check the event subscription's address");
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
