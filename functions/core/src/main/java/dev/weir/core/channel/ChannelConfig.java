package dev.weir.core.channel;

import dev.weir.core.catalog.Currencies;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A configured channel.
 *
 * @param id {@code [a-z][a-z0-9-]{1,30}}, such as {@code slack-emea}
 * @param plugin the id of the plugin that it runs; {@link #NO_PLUGIN} of a direct one
 * @param settings by the names of the plugin's manifest; secrets are not among them
 * @param productId what customers who come through it get
 * @param planId at which price
 * @param currency of that plan
 * @param feeBasisPoints what a market keeps, of 10 000
 * @param shareBasisPoints what a partner earns, of 10 000
 * @param partner who earns the share
 */
public record ChannelConfig(
    String id,
    String plugin,
    ChannelKind kind,
    Map<String, String> settings,
    String productId,
    String planId,
    String currency,
    int feeBasisPoints,
    int shareBasisPoints,
    Optional<String> partner) {

  /** The most settings of a channel. */
  public static final int SETTINGS_MAX = 64;

  /** The longest value of a setting, in characters. */
  public static final int SETTING_MAX_CHARS = 2048;

  /** What stands for a plugin where there is none. */
  public static final String NO_PLUGIN = "none";

  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{1,30}");
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

  public ChannelConfig {
    settings = Map.copyOf(settings);
    List<Problem.Violation> violations = new ArrayList<>();
    check(violations, "/id", id, ID);
    check(violations, "/plugin", plugin, NAME);
    check(violations, "/productId", productId, NAME);
    check(violations, "/planId", planId, NAME);
    partner.ifPresent(p -> check(violations, "/partner", p, NAME));
    if (!Currencies.known(currency)) {
      violations.add(
          new Problem.Violation("/currency", "\"" + currency + "\" is none of " + Currencies.ALL));
    }
    checkShare(violations, "/feeBasisPoints", feeBasisPoints);
    checkShare(violations, "/shareBasisPoints", shareBasisPoints);
    if (shareBasisPoints > 0 && partner.isEmpty()) {
      violations.add(new Problem.Violation("/partner", "is absent, but there is a share"));
    }
    if (settings.size() > SETTINGS_MAX) {
      violations.add(
          new Problem.Violation("/settings", settings.size() + " > " + SETTINGS_MAX + " settings"));
    }
    settings.forEach((name, value) -> {
      if (value.length() > SETTING_MAX_CHARS) {
        violations.add(
            new Problem.Violation(
                "/settings/" + name, value.length() + " > " + SETTING_MAX_CHARS + " characters"));
      }
    });
    if (!violations.isEmpty()) {
      throw new ProblemException(Problem.invalid("channel \"" + id + "\"", violations));
    }
  }

  /** The channel of the vendor's own customers who pay in a currency. */
  public static ChannelConfig direct(String productId, String planId, String currency) {
    return new ChannelConfig(
        "direct-" + currency.toLowerCase(Locale.ROOT),
        NO_PLUGIN,
        ChannelKind.DIRECT,
        Map.of(),
        productId,
        planId,
        currency,
        0,
        0,
        Optional.empty());
  }

  private static void check(
      List<Problem.Violation> violations, String pointer, String value, Pattern pattern) {
    if (!pattern.matcher(value).matches()) {
      violations.add(new Problem.Violation(pointer, "\"" + value + "\" is not " + pattern));
    }
  }

  private static void checkShare(
      List<Problem.Violation> violations, String pointer, int basisPoints) {
    if (basisPoints < 0 || basisPoints > 10_000) {
      violations.add(new Problem.Violation(pointer, basisPoints + " not in 0..10000"));
    }
  }
}
