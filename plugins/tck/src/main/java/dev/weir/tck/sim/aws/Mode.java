package dev.weir.tck.sim.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;

/**
 * How the market behaves where its documentation is ambiguous, and its limits where they have
 * changed.
 *
 * @param dedupe whether two records collide in one hour, or only at one exact timestamp
 * @param identical what an identical resend is answered
 * @param tokens whether a registration token can be resolved again
 * @param tokenLife from subscription to expiry of the token
 * @param window how far back a usage record may lie
 * @param throttle whether 10 requests a second are enforced
 * @param typeNamespace whether {@code __type} carries a namespace before {@code #}
 * @param emptyPages how many empty pages with a NextToken come before the first entitlement
 * @param pageSize entitlements on a page
 */
record Mode(
    Dedupe dedupe,
    Identical identical,
    Tokens tokens,
    Duration tokenLife,
    Duration window,
    boolean throttle,
    boolean typeNamespace,
    int emptyPages,
    int pageSize) {

  enum Dedupe {
    HOUR,
    EXACT
  }

  enum Identical {
    SUCCESS,
    DUPLICATE
  }

  enum Tokens {
    SINGLE,
    REUSABLE
  }

  static Mode documented() {
    return new Mode(
        Dedupe.HOUR,
        Identical.SUCCESS,
        Tokens.SINGLE,
        Duration.ofHours(4),
        Duration.ofHours(24),
        false,
        false,
        0,
        25);
  }

  /**
   * The same with some switches changed.
   *
   * @throws IllegalArgumentException naming an unknown switch
   */
  Mode with(JsonNode changes) {
    Mode mode = this;
    for (var change : changes.properties()) {
      mode = mode.with(change.getKey(), change.getValue());
    }
    return mode;
  }

  private Mode with(String name, JsonNode v) {
    Dedupe newDedupe = dedupe;
    Identical newIdentical = identical;
    Tokens newTokens = tokens;
    Duration newTokenLife = tokenLife;
    Duration newWindow = window;
    boolean newThrottle = throttle;
    boolean newNamespace = typeNamespace;
    int newEmptyPages = emptyPages;
    int newPageSize = pageSize;
    switch (name) {
      case "dedupe" -> newDedupe = Dedupe.valueOf(upper(v));
      case "identical" -> newIdentical = Identical.valueOf(upper(v));
      case "tokens" -> newTokens = Tokens.valueOf(upper(v));
      case "tokenLifeSeconds" -> newTokenLife = Duration.ofSeconds(v.asLong());
      case "windowHours" -> newWindow = Duration.ofHours(v.asLong());
      case "throttle" -> newThrottle = v.asBoolean();
      case "typeNamespace" -> newNamespace = v.asBoolean();
      case "emptyPages" -> newEmptyPages = v.asInt();
      case "pageSize" -> newPageSize = v.asInt();
      default -> throw new IllegalArgumentException("unknown switch " + name);
    }
    return new Mode(
        newDedupe,
        newIdentical,
        newTokens,
        newTokenLife,
        newWindow,
        newThrottle,
        newNamespace,
        newEmptyPages,
        newPageSize);
  }

  private static String upper(JsonNode v) {
    return v.asText().toUpperCase(Locale.ROOT);
  }
}
