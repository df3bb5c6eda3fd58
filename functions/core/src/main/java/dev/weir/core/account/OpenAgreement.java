package dev.weir.core.account;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The wish to open an agreement; the same (channel, binding) opens one only.
 *
 * @param channelId the channel through which it comes
 * @param bindingId how the channel names it: licence, tenant, workspace, the partner's customer id
 * @param aliases other names of it in the same channel, at most {@link #ALIASES_MAX}
 * @param customerId of a customer that exists, or empty for a new one
 * @param customerName of a new customer
 * @param billedThrough the channel that collects the money, often {@code channelId}
 * @param claimSha256 hex SHA-256 of a code that the applicant holds; see {@link ApiKeys#redeem}
 */
public record OpenAgreement(
    String channelId,
    String bindingId,
    List<String> aliases,
    Optional<String> customerId,
    String customerName,
    String productId,
    String planId,
    int priceVersion,
    String currency,
    Optional<String> acquiredBy,
    String billedThrough,
    Optional<String> claimSha256) {

  /** The longest name of a customer, in characters. */
  public static final int NAME_MAX_CHARS = 200;

  /** The longest binding id or alias, in characters. */
  public static final int BINDING_MAX_CHARS = 512;

  /** The most aliases of one agreement in one channel. */
  public static final int ALIASES_MAX = 8;

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern HEX_SHA256 = Pattern.compile("[0-9a-f]{64}");

  public OpenAgreement {
    aliases = List.copyOf(aliases);
    id("channelId", channelId);
    id("productId", productId);
    id("planId", planId);
    id("billedThrough", billedThrough);
    customerId.ifPresent(value -> id("customerId", value));
    acquiredBy.ifPresent(value -> id("acquiredBy", value));
    binding(bindingId);
    aliases.forEach(OpenAgreement::binding);
    require(aliases.size() <= ALIASES_MAX, "aliases " + aliases.size() + " > " + ALIASES_MAX);
    require(priceVersion >= 1, "priceVersion " + priceVersion + " < 1");
    require(
        currency.equals("CNY") || currency.equals("USD"),
        "currency \"" + currency + "\" is neither CNY nor USD");
    require(
        !customerName.isBlank() && customerName.length() <= NAME_MAX_CHARS,
        "customerName length " + customerName.length() + " not in 1.." + NAME_MAX_CHARS);
    claimSha256.ifPresent(value ->
        require(
            HEX_SHA256.matcher(value).matches(), "claimSha256 is not 64 lower-case hex digits"));
  }

  static void binding(String value) {
    require(
        !value.isEmpty() && value.length() <= BINDING_MAX_CHARS,
        "binding id length " + value.length() + " not in 1.." + BINDING_MAX_CHARS);
  }

  static void id(String what, String value) {
    require(ID.matcher(value).matches(), what + " \"" + value + "\" is not [a-z0-9-]{1,64}");
  }

  private static void require(boolean holds, String violated) {
    if (!holds) {
      throw new ProblemException(Problem.invalid(violated));
    }
  }
}
