package dev.weir.social.feishu;

import dev.weir.kit.JsonObject;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * {@code app_ticket} (pushed each hour) → {@code app_access_token} → {@code tenant_access_token}.
 *
 * <p>The ticket lies in the state; it is worth nothing without the app secret. The tenant's token
 * is sealed under its binding with its end, and fetched again ten minutes before that. Two that
 * fetch at the same time both get a good one.
 */
final class FeishuTokens {

  static final ErrorCode NO_TICKET = new ErrorCode("APP_TICKET_MISSING", ErrorType.PARTNER);

  private static final String TICKET = "app_ticket";
  private static final String RESEND = "app_ticket_resend";
  private static final String TENANT_TOKEN = "tenant_access_token";
  private static final Duration TICKET_LIFE = Duration.ofDays(30);
  private static final Duration MARGIN = Duration.ofMinutes(10);
  private static final Duration RESEND_EVERY = Duration.ofSeconds(30);

  private final ChannelContext context;
  private final FeishuApi api;

  FeishuTokens(ChannelContext context, FeishuApi api) {
    this.context = context;
    this.api = api;
  }

  boolean hasTicket() {
    return context.state().get(TICKET).isPresent();
  }

  /** Keeps a pushed ticket, unless a newer one came before it. */
  void keepTicket(Instant at, String ticket) {
    boolean newer =
        context
            .state()
            .get(TICKET)
            .map(had -> !at.isBefore(Instant.ofEpochMilli(Long.parseLong(part(had, 0)))))
            .orElse(true);
    if (newer) {
      context
          .state()
          .put(
              TICKET,
              at.toEpochMilli() + " " + ticket,
              context.clock().instant().plus(TICKET_LIFE));
    }
  }

  /**
   * A token for calls in the tenant's name.
   *
   * @throws ChannelException {@code APP_TICKET_MISSING} (PARTNER) until a ticket was pushed, which
   *     this asks for
   */
  String ofTenant(Binding binding) {
    Instant now = context.clock().instant();
    return context
        .secrets()
        .of(binding, TENANT_TOKEN)
        .filter(kept -> kept.indexOf(' ') > 0)
        .filter(kept -> now.isBefore(Instant.ofEpochSecond(Long.parseLong(part(kept, 0)))))
        .map(kept -> part(kept, 1))
        .orElseGet(() -> fetch(binding));
  }

  /** The token was refused, or the relation ended: the next call fetches a new one. */
  void forget(Binding binding) {
    context.secrets().put(binding, TENANT_TOKEN, "");
  }

  private String fetch(Binding binding) {
    JsonObject granted =
        api.post(
            "/open-apis/auth/v3/tenant_access_token",
            Optional.empty(),
            Map.of("app_access_token", appToken(), "tenant_key", binding.id()));
    String token = granted.requireText("tenant_access_token");
    // Half of a short life, so that a token is never kept past its end.
    Duration life = Duration.ofSeconds(granted.requireNumber("expire"));
    Duration margin = life.compareTo(MARGIN.multipliedBy(2)) < 0 ? life.dividedBy(2) : MARGIN;
    Instant until = context.clock().instant().plus(life).minus(margin);
    context.secrets().put(binding, TENANT_TOKEN, until.getEpochSecond() + " " + token);
    return token;
  }

  private String appToken() {
    Optional<String> ticket = context.state().get(TICKET).map(kept -> part(kept, 1));
    if (ticket.isEmpty()) {
      throw missing();
    }
    Map<String, Object> body =
        Map.of(
            "app_id", context.settings().get("app_id"),
            "app_secret", context.secrets().get("app_secret"),
            "app_ticket", ticket.get());
    try {
      return api.post("/open-apis/auth/v3/app_access_token", Optional.empty(), body)
          .requireText("app_access_token");
    } catch (ChannelException e) {
      if (e.code().name().equals(FeishuApi.TICKET_INVALID)) {
        throw missing();
      }
      throw e;
    }
  }

  /** Asks for a ticket, at most every 30 seconds, and says that there is none yet. */
  private ChannelException missing() {
    Instant now = context.clock().instant();
    if (context.state().putIfAbsent(RESEND, "asked", now.plus(RESEND_EVERY))) {
      api.post(
          "/open-apis/auth/v3/app_ticket/resend",
          Optional.empty(),
          Map.of(
              "app_id", context.settings().get("app_id"),
              "app_secret", context.secrets().get("app_secret")));
    }
    return new ChannelException(
        NO_TICKET, "no valid app_ticket; asked for one", RESEND_EVERY.toMillis(), null);
  }

  private static String part(String pair, int index) {
    int space = pair.indexOf(' ');
    return index == 0 ? pair.substring(0, space) : pair.substring(space + 1);
  }
}
