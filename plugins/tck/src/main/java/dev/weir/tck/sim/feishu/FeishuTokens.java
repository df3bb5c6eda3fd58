package dev.weir.tck.sim.feishu;

import dev.weir.tck.sim.SimRequest;
import dev.weir.tck.sim.SimResponse;
import dev.weir.tck.sim.Simulator;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Tickets and tokens of a store application: {@code app_ticket} (pushed) → {@code app_access_token}
 * → {@code tenant_access_token}. A token with at least half an hour left is handed out again; the
 * older one stays good until its end. A restart forgets them all.
 */
final class FeishuTokens {

  static final int TICKET_INVALID = 10012;
  static final int PARAMETER_INVALID = 10003;
  static final int SECRET_INVALID = 10014;

  /** Ours: what Feishu answers for a tenant without the application is not documented. */
  static final int TENANT_UNKNOWN = 10018;

  private static final Duration REUSE_ABOVE = Duration.ofMinutes(30);

  private record Token(String value, String tenant, Instant until) {}

  private final Simulator simulator;
  private final Supplier<FeishuApp> app;
  private final Predicate<String> installed;
  private final Map<String, Token> tenantTokens = new HashMap<>();
  private final Map<String, Token> latest = new HashMap<>();
  private Duration life = Duration.ofHours(2);
  private String ticket = "";
  private String ticketBefore = "";
  private int issued;

  FeishuTokens(Simulator simulator, Supplier<FeishuApp> app, Predicate<String> installed) {
    this.simulator = simulator;
    this.app = app;
    this.installed = installed;
  }

  synchronized void setLifeSeconds(long seconds) {
    life = Duration.ofSeconds(seconds);
  }

  /** Makes a new ticket; the one before stays good, as a push may cross a request. */
  synchronized String nextTicket() {
    ticketBefore = ticket;
    ticket = FeishuApp.random("g10", 12);
    return ticket;
  }

  /** Forgets every ticket and token, as if the application's secret had been reset. */
  synchronized void forget() {
    tenantTokens.clear();
    latest.clear();
    ticket = "";
    ticketBefore = "";
  }

  synchronized int issued() {
    return issued;
  }

  /** {@code POST /open-apis/auth/v3/app_access_token}. */
  synchronized SimResponse appToken(SimRequest request) {
    if (!app.get().appId().equals(request.field("app_id", ""))) {
      return error(PARAMETER_INVALID, "invalid param");
    }
    if (!app.get().appSecret().equals(request.field("app_secret", ""))) {
      return error(SECRET_INVALID, "app secret invalid");
    }
    String presented = request.field("app_ticket", "");
    if (presented.isEmpty() || !(presented.equals(ticket) || presented.equals(ticketBefore))) {
      return error(TICKET_INVALID, "app ticket invalid");
    }
    return granted("app_access_token", reuseOrIssue("a-", ""));
  }

  /** {@code POST /open-apis/auth/v3/tenant_access_token}. */
  synchronized SimResponse tenantToken(SimRequest request) {
    if (holder(request.field("app_access_token", "")).filter(String::isEmpty).isEmpty()) {
      return error(99991664, "Invalid app access token");
    }
    String tenant = request.field("tenant_key", "");
    if (tenant.isEmpty() || !installed.test(tenant)) {
      return error(TENANT_UNKNOWN, "the tenant has not installed the app");
    }
    return granted("tenant_access_token", reuseOrIssue("t-", tenant));
  }

  /** Whose token it is: a tenant, empty for the application itself, or nobody. */
  synchronized Optional<String> holder(String token) {
    return Optional.ofNullable(tenantTokens.get(token))
        .filter(t -> simulator.clock().instant().isBefore(t.until()))
        .map(Token::tenant);
  }

  private Token reuseOrIssue(String prefix, String tenant) {
    Instant now = simulator.clock().instant();
    Token had = latest.get(tenant);
    if (had != null && Duration.between(now, had.until()).compareTo(REUSE_ABOVE) >= 0) {
      return had;
    }
    Token token = new Token(FeishuApp.random(prefix, 20), tenant, now.plus(life));
    tenantTokens.put(token.value(), token);
    latest.put(tenant, token);
    issued++;
    return token;
  }

  private SimResponse granted(String name, Token token) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("code", 0);
    answer.put("msg", "success");
    answer.put(name, token.value());
    answer.put(
        "expire",
        Duration.between(simulator.clock().instant(), token.until()).plusMillis(999).toSeconds());
    return SimResponse.json(answer);
  }

  private static SimResponse error(int code, String message) {
    return SimResponse.json(Map.of("code", code, "msg", message));
  }
}
